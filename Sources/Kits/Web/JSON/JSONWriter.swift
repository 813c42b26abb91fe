import Foundation
import Vocabulary

/// Writes JSON text as values come in, without building a tree. Not shared between threads.
final class JSONWriter {
    private struct Level {
        let isObject: Bool
        var isEmpty = true
    }

    // One thread writes and nothing here calls back, so accesses cannot overlap; checking that takes a tenth of the time.
    @exclusivity(unchecked) private(set) var bytes: [UInt8] = []
    @exclusivity(unchecked) private var levels: [Level] = []

    init() {
        bytes.reserveCapacity(1024)
        levels.reserveCapacity(16)
    }

    /// Opens an object or array for the value at `depth`; asking again for the same value goes on in it.
    func open(isObject: Bool, at depth: Int) {
        guard levels.count <= depth else { return close(to: depth + 1) }
        bytes.append(isObject ? UInt8(ascii: "{") : UInt8(ascii: "["))
        levels.append(Level(isObject: isObject))
    }

    /// Closes whatever is open deeper than `depth`.
    func close(to depth: Int) {
        while levels.count > depth, let level = levels.popLast() {
            bytes.append(level.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
        }
    }

    /// Begins the next element of the array at `depth`.
    func element(at depth: Int) { separate(depth) }

    /// Begins the next member of the object at `depth`.
    func key(_ key: some CodingKey, isData: Bool, at depth: Int) {
        separate(depth)
        if isData {
            write(text: key.stringValue)
        } else {
            bytes.append(UInt8(ascii: "\""))
            var property = key.stringValue
            property.withUTF8 { SnakeCase.append(wire: $0, to: &bytes) }
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: ":"))
    }

    private func separate(_ depth: Int) {
        close(to: depth)
        guard let last = levels.indices.last else { return }
        if !levels[last].isEmpty { bytes.append(UInt8(ascii: ",")) }
        levels[last].isEmpty = false
    }

    /// Writes any value; `depth` levels are open around it.
    func write<Value: Encodable>(_ value: Value, depth: Int) throws {
        // Where the types are the same the bits are, and a cast would look through the tables of the program.
        if Value.self == String.self { return write(text: unsafeBitCast(value, to: String.self)) }
        if Value.self == Int.self { return write(literal: String(unsafeBitCast(value, to: Int.self))) }
        if Value.self == Bool.self { return write(literal: unsafeBitCast(value, to: Bool.self) ? "true" : "false") }
        if Value.self == Timestamp.self {
            bytes.append(UInt8(ascii: "\""))
            unsafeBitCast(value, to: Timestamp.self).append(to: &bytes)
            return bytes.append(UInt8(ascii: "\""))
        }
        if Value.self == Double.self, let number = value as? Double { return try write(number: number) }
        if Value.self == Float.self, let number = value as? Float { return try write(number: Double(number)) }
        if Value.self == JSONValue.self, let json = value as? JSONValue { return try write(json: json) }
        if Value.self == [UInt8].self, let raw = value as? [UInt8] { return write(text: Data(raw).base64EncodedString()) }
        if Value.self == Data.self, let raw = value as? Data { return write(text: raw.base64EncodedString()) }
        if _isPOD(Value.self), Whole.isNumber(Value.self), let number = value as? any BinaryInteger {
            return write(literal: String(describing: number))
        }
        let start = bytes.count
        try value.encode(to: JSONEncoding(writer: self, depth: depth))
        close(to: depth)
        if bytes.count == start { write(literal: "{}") }
    }

    func write(literal: String) { bytes.append(contentsOf: literal.utf8) }

    private func write(number: Double) throws {
        guard number.isFinite else {
            throw EncodingError.invalidValue(number, .init(codingPath: [], debugDescription: "JSON has no such number"))
        }
        if number.rounded() == number, abs(number) < 9_007_199_254_740_992 { return write(literal: String(Int64(number))) }
        write(literal: String(number))
    }

    private func write(json: JSONValue) throws {
        switch json {
        case .null: write(literal: "null")
        case .boolean(let flag): write(literal: flag ? "true" : "false")
        case .integer(let number): write(literal: String(number))
        case .number(let number): try write(number: number)
        case .string(let text): write(text: text)
        case .array(let items):
            bytes.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                try write(json: item)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(text: member.key)
                bytes.append(UInt8(ascii: ":"))
                try write(json: member.value)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    func write(text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { letters in
            var rest = letters
            while let index = rest.firstIndex(where: Self.needsEscape) {
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: rest[..<index]))
                escape(rest[index])
                rest = UnsafeBufferPointer(rebasing: rest[(index + 1)...])
            }
            bytes.append(contentsOf: rest)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ letter: UInt8) -> Bool {
        letter < 0x20 || letter == UInt8(ascii: "\"") || letter == UInt8(ascii: "\\")
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)

    private func escape(_ letter: UInt8) {
        switch letter {
        case UInt8(ascii: "\""): bytes.append(contentsOf: #"\""#.utf8)
        case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\"#.utf8)
        case 0x0a: bytes.append(contentsOf: #"\n"#.utf8)
        case 0x0d: bytes.append(contentsOf: #"\r"#.utf8)
        case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
        default:
            bytes.append(contentsOf: #"\u00"#.utf8)
            bytes.append(Self.hexDigits[Int(letter >> 4)])
            bytes.append(Self.hexDigits[Int(letter & 15)])
        }
    }
}
