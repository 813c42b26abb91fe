/// A value of RESP, the protocol of Redis, in its second version.
enum RedisValue: Sendable, Hashable {
    case status(String)
    case failure(String)
    case integer(Int)
    case bytes([UInt8])
    case list([RedisValue])
    case null

    /// A command as the server takes it: a list of byte strings.
    static func command(_ words: [[UInt8]]) -> [UInt8] {
        var bytes = Array("*\(words.count)\r\n".utf8)
        for word in words {
            bytes += "$\(word.count)\r\n".utf8
            bytes += word
            bytes += "\r\n".utf8
        }
        return bytes
    }
}

/// Cuts a stream of bytes into values.
struct RedisReader {
    private var buffer: [UInt8] = []
    private var start = 0
    private static let longestLine = 65_536
    private static let mostBytes = 512 * 1024 * 1024
    private static let deepest = 8

    /// Takes what came over the connection.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if start > 65_536 || start == buffer.count {
            buffer.removeFirst(start)
            start = 0
        }
        buffer += bytes
    }

    /// The next whole value; nil when more bytes are needed.
    /// - Throws: `RedisError.garbled`.
    mutating func next() throws(RedisError) -> RedisValue? {
        var place = start
        guard let value = try value(at: &place, depth: 0) else { return nil }
        start = place
        return value
    }

    private func value(at place: inout Int, depth: Int) throws(RedisError) -> RedisValue? {
        guard depth < Self.deepest else { throw .garbled }
        guard let line = try line(at: &place), let kind = line.first else { return nil }
        let text = String(decoding: line.dropFirst(), as: UTF8.self)
        switch kind {
        case UInt8(ascii: "+"): return .status(text)
        case UInt8(ascii: "-"): return .failure(text)
        case UInt8(ascii: ":"): return .integer(try number(text))
        case UInt8(ascii: "$"): return try bytes(try number(text), at: &place)
        case UInt8(ascii: "*"): return try list(try number(text), at: &place, depth: depth)
        default: throw .garbled
        }
    }

    private func bytes(_ count: Int, at place: inout Int) throws(RedisError) -> RedisValue? {
        if count == -1 { return .null }
        guard (0...Self.mostBytes).contains(count) else { throw .garbled }
        guard buffer.count - place >= count + 2 else { return nil }
        defer { place += count + 2 }
        return .bytes(Array(buffer[place..<place + count]))
    }

    private func list(_ count: Int, at place: inout Int, depth: Int) throws(RedisError) -> RedisValue? {
        if count == -1 { return .null }
        guard (0...1_000_000).contains(count) else { throw .garbled }
        var values: [RedisValue] = []
        for _ in 0..<count {
            guard let value = try value(at: &place, depth: depth + 1) else { return nil }
            values.append(value)
        }
        return .list(values)
    }

    /// The bytes up to the next end of line, which is left behind.
    private func line(at place: inout Int) throws(RedisError) -> ArraySlice<UInt8>? {
        guard let end = buffer[place...].firstIndex(of: UInt8(ascii: "\r")) else {
            if buffer.count - place > Self.longestLine { throw .garbled }
            return nil
        }
        guard end + 1 < buffer.count else { return nil }
        guard buffer[end + 1] == UInt8(ascii: "\n"), end > place else { throw .garbled }
        defer { place = end + 2 }
        return buffer[place..<end]
    }

    private func number(_ text: String) throws(RedisError) -> Int {
        guard let number = Int(text) else { throw .garbled }
        return number
    }
}
