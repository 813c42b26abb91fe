import Ledger
import Vocabulary

/// Entries and heads as messages of syslog (RFC 5424): facility 13 (log audit), severity 5 for what succeeded and 4 for what was refused. What an entry says in
/// short stands in structured data, the whole entry as JSON behind it.
enum SyslogMessage {
    private static let facility = 13

    static func of(_ stored: StoredEntry, host: String) -> [UInt8] {
        let note = stored.entry?.note
        let isWarning = note.map { note in ["refused", "throttled", "alarm", "reused"].contains { note.action.hasSuffix($0) } } ?? true
        let data: [(String, String)] = [
            ("source", stored.source), ("number", String(stored.number)), ("hash", stored.hash), ("action", note?.action ?? ""),
            ("actor", note?.origin.caller.name ?? ""), ("object", note.map { "\($0.object.kind) \($0.object.name)" } ?? ""),
            ("address", note?.origin.address ?? ""),
        ]
        return message(
            severity: isWarning ? 4 : 5, at: note?.at, host: host, kind: note?.action ?? "entry", data, Array(stored.content.utf8))
    }

    static func of(_ head: LedgerHead, host: String) -> [UInt8] {
        message(
            severity: 5, at: head.at, host: host, kind: "audit.head",
            [("source", head.source), ("number", String(head.number)), ("hash", head.hash)], head.line)
    }

    private static func message(
        severity: Int, at: Timestamp?, host: String, kind: String, _ data: [(name: String, value: String)], _ text: [UInt8]
    ) -> [UInt8] {
        // 32473 is the number that RFC 5612 keeps for documentation; there is no registered one.
        let elements = data.filter { !$0.value.isEmpty }.map { " \($0.name)=\"\(escaped($0.value))\"" }.joined()
        let head =
            "<\(facility * 8 + severity)>1 \(at?.description ?? "-") \(word(host, 255)) opsconductor - \(word(kind, 32)) [audit@32473\(elements)] "
        return Array(head.utf8) + text
    }

    /// A name of a header: printable ASCII without spaces.
    private static func word(_ text: String, _ longest: Int) -> String {
        let kept = text.utf8.filter { (33...126).contains($0) }.prefix(longest)
        return kept.isEmpty ? "-" : String(decoding: kept, as: UTF8.self)
    }

    /// A value of structured data; control characters, which could begin a message of their own, are left out.
    private static func escaped(_ text: String) -> String {
        String(
            text.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }.flatMap { scalar -> [Character] in
                "\"\\]".unicodeScalars.contains(scalar) ? ["\\", Character(scalar)] : [Character(scalar)]
            })
    }
}
