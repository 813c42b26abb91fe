import Foundation
import Vocabulary

/// How messages look as mail (RFC 5322, RFC 2045, RFC 2047).
enum MailFormat {
    /// The message with all its header fields; lines end in CR LF. The Message-ID is that of the delivery, the same one for every attempt.
    static func message(_ notice: Notice, from sender: String, named name: String?, to recipients: [String], at now: Timestamp) -> [UInt8] {
        let priority = notice.severity == .critical ? ["Importance: high"] : []
        let head =
            [
                "Date: \(date(now))", "From: \(mailbox(sender, named: name))", "To: \(recipients.joined(separator: ",\r\n "))",
                "Subject: \(words(notice.subject))", "Message-ID: \(messageId(notice.id, sender))",
                "X-OpsConductor-Delivery: \(notice.id)", "Auto-Submitted: auto-generated",
            ] + priority + [
                "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
            ]
        let body = Data(notice.body.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n").utf8)
        let text = body.base64EncodedString(options: [.lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed])
        return Array((head + ["", text, ""]).joined(separator: "\r\n").utf8)
    }

    /// `<ID@domain of the sender>`.
    static func messageId(_ id: String, _ sender: String) -> String {
        "<\(id)@\(sender.split(separator: "@").last.map(String.init) ?? "opsconductor")>"
    }

    /// Whether a text is a mail address as this installation writes them: printable ASCII, one `@`, and nothing that could end a header field or a command.
    static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), (1...253).contains(parts[1].utf8.count) else { return false }
        let isAtom: (UInt8) -> Bool = { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "!#$%&'*+-/=?^_`{|}~.".utf8.contains(byte)
            }
        }
        let domain = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        return parts[0].utf8.allSatisfy(isAtom) && !parts[0].hasPrefix(".") && !parts[0].hasSuffix(".") && !parts[0].contains("..")
            && domain.allSatisfy { label in
                !label.isEmpty && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.utf8.allSatisfy { isAtom($0) && ($0 == UInt8(ascii: "-") || !"!#$%&'*+/=?^_`{|}~.".utf8.contains($0)) }
            }
    }

    private static func mailbox(_ address: String, named name: String?) -> String {
        guard let name, !name.isEmpty else { return address }
        return "\(words(name, isPhrase: true)) <\(address)>"
    }

    /// Text of a header field; what is not plain ASCII becomes encoded words of at most 75 characters.
    static func words(_ text: String, isPhrase: Bool = false) -> String {
        let isPlain = text.utf8.allSatisfy { (0x20...0x7e).contains($0) } && !text.contains("=?")
        let isShort = text.utf8.count <= 200
        if isPlain, isShort, !isPhrase { return text }
        if isPlain, isShort, text.utf8.allSatisfy({ $0 == 0x20 || isAlphanumeric($0) }) { return text }
        var (words, piece): ([String], String) = ([], "")
        func end() {
            if !piece.isEmpty { words.append("=?utf-8?B?\(Data(piece.utf8).base64EncodedString())?=") }
            piece = ""
        }
        for letter in text {
            if piece.utf8.count + String(letter).utf8.count > 45 { end() }
            piece.append(letter)
        }
        end()
        return words.joined(separator: "\r\n ")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    /// For example `Thu, 26 Nov 2026 18:04:48 +0000`.
    static func date(_ instant: Timestamp) -> String {
        let text = instant.description
        let days = Int((instant.milliseconds >= 0 ? instant.milliseconds : instant.milliseconds - 86_399_999) / 86_400_000)
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][((days % 7) + 7) % 7]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(separator: "T")[0].split(separator: "-")
        let month = months[((Int(parts[1]) ?? 1) - 1) % 12]
        return "\(weekday), \(parts[2]) \(month) \(parts[0]) \(text.split(separator: "T")[1].prefix(8)) +0000"
    }
}
