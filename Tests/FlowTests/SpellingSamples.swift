import Foundation

/// Ways in which programs write a text, made without the code under test. Each writes all of it, and nothing else.
enum SpellingSample: CaseIterable {
    case plain, percentUpper, percentLower, percentAll, form, percentTwice, json, jsonSlashes, jsonNumbered, jsonInJSON, singleQuoted
    case doubleQuoted, backslashed, numbered, octal, hexadecimal, hexadecimalUpper, hexadecimalColons, html, crlf

    func spell(_ text: String) -> String {
        let bytes = Array(text.utf8)
        switch self {
        case .plain: return text
        case .percentUpper: return percent(bytes, "%02X", keeping: "-._~")
        case .percentLower: return percent(bytes, "%02x", keeping: "-._~/")
        case .percentAll: return bytes.map { "%" + hex($0, "%02X") }.joined()
        case .form: return percent(bytes, "%02X", keeping: "*-._ ").replacing(" ", with: "+")
        case .percentTwice: return percent(bytes, "%02X", keeping: "").replacing("%", with: "%25")
        case .json: return json(text, slashes: false)
        case .jsonSlashes: return json(text, slashes: true)
        case .jsonNumbered:
            return text.utf16.map {
                $0 < 0x80 && isPlain(UInt8($0)) ? String(UnicodeScalar(UInt8($0))) : "\\u" + String(format: "%04x", $0)
            }
            .joined()
        case .jsonInJSON: return json(json(text, slashes: false), slashes: false)
        case .singleQuoted: return text.replacing("'", with: "'\\''")
        case .doubleQuoted: return text.map { "\"\\$`".contains($0) ? "\\\($0)" : String($0) }.joined()
        case .backslashed:
            return text.unicodeScalars.map { $0.isASCII && $0.value >= 32 && !isPlain(UInt8($0.value)) ? "\\\($0)" : "\($0)" }.joined()
        case .numbered: return bytes.map { isPlain($0) ? String(UnicodeScalar($0)) : "\\x" + hex($0, "%02x") }.joined()
        case .octal: return bytes.map { isPlain($0) ? String(UnicodeScalar($0)) : "\\" + hex($0, "%03o") }.joined()
        case .hexadecimal: return bytes.map { hex($0, "%02x") }.joined()
        case .hexadecimalUpper: return bytes.map { hex($0, "%02X") }.joined()
        case .hexadecimalColons: return bytes.map { hex($0, "%02x") }.joined(separator: ":")
        case .html:
            return text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
                .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
        case .crlf: return text.replacing("\n", with: "\r\n")
        }
    }

    private func isPlain(_ byte: UInt8) -> Bool { byte < 0x80 && Character(UnicodeScalar(byte)).isLetter || (0x30...0x39).contains(byte) }

    private func hex(_ byte: UInt8, _ format: String) -> String { String(format: format, Int(byte)) }

    private func percent(_ bytes: [UInt8], _ format: String, keeping kept: String) -> String {
        bytes.map { isPlain($0) || kept.utf8.contains($0) ? String(UnicodeScalar($0)) : "%" + hex($0, format) }.joined()
    }

    private func json(_ text: String, slashes: Bool) -> String {
        let encoder = JSONEncoder()
        if !slashes { encoder.outputFormatting = .withoutEscapingSlashes }
        let quoted = (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "?"
        return String(quoted.dropFirst().dropLast())
    }
}
