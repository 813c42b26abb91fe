import Foundation
import Vocabulary

/// What all parts of one decoding share. Not shared between threads.
final class JSONReading {
    var names = WireNames()
}

/// The `Decoder` over a parsed text. It knows where its value stands; the path is written out only when an error needs it.
final class JSONDecoding: Decoder {
    let node: JSONNode
    let reading: JSONReading
    /// The members while this is read as an object, and their positions by name if they are too many to search.
    fileprivate private(set) var members: [JSONMember] = []
    private var index: [String: Int]?
    private let key: (any CodingKey)?
    private let parent: JSONDecoding?

    /// A whole text.
    init(node: JSONNode, reading: JSONReading) {
        self.node = node
        self.reading = reading
        key = nil
        parent = nil
    }

    /// A value inside another one.
    init(node: JSONNode, at key: any CodingKey, in parent: JSONDecoding) {
        self.node = node
        reading = parent.reading
        self.key = key
        self.parent = parent
    }

    var codingPath: [any CodingKey] {
        guard let key, let parent else { return [] }
        return parent.codingPath + [key]
    }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = node else { throw mismatch([String: JSONValue].self, "must be an object") }
        self.members = members
        if members.count > Self.fewMembers, index == nil {
            index = Dictionary(members.enumerated().map { ($1.key, $0) }) { first, _ in first }
        }
        return KeyedDecodingContainer(JSONObjectDecoding<Key>(self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let items) = node else { throw mismatch([JSONValue].self, "must be a list") }
        return JSONArrayDecoding(items: items, decoding: self)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    private static let fewMembers = 16

    /// The member with this name on the wire.
    fileprivate func member(_ name: String) -> JSONNode? {
        if let index { return index[name].map { members[$0].value } }
        return members.first { $0.isNamed(name) }?.value
    }

    /// Reads this value as any type.
    func read<Value: Decodable>(_ type: Value.Type) throws -> Value {
        do throws(JSONMismatch) {
            if let scalar = try node.scalar(type) { return scalar }
        } catch {
            throw mismatch(error.type, error.what)
        }
        return try Value(from: self)
    }

    private func mismatch(_ type: any Any.Type, _ what: String) -> DecodingError {
        .typeMismatch(type, .init(codingPath: codingPath, debugDescription: what))
    }
}

extension JSONDecoding: SingleValueDecodingContainer {
    func decodeNil() -> Bool { node == .null }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try read(type) }
}

/// That a value is of another type than was asked for; whoever knows the place makes an error of it.
struct JSONMismatch: Error {
    let type: any Any.Type
    let what: String
}

extension JSONNode {
    /// This as a text, number, flag, time or bytes; nil when something else is asked for, which reads itself.
    func scalar<Value>(_ type: Value.Type) throws(JSONMismatch) -> Value? {
        // Where the types are the same the bits are, and a cast would look through the tables of the program.
        if type == String.self { return unsafeBitCast(try text(), to: type) }
        if type == Int.self { return unsafeBitCast(try integer(Int.self), to: type) }
        if type == Bool.self { return unsafeBitCast(try flag(), to: type) }
        if type == Double.self { return unsafeBitCast(try number(), to: type) }
        if type == [UInt8].self { return unsafeBitCast([UInt8](try data()), to: type) }
        if type == Timestamp.self {
            guard case .string(let text) = self, let instant = Timestamp(text) else { return nil }
            return unsafeBitCast(instant, to: type)
        }
        if type == JSONValue.self { return value as? Value }
        if type == Data.self { return try data() as? Value }
        if type == Float.self { return Float(try number()) as? Value }
        if _isPOD(type), Whole.isNumber(type), let whole = type as? any FixedWidthInteger.Type { return try integer(whole) as? Value }
        return nil
    }

    func text() throws(JSONMismatch) -> String {
        guard case .string(let text) = self else { throw JSONMismatch(type: String.self, what: "must be a string") }
        return text
    }

