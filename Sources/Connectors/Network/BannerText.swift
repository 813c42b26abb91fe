import ConnectorPort

/// What the first bytes of a server say. Pure.
enum BannerText {
    /// Bytes as text that can be shown: one line, no control characters, not too long.
    static func clean(_ bytes: [UInt8], most: Int = 256) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        var shown = ""
        for scalar in text.unicodeScalars {
            if shown.unicodeScalars.count == most { break }
            let isHidden = scalar.value < 32 || (127..<160).contains(scalar.value) || (0x202A...0x202E).contains(scalar.value)
            if isHidden || scalar == "\u{FFFD}" { shown += shown.hasSuffix(" ") ? "" : " " } else { shown.unicodeScalars.append(scalar) }
        }
        return trimmed(shown)
    }

    private static func trimmed(_ text: String) -> String {
        var text = text[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        while text.first?.isWhitespace == true { text.removeFirst() }
        return String(text)
    }

    /// What answered, from what it said without being asked; nil when that is not known.
    static func service(greeting: [UInt8], port: Int) -> String? {
        let text = clean(greeting).uppercased()
        if text.hasPrefix("SSH-") { return "ssh" }
        if text.hasPrefix("220") {
            if text.contains("SMTP") || [25, 465, 587].contains(port) { return "smtp" }
            return text.contains("FTP") || port == 21 ? "ftp" : nil
        }
        if text.hasPrefix("+OK") { return "pop3" }
        if text.hasPrefix("* OK") { return "imap" }
        if text.hasPrefix("RFB ") { return "vnc" }
        if greeting.count > 5, greeting[4] == 10, greeting[3] == 0, port == 3306 { return "mysql" }
        if greeting.first == 0xff, port == 23 { return "telnet" }
        return nil
    }

    /// What an answer to an HTTP request says; nil when it is none.
    static func web(_ bytes: [UInt8]) -> (server: String?, title: String?)? {
        guard bytes.starts(with: Array("HTTP/".utf8)) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        let head = text.split(separator: "\r\n\r\n", maxSplits: 1).first ?? ""
        let server = head.split(separator: "\r\n").dropFirst()
            .first { $0.lowercased().hasPrefix("server:") }
            .map { clean(Array($0.dropFirst("server:".count).utf8)) }
        return (server, title(text))
    }

    private static func title(_ text: String) -> String? {
        let lower = text.lowercased()
        guard lower.utf8.count == text.utf8.count, let open = lower.firstRange(of: "<title"),
            let begin = lower[open.upperBound...].firstIndex(of: ">"),
            let end = lower[begin...].firstRange(of: "</title")
        else { return nil }
        let from = lower.utf8.distance(from: lower.startIndex, to: begin) + 1
        let to = lower.utf8.distance(from: lower.startIndex, to: end.lowerBound)
        let title = clean(Array(Array(text.utf8)[from..<to]), most: 120)
        return title.isEmpty ? nil : title
    }

    /// The common names (2.5.4.3) in a certificate (DER), the subject's last.
    static func commonName(_ certificate: [UInt8]) -> String? {
        let mark: [UInt8] = [0x06, 0x03, 0x55, 0x04, 0x03]
        var found: String?
        guard certificate.count > mark.count else { return nil }
        for start in 0..<(certificate.count - mark.count) where certificate[start..<start + mark.count].elementsEqual(mark) {
            var reader = BERReader(certificate[(start + mark.count)...])
            if let value = try? reader.next(), [0x0c, 0x13, 0x14, 0x16].contains(value.tag) { found = clean(Array(value.content)) }
        }
        return found
    }
}
