import Foundation
import Vocabulary

/// What a type asked for while it decoded a sample. Not shared between threads.
final class SchemaRecord {
    struct Found {
        let shape: WireShape
        var isOptional: Bool
    }

    let book: SchemaBook
    private(set) var fields: [String: Found] = [:]
    private(set) var order: [String] = []
    /// Members that the type asked about before it decoded them; they may be absent.
    var asked: Set<String> = []
    /// The form of a type that decodes itself from a single value or a list.
    var single: WireShape?

    init(book: SchemaBook) { self.book = book }

    func note(_ key: any CodingKey, _ type: any Decodable.Type, isOptional: Bool) throws {
        let name = key.stringValue
        var shape = try book.shape(of: type)
        var mayLack = isOptional || asked.contains(name)
        if case .optional(let inner) = shape {
            shape = inner
            mayLack = true
        }
        if fields[name] == nil { order.append(name) }
        fields[name] = Found(shape: shape, isOptional: mayLack)
    }
}

/// Makes a value of any wire type that its own decoding accepts.
enum Samples {
    static func make<Value: Decodable>(_ type: Value.Type, in book: SchemaBook) throws -> Value {
        if let value = plain(type) as? Value { return value }
        return try Value(from: SampleDecoder(record: SchemaRecord(book: book)))
    }

    private static func plain(_ type: any Decodable.Type) -> (any Decodable)? {
        if let scalar = type as? any WireScalar.Type { return scalar.sample }
        if let choice = type as? any WireEnum.Type { return first(choice) }
        if type == [UInt8].self { return [UInt8]() }
        if type == Data.self { return Data() }
        if type == String.self { return "text" }
        if type == Bool.self { return true }
        if type == Double.self { return 1.0 }
        if type == Float.self { return Float(1) }
        if let number = type as? any (FixedWidthInteger & Decodable).Type { return one(number) }
        return nil
    }

    private static func first<Choice: WireEnum>(_ type: Choice.Type) -> (any Decodable)? { Choice.allCases.first }
    private static func one<Number: FixedWidthInteger & Decodable>(_ type: Number.Type) -> any Decodable { Number(1) }
}

/// Hands out samples and notes what was asked for.
struct SampleDecoder: Decoder {
    let record: SchemaRecord
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(SampleObject<Key>(record: record, isData: DictionaryKeys.are(type)))
    }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { SampleList(record: record) }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { SampleScalar(record: record) }
}

private struct SampleObject<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let record: SchemaRecord
    let isData: Bool
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool {
        record.asked.insert(key.stringValue)
        return true
    }
    func decodeNil(forKey key: Key) throws -> Bool {
        record.asked.insert(key.stringValue)
        return false
    }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try record.note(key, type, isOptional: false)
        return try Samples.make(type, in: record.book)
    }
    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        try record.note(key, type, isOptional: true)
        return nil
    }
    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        throw SchemaFault(description: "The member \(key.stringValue) is decoded by a nested container; give it a type of its own.")
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { SampleList(record: record) }
    func superDecoder() throws -> any Decoder { SampleDecoder(record: record) }
    func superDecoder(forKey key: Key) throws -> any Decoder { SampleDecoder(record: record) }
}

/// An empty list: elements are described by their type, not by a sample.
private struct SampleList: UnkeyedDecodingContainer {
    let record: SchemaRecord
    var codingPath: [any CodingKey] { [] }
    var count: Int? { 0 }
    var isAtEnd: Bool { true }
    var currentIndex: Int { 0 }

    mutating func decodeNil() throws -> Bool { false }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try Samples.make(type, in: record.book) }
    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        try SampleDecoder(record: record).container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { self }
    mutating func superDecoder() throws -> any Decoder { SampleDecoder(record: record) }
}

private struct SampleScalar: SingleValueDecodingContainer {
    let record: SchemaRecord
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { false }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        record.single = try record.book.shape(of: type)
        return try Samples.make(type, in: record.book)
    }
}
