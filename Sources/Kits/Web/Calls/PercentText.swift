/// Percent-encoding (RFC 3986 section 2.1).
package enum PercentText {
    private static let hexDigits = Array("0123456789ABCDEF".utf8)

    /// Encodes everything but unreserved characters.
    package static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        for letter in text.utf8 {
            if isUnreserved(letter) {
                bytes.append(letter)
            } else {
                bytes.append(contentsOf: [UInt8(ascii: "%"), hexDigits[Int(letter >> 4)], hexDigits[Int(letter & 15)]])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Decodes; nil for a broken escape or for bytes that are not UTF-8.
    package static func decoded(_ letters: some Collection<UInt8>, plusIsSpace: Bool = false) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(letters.count)
        var rest = letters.makeIterator()
        while let letter = rest.next() {
            if letter == UInt8(ascii: "%") {
                guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else { return nil }
                bytes.append(high << 4 | low)
            } else {
                bytes.append(plusIsSpace && letter == UInt8(ascii: "+") ? UInt8(ascii: " ") : letter)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ letter: UInt8) -> UInt8? {
        Character(Unicode.Scalar(letter)).hexDigitValue.map { UInt8($0) }
    }

    private static func isUnreserved(_ letter: UInt8) -> Bool {
        switch letter {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
