import Foundation
import Synchronization
import Vocabulary

/// Compares a parsed input with a schema and finds everything that is wrong, not only the first thing.
package struct SchemaCheck {
    private static let mostErrors = 100
    private let schema: WireSchema
    private var places: [ProblemPlace] = []

    private init(_ schema: WireSchema) { self.schema = schema }

    /// The wrong places in order, at most a hundred; empty when the input fits.
    package static func places(in node: JSONNode, against schema: WireSchema) -> [ProblemPlace] {
        var check = SchemaCheck(schema)
        check.check(node, schema.root, limit: nil, at: "#")
        return check.places
    }

    private mutating func report(_ detail: String, _ pointer: String) {
        guard places.count < Self.mostErrors else { return }
        places.append(ProblemPlace(detail, pointer: pointer))
    }

    private mutating func check(_ node: JSONNode, _ shape: WireShape, limit: WireLimit?, at pointer: String) {
        switch shape {
        case .scalar(let type): scalar(node, type, limit, pointer)
        case .choice(_, let values): choice(node, values, pointer)
        case .list(let element): list(node, element, limit, pointer)
        case .dictionary(let value): dictionary(node, value, limit, pointer)
        case .object(let id):
            guard let object = schema.objects[id] else { return }
            members(node, object, pointer)
        case .optional(let inner):
            if node != .null { check(node, inner, limit: limit, at: pointer) }
        case .bytes:
            guard case .string(let text) = node, Data(base64Encoded: text) != nil else {
                return report("must be bytes in base64", pointer)
            }
        case .download, .raw: report("cannot be given", pointer)
        }
    }

    private mutating func members(_ node: JSONNode, _ object: WireObject, _ pointer: String) {
        guard case .object(let members) = node else { return report("must be an object, not \(node.kind)", pointer) }
        for member in members where !object.fields.contains(where: { $0.name == member.key }) {
            let hint = Likeness.nearest(to: member.key, among: object.fields.map(\.name)).map { "; did you mean \($0)?" }
            report("is not a known field" + (hint ?? ""), Self.pointer(pointer, member.key))
        }
        for field in object.fields {
            let place = Self.pointer(pointer, field.name)
            switch members.first(where: { $0.key == field.name })?.value {
            case .null? where field.isOptional, nil where field.isOptional: continue
            case nil: report("is missing", place)
            case let value?: check(value, field.shape, limit: field.limit, at: place)
            }
        }
    }

    private mutating func list(_ node: JSONNode, _ element: WireShape, _ limit: WireLimit?, _ pointer: String) {
        guard case .array(let items) = node else { return report("must be a list, not \(node.kind)", pointer) }
        count(items.count, limit, pointer)
        for (index, item) in items.enumerated() where places.count < Self.mostErrors {
            check(item, element, limit: nil, at: "\(pointer)/\(index)")
        }
    }

    private mutating func dictionary(_ node: JSONNode, _ value: WireShape, _ limit: WireLimit?, _ pointer: String) {
        guard case .object(let members) = node else { return report("must be an object, not \(node.kind)", pointer) }
        count(members.count, limit, pointer)
        for member in members where places.count < Self.mostErrors {
            let place = Self.pointer(pointer, member.key)
            if member.key.utf8.contains(0) { report("has a name with a NUL character", place) }
            check(member.value, value, limit: nil, at: place)
        }
    }

    private mutating func count(_ count: Int, _ limit: WireLimit?, _ pointer: String) {
        guard case .count(let range) = limit, !range.contains(count) else { return }
        report("must have \(Self.words(range)) entries, not \(count)", pointer)
    }

    private mutating func choice(_ node: JSONNode, _ values: [String], _ pointer: String) {
        let allowed = values.joined(separator: ", ")
        guard case .string(let text) = node else { return report("must be one of \(allowed)", pointer) }
        guard !values.contains(text) else { return }
        let hint = Likeness.nearest(to: text, among: values).map { "; did you mean \($0)?" } ?? ""
        report("must be one of \(allowed)" + hint, pointer)
    }

    private mutating func scalar(_ node: JSONNode, _ type: WireType, _ limit: WireLimit?, _ pointer: String) {
        switch type {
        case .string(let format):
            guard case .string(let text) = node else { return report("must be a string, not \(node.kind)", pointer) }
            string(text, format, limit, pointer)
        case .integer:
            guard let whole = node.whole else { return report("must be a whole number, not \(Self.written(node))", pointer) }
            if case .range(let range) = limit, !(Int64(range.lowerBound)...Int64(range.upperBound)).contains(whole) {
                report("must be \(Self.words(range))", pointer)
            }
        case .number:
            let number: Double? =
                switch node {
                case .integer(let whole): Double(whole)
                case .number(let number): number
                default: nil
                }
            guard let number else { return report("must be a number, not \(node.kind)", pointer) }
            if case .range(let range) = limit, number < Double(range.lowerBound) || number > Double(range.upperBound) {
                report("must be \(Self.words(range))", pointer)
            }
        case .boolean:
            guard case .boolean = node else { return report("must be true or false, not \(node.kind)", pointer) }
        case .any: anything(node, pointer)
        }
    }

    private mutating func string(_ text: String, _ format: String?, _ limit: WireLimit?, _ pointer: String) {
        if text.utf8.contains(0) { return report("must not contain a NUL character", pointer) }
        if format == "uuid", !UUIDv7.isUUID(text) { return report("must be a UUID", pointer) }
        if format == "date-time", Timestamp(text) == nil {
            return report("must be an RFC 3339 time in UTC, such as \(Timestamp.sample)", pointer)
        }
        switch limit {
        case .length(let range):
            let count = text.unicodeScalars.count
            if !range.contains(count) { report("must have \(Self.words(range)) characters, not \(count)", pointer) }
        case .pattern(let pattern):
            if !Self.matches(text, pattern) { report("must match the pattern \(pattern)", pointer) }
        case .range, .count, nil: break
        }
    }

    private mutating func anything(_ node: JSONNode, _ pointer: String) {
        switch node {
        case .string(let text): string(text, nil, nil, pointer)
        case .array(let items): list(.array(items), .scalar(.any), nil, pointer)
        case .object(let members): dictionary(.object(members), .scalar(.any), nil, pointer)
        case .null, .boolean, .integer, .number: break
        }
    }

    /// A pattern must match the whole text; the patterns are ours, so one that does not compile is noticed by the first test.
    private static func matches(_ text: String, _ pattern: String) -> Bool {
        let whole = NSRange(text.startIndex..<text.endIndex, in: text)
        return patterns.withLock { $0.compiled(pattern) }?.expression.firstMatch(in: text, range: whole)?.range == whole
    }

    private static let patterns = Mutex(Patterns())

    /// The patterns of our own types, each compiled once.
    private struct Patterns {
        /// `@unchecked Sendable`: "can be safely used by multiple threads", says its documentation.
        struct Compiled: @unchecked Sendable {
            let expression: NSRegularExpression
        }
        private var known: [String: Compiled] = [:]

        mutating func compiled(_ pattern: String) -> Compiled? {
            if let known = known[pattern] { return known }
            known[pattern] = (try? NSRegularExpression(pattern: "^(?:\(pattern))$")).map(Compiled.init)
            return known[pattern]
        }
    }

    private static func written(_ node: JSONNode) -> String {
        if case .number(let number) = node { return String(number) }
        return node.kind
    }

    private static func words(_ range: ClosedRange<Int>) -> String {
        if range.lowerBound == range.upperBound { return "exactly \(range.lowerBound)" }
        if range.upperBound == .max { return "at least \(range.lowerBound)" }
        if range.lowerBound == .min { return "at most \(range.upperBound)" }
        return "\(range.lowerBound) to \(range.upperBound)"
    }

    /// RFC 6901 section 3: `~` and `/` in names are escaped.
    static func pointer(_ parent: String, _ name: String) -> String {
        let isPlain = name.utf8.count <= 100 && !name.utf8.contains { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }
        if isPlain { return "\(parent)/\(name)" }
        let escaped = name.prefix(100).replacing("~", with: "~0").replacing("/", with: "~1")
        return "\(parent)/\(escaped)"
    }
}
