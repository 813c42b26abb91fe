/// JSON as it travels: snake_case names of Swift properties, dictionary keys untouched, bytes (`[UInt8]`, `Data`) in base64,
/// absent rather than null, no white space, slashes unescaped.
package enum JSONCodec {
    /// The JSON text of a value.
    /// - Throws: `EncodingError` for numbers that JSON has not, such as infinity.
    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        let writer = JSONWriter()
        try writer.write(value, depth: 0)
        return writer.bytes
    }

    /// The JSON text of a value, for columns of text.
    /// - Throws: as `encode`.
    package static func text(_ value: some Encodable) throws -> String {
        String(decoding: try encode(value), as: UTF8.self)
    }

    /// Reads a value out of a JSON text.
    /// - Throws: `JSONFault` for what is not JSON, `DecodingError` for what does not fit.
    package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: some Collection<UInt8>) throws -> Value {
        try decode(type, from: JSONParser.parse(bytes))
    }

    /// Reads a value out of a parsed text.
    /// - Throws: `DecodingError` for what does not fit.
    package static func decode<Value: Decodable>(_ type: Value.Type, from node: JSONNode) throws -> Value {
        let reading = JSONReading()
        let value = try JSONDecoding(node: node, reading: reading).read(type)
        reading.names.remember()
        return value
    }
}
