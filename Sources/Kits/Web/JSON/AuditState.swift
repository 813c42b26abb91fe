import Vocabulary

extension AuditNote {
    /// At most so many bytes of JSON are kept of how something was.
    package static let mostBytes = 16_384

    /// How something is, for `before` and `after`: a wire type as people see it, secrets as `•••`, what is too long cut with a mark; nil for nothing.
    package static func state(of value: (some Encodable)?) -> JSONValue? {
        guard let value else { return nil }
        return Secret.$areMasked.withValue(true) {
            guard let bytes = try? JSONCodec.encode(value), let json = try? JSONCodec.decode(JSONValue.self, from: bytes) else {
                return nil
            }
            return bytes.count <= mostBytes ? json : bounded(json)
        }
    }

    /// A value that is small enough to be kept.
    package static func bounded(_ json: JSONValue) -> JSONValue {
        for (letters, items) in [(Int.max, Int.max), (2000, 200), (400, 50), (100, 10), (40, 3)] {
            let cut = cut(json, letters, items)
            if let size = try? JSONCodec.encode(cut).count, size <= mostBytes { return cut }
        }
        return .object(["…": "It is too large to be kept here."])
    }

    private static func cut(_ json: JSONValue, _ letters: Int, _ items: Int) -> JSONValue {
        switch json {
        case .string(let text):
            guard text.utf8.count > letters else { return json }
            return .string(String(text.prefix(letters)) + "… (cut, \(text.utf8.count) bytes in all)")
        case .array(let values):
            let kept = values.prefix(items).map { cut($0, letters, items) }
            return .array(values.count > items ? kept + [.string("… (cut, \(values.count) in all)")] : kept)
        case .object(let members):
            let kept = members.sorted { $0.key < $1.key }.prefix(items)
            var result = Dictionary(kept.map { ($0.key, cut($0.value, letters, items)) }) { first, _ in first }
            if members.count > items { result["…"] = .string("cut, \(members.count) in all") }
            return .object(result)
        default: return json
        }
    }
}
