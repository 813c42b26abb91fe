import Foundation

/// How filters compare, quote and correct text.
package enum FilterText {
    /// The form in which texts are compared: lower-case and in one Unicode normal form, so that equal texts are equal bytes.
    package static func folded(_ text: String) -> String {
        let lower = text.lowercased()
        return lower.utf8.allSatisfy { $0 < 128 } ? lower : lower.precomposedStringWithCanonicalMapping
    }

    /// The number that a text is, if it is one: decimal, with optional sign, fraction and exponent.
    package static func number(_ text: String) -> Double? {
        let digits = text.utf8.contains { isDigit($0) }
        let plain = text.utf8.allSatisfy { isDigit($0) || [43, 45, 46, 69, 101].contains($0) }
        guard digits, plain, text.utf8.count <= 64, let number = Double(text), number.isFinite else { return nil }
        return number
    }

    /// Whether a folded text fits a folded pattern of `*` and `?`. Takes time in the product of the lengths at most.
    package static func matches(_ text: String, pattern: String) -> Bool {
        let (text, pattern) = (Array(text.unicodeScalars), Array(pattern.unicodeScalars))
        var (position, place) = (0, 0)
        var retry: (position: Int, place: Int)?
        while position < text.count {
            if place < pattern.count, pattern[place] == "*" {
                retry = (position, place + 1)
                place += 1
            } else if place < pattern.count, pattern[place] == "?" || pattern[place] == text[position] {
                position += 1
                place += 1
            } else if let (start, after) = retry {
                retry = (start + 1, after)
                (position, place) = (start + 1, after)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "*" }
    }

    /// Whether an unquoted text would be taken for a pattern.
    package static func hasWildcard(_ text: String) -> Bool { text.contains("*") || text.contains("?") }

    /// The value as it has to be written in a filter: quoted unless it is plain.
    package static func quoted(_ value: String, isPattern: Bool = false) -> String {
        let plain = value.utf8.allSatisfy {
            isAlphanumeric($0) || [45, 46, 47, 58, 64, 95, 43].contains($0) || isPattern && [42, 63].contains($0)
        }
        if plain, !value.isEmpty { return value }
        return "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
}
