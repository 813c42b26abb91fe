import Foundation
import Vocabulary

/// What all parts of one decoding share. Not shared between threads.
final class JSONReading {
    var names = WireNames()
}

/// Where a value stands; the path is written out only when an error needs it.
final class JSONPlace {
    private let key: any CodingKey
    private let parent: JSONPlace?

    init(_ key: any CodingKey, in parent: JSONPlace?) {
        self.key = key
        self.parent = parent
    }

    var path: [any CodingKey] { (parent?.path ?? []) + [key] }
}

/// The `Decoder` over a parsed text.
struct JSONDecoding: Decoder {
    let node: JSONNode
    let reading: JSONReading
    let place: JSONPlace?
    var codingPath: [any CodingKey] { place?.path ?? [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = node else { throw mismatch([String: JSONValue].self, "must be an object") }
        return KeyedDecodingContainer(JSONObjectDecoding<Key>(members, reading, place))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let items) = node else { throw mismatch([JSONValue].self, "must be a list") }
        return JSONArrayDecoding(items: items, reading: reading, place: place)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    /// Reads this value as any type.
    func read<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if let scalar = try scalar(type) { return scalar }
        return try Value(from: self)
    }

    private func scalar<Value: Decodable>(_ type: Value.Type) throws -> Value? {
        if type == String.self {
            guard case .string(let text) = node else { throw mismatch(type, "must be a string") }
            return text as? Value
        }
        if type == Int.self { return try integer(Int.self) as? Value }
        if type == Bool.self {
            guard case .boolean(let flag) = node else { throw mismatch(type, "must be true or false") }
            return flag as? Value
        }
        if type == Double.self { return try number() as? Value }
        if type == JSONValue.self { return node.value as? Value }
        if type == [UInt8].self { return try Array(data()) as? Value }
        if type == Data.self { return try data() as? Value }
        if type == Float.self { return Float(try number()) as? Value }
        if let whole = type as? any FixedWidthInteger.Type { return try integer(whole) as? Value }
        return nil
    }

    private func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        guard let whole = node.whole else { throw mismatch(type, "must be a whole number") }
        guard let number = Number(exactly: whole) else { throw mismatch(type, "is out of range") }
        return number
    }

    private func number() throws -> Double {
        switch node {
        case .integer(let number): return Double(number)
        case .number(let number): return number
        default: throw mismatch(Double.self, "must be a number")
        }
    }

    private func data() throws -> Data {
        guard case .string(let text) = node, let data = Data(base64Encoded: text) else {
            throw mismatch(Data.self, "must be bytes in base64")
        }
        return data
    }

    private func mismatch(_ type: any Any.Type, _ what: String) -> DecodingError {
        .typeMismatch(type, .init(codingPath: codingPath, debugDescription: what))
    }
}

extension JSONDecoding: SingleValueDecodingContainer {
    func decodeNil() -> Bool { node == .null }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try read(type) }
}

/// An object being read.
struct JSONObjectDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let members: [JSONMember]
    /// Positions by name, for objects that are too long to search.
    private let index: [String: Int]?
    private let reading: JSONReading
    private let place: JSONPlace?
    private let keysAreData = DictionaryKeys.are(Key.self)

    init(_ members: [JSONMember], _ reading: JSONReading, _ place: JSONPlace?) {
        self.members = members
        self.reading = reading
        self.place = place
        index = members.count > 16 ? Dictionary(members.enumerated().map { ($1.key, $0) }) { first, _ in first } : nil
    }

    var codingPath: [any CodingKey] { place?.path ?? [] }

    var allKeys: [Key] {
        members.compactMap { Key(stringValue: keysAreData ? $0.key : SnakeCase.property($0.key)) }
    }

    func contains(_ key: Key) -> Bool { find(key) != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try require(key) == .null }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try at(key, try require(key)).read(type)
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        guard let node = find(key), node != .null else { return nil }
        return try at(key, node).read(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try at(key, try require(key)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try at(key, try require(key)).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        JSONDecoding(node: .object(members), reading: reading, place: place)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { at(key, try require(key)) }

    private func at(_ key: Key, _ node: JSONNode) -> JSONDecoding {
        JSONDecoding(node: node, reading: reading, place: JSONPlace(key, in: place))
    }

    private func find(_ key: Key) -> JSONNode? {
        let name = keysAreData ? key.stringValue : reading.names.wire(key.stringValue)
        if let index { return index[name].map { members[$0].value } }
        return members.first { $0.key == name }?.value
    }

    private func require(_ key: Key) throws -> JSONNode {
        guard let node = find(key) else {
            throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "is missing"))
        }
        return node
    }
}

/// An array being read.
struct JSONArrayDecoding: UnkeyedDecodingContainer {
    let items: [JSONNode]
    let reading: JSONReading
    let place: JSONPlace?
    private(set) var currentIndex = 0

    init(items: [JSONNode], reading: JSONReading, place: JSONPlace?) {
        self.items = items
        self.reading = reading
        self.place = place
    }

    var codingPath: [any CodingKey] { place?.path ?? [] }
    var count: Int? { items.count }
    var isAtEnd: Bool { currentIndex >= items.count }

    mutating func decodeNil() throws -> Bool {
        guard try peek().node == .null else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try peek().read(type)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        let container = try peek().container(keyedBy: type)
        currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try peek().unkeyedContainer()
        currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = try peek()
        currentIndex += 1
        return decoder
    }

    private func peek() throws -> JSONDecoding {
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                JSONValue.self, .init(codingPath: codingPath, debugDescription: "the list ends too early"))
        }
        return JSONDecoding(
            node: items[currentIndex], reading: reading, place: JSONPlace(PlainKey(intValue: currentIndex), in: place))
    }
}