    func flag() throws(JSONMismatch) -> Bool {
        guard case .boolean(let flag) = self else { throw JSONMismatch(type: Bool.self, what: "must be true or false") }
        return flag
    }

    func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws(JSONMismatch) -> Number {
        guard let whole else { throw JSONMismatch(type: type, what: "must be a whole number") }
        guard let number = Number(exactly: whole) else { throw JSONMismatch(type: type, what: "is out of range") }
        return number
    }

    private func number() throws(JSONMismatch) -> Double {
        switch self {
        case .integer(let number): return Double(number)
        case .number(let number): return number
        default: throw JSONMismatch(type: Double.self, what: "must be a number")
        }
    }

    private func data() throws(JSONMismatch) -> Data {
        guard case .string(let text) = self, let data = Data(base64Encoded: text) else {
            throw JSONMismatch(type: Data.self, what: "must be bytes in base64")
        }
        return data
    }
}

/// An object being read. The generic `decode` serves every type; the most frequent ones have a short way of their own.
struct JSONObjectDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let decoding: JSONDecoding
    private let keysAreData = DictionaryKeys.are(Key.self)

    init(_ decoding: JSONDecoding) { self.decoding = decoding }

    var codingPath: [any CodingKey] { decoding.codingPath }

    var allKeys: [Key] {
        decoding.members.compactMap { Key(stringValue: keysAreData ? $0.key : SnakeCase.property($0.key)) }
    }

    func contains(_ key: Key) -> Bool { find(key) != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try require(key) == .null }

    func decode(_ type: String.Type, forKey key: Key) throws -> String { try text(key, try require(key)) }

    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try integer(key, try require(key)) }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
        let node = try require(key)
        do throws(JSONMismatch) { return try node.flag() } catch { throw mismatch(error, key) }
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try read(type, key, try require(key)) }

    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        guard let node = given(key) else { return nil }
        return try text(key, node)
    }

    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
        guard let node = given(key) else { return nil }
        return try integer(key, node)
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        guard let node = given(key) else { return nil }
        return try read(type, key, node)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try at(key, try require(key)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try at(key, try require(key)).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { decoding }

    func superDecoder(forKey key: Key) throws -> any Decoder { at(key, try require(key)) }

    private func at(_ key: Key, _ node: JSONNode) -> JSONDecoding { JSONDecoding(node: node, at: key, in: decoding) }

    private func read<Value: Decodable>(_ type: Value.Type, _ key: Key, _ node: JSONNode) throws -> Value {
        do throws(JSONMismatch) {
            if let scalar = try node.scalar(type) { return scalar }
        } catch {
            throw mismatch(error, key)
        }
        return try Value(from: at(key, node))
    }

    private func text(_ key: Key, _ node: JSONNode) throws -> String {
        do throws(JSONMismatch) { return try node.text() } catch { throw mismatch(error, key) }
    }

    private func integer(_ key: Key, _ node: JSONNode) throws -> Int {
        do throws(JSONMismatch) { return try node.integer(Int.self) } catch { throw mismatch(error, key) }
    }

    private func mismatch(_ error: JSONMismatch, _ key: Key) -> DecodingError {
        .typeMismatch(error.type, .init(codingPath: codingPath + [key], debugDescription: error.what))
    }

    private func find(_ key: Key) -> JSONNode? {
        decoding.member(keysAreData ? key.stringValue : decoding.reading.names.wire(key.stringValue))
    }

    private func given(_ key: Key) -> JSONNode? {
        guard let node = find(key), node != .null else { return nil }
        return node
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
    let decoding: JSONDecoding
    private(set) var currentIndex = 0

    init(items: [JSONNode], decoding: JSONDecoding) {
        self.items = items
        self.decoding = decoding
    }

    var codingPath: [any CodingKey] { decoding.codingPath }
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
        return JSONDecoding(node: items[currentIndex], at: JSONPosition(currentIndex), in: decoding)
    }
}
