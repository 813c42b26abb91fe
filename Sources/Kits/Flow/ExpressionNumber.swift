import Vocabulary

/// Reads and compares numbers: whole ones of 64 bits and decimals, which are never rounded into each other to be compared.
enum ExpressionNumber {
    /// Where the number that begins at a byte ends, and whether it is a whole one; nil when none begins there.
    static func end(of bytes: [UInt8], from start: Int) -> (end: Int, isWhole: Bool)? {
        var position = start
        func digits() -> Bool {
            let first = position
            while position < bytes.count, bytes[position] >= UInt8(ascii: "0"), bytes[position] <= UInt8(ascii: "9") { position += 1 }
            return position > first
        }
        guard digits() else { return nil }
        var end = position
        var isWhole = true
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            if digits() { (end, isWhole) = (position, false) }
            position = end
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") { position += 1 }
            if digits() { (end, isWhole) = (position, false) }
        }
        return (end, isWhole)
    }

    /// What a text that is a number says.
    enum Reading {
        case value(JSONValue)
        case tooLarge
        case notANumber
    }

    /// Reads a text with an optional sign and blanks around it.
    static func read(_ text: String) -> Reading {
        var bytes = Array(text.utf8)
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        var start = bytes.prefix(while: isBlank).count
        let signed = start
        if start < bytes.count, bytes[start] == UInt8(ascii: "-") || bytes[start] == UInt8(ascii: "+") { start += 1 }
        guard let (end, isWhole) = end(of: bytes, from: start), end == bytes.count else { return .notANumber }
        guard end - start <= 400 else { return .tooLarge }
        let written = String(decoding: bytes[signed..<end], as: UTF8.self)
        if isWhole { return Int64(written).map { .value(.integer($0)) } ?? .tooLarge }
        guard let decimal = Double(written), decimal.isFinite else { return .tooLarge }
        return .value(.number(decimal))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// The order of two numbers: negative, zero or positive; nil when one is no number.
    static func order(_ left: JSONValue, _ right: JSONValue) -> Int? {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left < right ? -1 : left > right ? 1 : 0
        case (.number(let left), .number(let right)): left < right ? -1 : left > right ? 1 : left == right ? 0 : nil
        case (.integer(let left), .number(let right)): order(left, right)
        case (.number(let left), .integer(let right)): order(right, left).map { -$0 }
        default: nil
        }
    }

    private static func order(_ whole: Int64, _ decimal: Double) -> Int? {
        guard !decimal.isNaN else { return nil }
        if decimal >= 0x1p63 { return -1 }
        if decimal < -0x1p63 { return 1 }
        let truncated = decimal.rounded(.towardZero)
        let other = Int64(truncated)
        guard whole == other else { return whole < other ? -1 : 1 }
        return decimal > truncated ? -1 : decimal < truncated ? 1 : 0
    }

    /// The number as a decimal; nil when it is none.
    static func decimal(_ value: JSONValue) -> Double? {
        switch value {
        case .integer(let whole): Double(whole)
        case .number(let decimal): decimal
        default: nil
        }
    }
}
