/// The `Encoder` over `JSONWriter`. Coding paths stay empty: what we encode is ours, and its errors are faults in the program.
struct JSONEncoding: Encoder {
    let writer: JSONWriter
    /// How many levels are open around the value.
    let depth: Int
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        writer.open(isObject: true, at: depth)
        return KeyedEncodingContainer(JSONObjectEncoding<Key>(writer: writer, depth: depth + 1))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        writer.open(isObject: false, at: depth)
        return JSONArrayEncoding(writer: writer, depth: depth + 1)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { JSONScalarEncoding(writer: writer, depth: depth) }
}

/// An object being written. The generic `encode` serves every scalar type as well; the most frequent ones have a short way of their own.
struct JSONObjectEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let writer: JSONWriter
    let depth: Int
    let keysAreData: Bool
    var codingPath: [any CodingKey] { [] }

    init(writer: JSONWriter, depth: Int, keysAreData: Bool? = nil) {
        self.writer = writer
        self.depth = depth
        self.keysAreData = keysAreData ?? DictionaryKeys.are(Key.self)
    }

    mutating func encodeNil(forKey key: Key) throws {
        writer.key(key, isData: keysAreData, at: depth)
        writer.write(literal: "null")
    }

    mutating func encode(_ value: String, forKey key: Key) throws {
        writer.key(key, isData: keysAreData, at: depth)
        writer.write(text: value)
    }

    mutating func encode(_ value: Int, forKey key: Key) throws {
        writer.key(key, isData: keysAreData, at: depth)
        writer.write(literal: String(value))
    }

    mutating func encode(_ value: Bool, forKey key: Key) throws {
        writer.key(key, isData: keysAreData, at: depth)
        writer.write(literal: value ? "true" : "false")
    }

    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        writer.key(key, isData: keysAreData, at: depth)
        try writer.write(value, depth: depth)
    }

    mutating func encodeIfPresent(_ value: String?, forKey key: Key) throws {
        if let value { try encode(value, forKey: key) }
    }

    mutating func encodeIfPresent(_ value: Int?, forKey key: Key) throws {
        if let value { try encode(value, forKey: key) }
    }

    mutating func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws {
        if let value { try encode(value, forKey: key) }
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        nested(key).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { nested(key).unkeyedContainer() }

    mutating func superEncoder() -> any Encoder { nested(PlainKey("super")) }

    mutating func superEncoder(forKey key: Key) -> any Encoder { nested(key) }

    private func nested(_ key: any CodingKey) -> JSONEncoding {
        writer.key(key, isData: keysAreData, at: depth)
        return JSONEncoding(writer: writer, depth: depth)
    }
}

/// An array being written.
struct JSONArrayEncoding: UnkeyedEncodingContainer {
    let writer: JSONWriter
    let depth: Int
    private(set) var count = 0
    var codingPath: [any CodingKey] { [] }

    init(writer: JSONWriter, depth: Int) {
        self.writer = writer
        self.depth = depth
    }

    mutating func encodeNil() throws { next().write(literal: "null") }

    mutating func encode<Value: Encodable>(_ value: Value) throws { try next().write(value, depth: depth) }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        JSONEncoding(writer: next(), depth: depth).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        JSONEncoding(writer: next(), depth: depth).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { JSONEncoding(writer: next(), depth: depth) }

    private mutating func next() -> JSONWriter {
        count += 1
        writer.element(at: depth)
        return writer
    }
}

/// A single value being written.
struct JSONScalarEncoding: SingleValueEncodingContainer {
    let writer: JSONWriter
    let depth: Int
    var codingPath: [any CodingKey] { [] }

    mutating func encodeNil() throws { writer.write(literal: "null") }

    mutating func encode(_ value: String) throws { writer.write(text: value) }

    mutating func encode<Value: Encodable>(_ value: Value) throws { try writer.write(value, depth: depth) }
}

/// A key made of a text or a position.
struct PlainKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ text: String) {
        stringValue = text
        intValue = nil
    }
    init(stringValue: String) { self.init(stringValue) }
    init(intValue: Int) {
        stringValue = String(intValue)
        self.intValue = intValue
    }
}

/// A key that is a position; its text is made when somebody asks for it.
struct JSONPosition: CodingKey {
    let position: Int
    var stringValue: String { String(position) }
    var intValue: Int? { position }

    init(_ position: Int) { self.position = position }
    init?(stringValue: String) { nil }
    init?(intValue: Int) { self.init(intValue) }
}
