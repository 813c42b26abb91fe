/// Finds what is registered for a path: literal segments win over parameters.
struct PathTable<Value: Sendable>: Sendable {
    private struct Node {
        var literals: [String: Int] = [:]
        var parameter: Int?
        var entry: (names: [String], value: Value)?
    }

    private var nodes = [Node()]

    /// The value at a template such as `/api/jobs/{job}`, made when it is new. A trailing slash does not count.
    mutating func update(_ template: String, initial: Value, _ change: (inout Value) -> Void) {
        var position = 0
        var names: [String] = []
        for segment in Self.segments(template[...]) {
            if segment.hasPrefix("{"), segment.hasSuffix("}") {
                names.append(String(segment.dropFirst().dropLast()))
                let next = nodes[position].parameter ?? append()
                nodes[position].parameter = next
                position = next
            } else {
                let next = nodes[position].literals[segment] ?? append()
                nodes[position].literals[segment] = next
                position = next
            }
        }
        var entry = nodes[position].entry ?? (names, initial)
        change(&entry.value)
        nodes[position].entry = entry
    }

    private mutating func append() -> Int {
        nodes.append(Node())
        return nodes.count - 1
    }

    /// The value for a raw path and its parameters, percent-decoded; nil when nothing matches or an escape is broken.
    func find(_ path: Substring) -> (value: Value, parameters: [String: String])? {
        var segments: [String] = []
        for segment in Self.segments(path) {
            if segment.utf8.contains(UInt8(ascii: "%")) {
                guard let decoded = PercentText.decoded(segment.utf8), !decoded.utf8.contains(0) else { return nil }
                segments.append(decoded)
            } else {
                segments.append(segment)
            }
        }
        guard let (node, values) = walk(0, segments[...], []), let entry = nodes[node].entry else { return nil }
        return (entry.value, Dictionary(zip(entry.names, values)) { first, _ in first })
    }

    private func walk(_ node: Int, _ rest: ArraySlice<String>, _ values: [String]) -> (Int, [String])? {
        guard let segment = rest.first else { return nodes[node].entry == nil ? nil : (node, values) }
        if let next = nodes[node].literals[segment], let found = walk(next, rest.dropFirst(), values) { return found }
        guard let next = nodes[node].parameter, !segment.isEmpty else { return nil }
        return walk(next, rest.dropFirst(), values + [segment])
    }

    private static func segments(_ path: Substring) -> [String] {
        var segments = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { String(Substring($0)) }
        if segments.first == "" { segments.removeFirst() }
        if segments.last == "" { segments.removeLast() }
        return segments
    }
}
