import Ledger
import Synchronization
import Vocabulary

/// Entries as rows of a table (RFC 4180). What a spreadsheet would take for a formula begins with an apostrophe (OWASP ASVS 5.0, 1.2.10).
enum CSVRows {
    private static let names = [
        "source", "number", "at", "actor_kind", "actor", "role", "action", "object_kind", "object_id", "object_name", "detail", "address",
        "user_agent", "request_id", "before", "after", "id", "hash",
    ]

    /// The head of the table, which is handed out once.
    final class Head: Sendable {
        private let bytes: Mutex<[UInt8]?>
        init(_ bytes: [UInt8]) { self.bytes = Mutex(bytes) }
        func take() -> [UInt8]? {
            bytes.withLock { bytes in
                defer { bytes = nil }
                return bytes
            }
        }
    }

    static func head() -> Head { Head(line(names)) }

    static func row(_ stored: StoredEntry) -> [UInt8] {
        guard let entry = stored.entry else { return line([stored.source, String(stored.number), "damaged"]) }
        let (note, origin) = (entry.note, entry.note.origin)
        func json(_ value: JSONValue?) -> String { value.map { String(decoding: CanonicalJSON.bytes($0), as: UTF8.self) } ?? "" }
        return line([
            entry.source, String(entry.number), note.at.description, origin.caller.kind.rawValue, origin.caller.name,
            origin.caller.role?.rawValue ?? "", note.action, note.object.kind, note.object.id, note.object.name, note.detail ?? "",
            origin.address ?? "", origin.userAgent ?? "", origin.requestId ?? "", json(note.before), json(note.after), entry.id,
            stored.hash,
        ])
    }

    static func line(_ fields: [String]) -> [UInt8] {
        Array((fields.map(field).joined(separator: ",") + "\r\n").utf8)
    }

    /// A field, in quotes where it must be.
    static func field(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map { "=+-@\t\r\n\0＝＋－＠".unicodeScalars.contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        guard safe.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) || isFormula else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}
