import Vocabulary

/// Query strings read by the same rules as JSON bodies: every parameter becomes a member of one object.
package enum QueryInput {
    /// The parameters in order, percent-decoded; `+` is a space.
    /// - Throws: a 400 problem for escapes that are not UTF-8.
    package static func parameters(_ query: String) throws -> [(name: String, value: String)] {
        try query.split(separator: "&").map { part in
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (try decoded(pair[0]), pair.count > 1 ? try decoded(pair[1]) : "")
        }
    }

    private static func decoded(_ text: Substring) throws -> String {
        guard let decoded = PercentText.decoded(text.utf8, plusIsSpace: true) else {
            throw Problem(
                "malformed-query", "Malformed query string", status: 400,
                "The query string has an escape that is not UTF-8: \(text.prefix(60)).")
        }
        return decoded
    }

    /// The query as a JSON object that fits `schema` as well as it can; what does not fit stays text for the check to find.
    package static func node(_ query: String, schema: WireSchema) throws -> JSONNode {
        let fields = Dictionary((schema.rootObject?.fields ?? []).map { ($0.name, $0) }) { first, _ in first }
        var order: [String] = []
        var values: [String: [String]] = [:]
        for (name, value) in try parameters(query) {
            if values[name] == nil { order.append(name) }
            values[name, default: []].append(value)
        }
        return .object(try order.map { try member($0, values[$0] ?? [], fields[$0]) })
    }

    private static func member(_ name: String, _ values: [String], _ field: WireField?) throws -> JSONMember {
        guard let field else { return JSONMember(key: name, value: .string(values[0])) }
        if case .list(let element) = field.shape {
            let parts = values.flatMap { $0.split(separator: ",").map(String.init) }
            return JSONMember(key: name, value: .array(parts.map { node($0, element) }))
        }
        guard values.count == 1 else {
            throw Problem.invalid(
                "The query string is not valid.", [ProblemPlace("is given more than once", pointer: SchemaCheck.pointer("#", name))])
        }
        return JSONMember(key: name, value: node(values[0], field.shape))
    }

    private static func node(_ text: String, _ shape: WireShape) -> JSONNode {
        switch shape {
        case .optional(let inner): return node(text, inner)
        case .scalar(.integer): return Int64(text).map { .integer($0) } ?? .string(text)
        case .scalar(.number):
            if let number = Double(text), number.isFinite { return .number(number) }
            return .string(text)
        case .scalar(.boolean):
            switch text {
            case "true": return .boolean(true)
            case "false": return .boolean(false)
            default: return .string(text)
            }
        case .scalar, .choice, .bytes, .list, .dictionary, .object, .download, .raw: return .string(text)
        }
    }

    /// The query string of an input, for clients: lists become comma-separated, absent members are left out.
    package static func text(of node: JSONNode) -> String {
        guard case .object(let members) = node else { return "" }
        return members.compactMap { member in
            written(member.value).map { "\(PercentText.encoded(member.key))=\($0)" }
        }.joined(separator: "&")
    }

    private static func written(_ node: JSONNode) -> String? {
        switch node {
        case .null, .object: nil
        case .boolean(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .string(let text): PercentText.encoded(text)
        case .array(let items): items.compactMap { written($0) }.joined(separator: ",")
        }
    }
}
