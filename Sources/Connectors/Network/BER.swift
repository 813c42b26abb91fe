/// Writes the basic encoding rules (ITU-T X.690) as far as SNMP uses them.
enum BER {
    static let (integer, octets, null, object, sequence): (UInt8, UInt8, UInt8, UInt8, UInt8) = (0x02, 0x04, 0x05, 0x06, 0x30)

    /// A tag, the length and the content.
    static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        var length: [UInt8] = []
        if content.count < 128 {
            length = [UInt8(content.count)]
        } else {
            var rest = content.count
            while rest > 0 {
                length.insert(UInt8(rest & 0xff), at: 0)
                rest >>= 8
            }
            length.insert(0x80 | UInt8(length.count), at: 0)
        }
        return [tag] + length + content
    }

    /// A whole number in as few bytes as its sign allows.
    static func integer(_ number: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = number
        repeat {
            bytes.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        } while !((rest == 0 && bytes[0] < 128) || (rest == -1 && bytes[0] >= 128))
        return value(integer, bytes)
    }

    /// Bytes.
    static func octets(_ bytes: [UInt8]) -> [UInt8] { value(octets, bytes) }

    /// A sequence of values.
    static func sequence(_ values: [UInt8]...) -> [UInt8] { value(sequence, values.flatMap { $0 }) }

    /// An object identifier of at least two numbers.
    static func object(_ numbers: [Int]) -> [UInt8] {
        guard numbers.count >= 2 else { return value(object, []) }
        var bytes = [UInt8(truncatingIfNeeded: numbers[0] * 40 + numbers[1])]
        for number in numbers.dropFirst(2) {
            var groups = [UInt8(number & 0x7f)]
            var rest = number >> 7
            while rest > 0 {
                groups.insert(UInt8(rest & 0x7f) | 0x80, at: 0)
                rest >>= 7
            }
            bytes += groups
        }
        return value(object, bytes)
    }
}

/// Reads what others have written, and believes nothing of it: every length is checked against what is there.
struct BERReader {
    /// The text is not in these rules, or not what was expected.
    struct Malformed: Error {}

    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// Whether everything was read.
    var isAtEnd: Bool { rest.isEmpty }

    /// The next value, whatever it is; indices are those of the text that the reader began with.
    mutating func next() throws(Malformed) -> (tag: UInt8, content: ArraySlice<UInt8>) {
        guard rest.count >= 2, let tag = rest.popFirst(), let first = rest.popFirst() else { throw Malformed() }
        var length = Int(first)
        if first >= 128 {
            let count = Int(first & 0x7f)
            guard (1...3).contains(count), rest.count >= count else { throw Malformed() }
            length = 0
            for _ in 0..<count {
                guard let byte = rest.popFirst() else { throw Malformed() }
                length = length << 8 | Int(byte)
            }
        }
        guard length <= rest.count else { throw Malformed() }
        let content = rest.prefix(length)
        rest = rest.dropFirst(length)
        return (tag, content)
    }

    /// The content of the next value, which has this tag.
    mutating func content(_ tag: UInt8) throws(Malformed) -> ArraySlice<UInt8> {
        let found = try next()
        guard found.tag == tag else { throw Malformed() }
        return found.content
    }

    /// A reader of the next value, which has this tag.
    mutating func reader(_ tag: UInt8 = BER.sequence) throws(Malformed) -> BERReader { BERReader(try content(tag)) }

    /// A whole number of at most four bytes.
    mutating func integer() throws(Malformed) -> Int {
        let bytes = try content(BER.integer)
        guard (1...5).contains(bytes.count), let first = bytes.first else { throw Malformed() }
        return bytes.reduce(first >= 128 ? -1 : 0) { $0 << 8 | Int($1) }
    }

    /// The numbers of an object identifier as text.
    static func objectText(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> String {
        guard let first = bytes.first else { throw Malformed() }
        var (numbers, number): ([Int], Int) = ([Int(min(first / 40, 2)), Int(first) - Int(min(first / 40, 2)) * 40], 0)
        for byte in bytes.dropFirst() {
            guard number < 1 << 40 else { throw Malformed() }
            number = number << 7 | Int(byte & 0x7f)
            if byte < 128 {
                numbers.append(number)
                number = 0
            }
        }
        return numbers.map(String.init).joined(separator: ".")
    }
}
