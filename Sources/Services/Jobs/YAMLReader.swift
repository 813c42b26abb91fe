import Vocabulary
import Yams

/// Reads typed values out of YAML nodes and collects every mistake on the way.
struct YAMLReader {
    /// The document.
    let text: YAMLText
    /// What is wrong so far.
    private(set) var mistakes: [JobMistake] = []
    /// Where the value at a pointer stands.
    private(set) var nodes: [String: Node] = [:]
    private var visited = 0

    /// The most values of one document that are read.
    private static let valueLimit = 100_000

    init(text: YAMLText) { self.text = text }

    /// The fields of an object.
    struct Fields {
        let pointer: String
        fileprivate let values: [String: Node]
        func pointer(to name: String) -> String { "\(pointer)/\(name)" }
        func has(_ name: String) -> Bool { values[name] != nil }
        func value(_ name: String) -> Node? { values[name] }
    }

    /// Notes a mistake at a node.
    mutating func refuse(_ pointer: String, _ detail: String, at node: Node? = nil) {
        guard mistakes.count < JobDocument.mistakeLimit else { return }
        mistakes.append(JobMistake(pointer, detail, position: text.position((node ?? nodes[pointer])?.mark)))
    }

    /// Notes where a value stands; answers false for a node with a tag, or when there are too many nodes.
    mutating func visit(_ node: Node, at pointer: String) -> Bool {
        nodes[pointer] = node
        visited += 1
        guard visited <= Self.valueLimit else {
            if visited == Self.valueLimit + 1 { refuse(pointer, "There are too many values in this text.") }
            return false
        }
        let tag = node.tag.rawValue
        guard ["", "!", Tag.Name.str.rawValue, Tag.Name.seq.rawValue, Tag.Name.map.rawValue].contains(tag) else {
            refuse(pointer, "Tags such as \(tag.prefix(40)) are not allowed.")
            return false
        }
        return true
    }

    /// The fields of an object, if the node is one; unknown fields are mistakes.
    mutating func object(_ node: Node, at pointer: String, known: [String], what: String) -> Fields? {
        guard visit(node, at: pointer) else { return nil }
        guard case .mapping(let mapping) = node else {
            refuse(pointer, "\(what) must be an object with the fields \(known.joined(separator: ", ")), not \(YAMLScalar.kind(of: node)).")
            return nil
        }
        var values: [String: Node] = [:]
        for (key, value) in mapping {
            guard case .scalar(let scalar) = key else {
                refuse(pointer, "The name of a field must be a text.", at: key)
                continue
            }
            let name = scalar.string
            if known.contains(name) {
                if YAMLScalar(value) != .null { values[name] = value }
            } else {
                let near = Likeness.nearest(to: name, among: known)
                let hint = near.map { "did you mean \($0)?" } ?? "there are \(known.joined(separator: ", "))."
                refuse("\(pointer)/\(Self.escaped(name))", "\(what) has no field \(name.prefix(60)); \(hint)", at: key)
            }
        }
        return Fields(pointer: pointer, values: values)
    }

    /// A text; nil when the field is absent or wrong.
    mutating func text(_ name: String, in fields: Fields) -> String? {
        guard let node = fields.values[name] else { return nil }
        let pointer = fields.pointer(to: name)
        guard visit(node, at: pointer) else { return nil }
        if case .scalar(let scalar) = node {
            switch YAMLScalar(node) {
            case .text(let text): return text
            case .null: return nil
            default: refuse(pointer, "\(name) must be a text, not \(YAMLScalar.kind(of: node)); write \"\(scalar.string)\" in quotes.")
            }
        } else if YAMLScalar.isUnquotedTemplate(node) {
            refuse(pointer, "\(name) begins with {{ and must be in quotes: without them YAML reads an object.")
        } else {
            refuse(pointer, "\(name) must be a text, not \(YAMLScalar.kind(of: node)).")
        }
        return nil
    }

    /// A scalar as it is written; nil when the field is absent or wrong.
    mutating func written(_ name: String, in fields: Fields) -> String? {
        fields.values[name].flatMap { writtenText($0, at: fields.pointer(to: name)) }
    }

    /// A text that must be there; empty when it is not.
    mutating func requiredText(_ name: String, in fields: Fields) -> String {
        if !fields.has(name) { missing(name, in: fields) }
        return text(name, in: fields) ?? ""
    }

    /// Notes that a field is missing.
    mutating func missing(_ name: String, in fields: Fields) {
        refuse(fields.pointer(to: name), "\(name) is missing.", at: nodes[fields.pointer])
    }

    /// A whole number.
    mutating func integer(_ name: String, in fields: Fields) -> Int? {
        guard let value = scalar(name, in: fields) else { return nil }
        if case .integer(let number) = value { return Int(exactly: number) }
        refuse(fields.pointer(to: name), "\(name) must be a whole number.")
        return nil
    }

    /// A number.
    mutating func number(_ name: String, in fields: Fields) -> Double? {
        switch scalar(name, in: fields) {
        case .integer(let number): return Double(number)
        case .number(let number): return number
        case nil: return nil
        default:
            refuse(fields.pointer(to: name), "\(name) must be a number.")
            return nil
        }
    }

    /// True or false.
    mutating func flag(_ name: String, in fields: Fields) -> Bool? {
        guard let value = scalar(name, in: fields) else { return nil }
        if case .boolean(let flag) = value { return flag }
        refuse(fields.pointer(to: name), "\(name) must be true or false.")
        return nil
    }

    /// One of the words of an enum.
    mutating func word<Word: WireEnum>(_ name: String, in fields: Fields, of type: Word.Type = Word.self) -> Word? {
        guard let text = text(name, in: fields) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue)
        let near = Likeness.nearest(to: text, among: words)
        refuse(
            fields.pointer(to: name),
            "\(name) must be one of \(words.joined(separator: ", "))" + (near.map { "; did you mean \($0)?" } ?? "."))
        return nil
    }

    /// Any scalar as a JSON value.
    mutating func value(_ name: String, in fields: Fields) -> JSONValue? { scalar(name, in: fields)?.json }

    /// A list, each element read by a closure; nil when the field is absent or wrong.
    mutating func list<Element>(
        _ name: String, in fields: Fields, _ read: (inout YAMLReader, Node, String) -> Element?
    ) -> [Element]? {
        guard let node = fields.values[name] else { return nil }
        let pointer = fields.pointer(to: name)
        guard visit(node, at: pointer) else { return nil }
        guard case .sequence(let items) = node else {
            refuse(pointer, "\(name) must be a list, not \(YAMLScalar.kind(of: node)); begin each element with \"- \".")
            return nil
        }
        var elements: [Element] = []
        for (index, item) in items.enumerated() where visited <= Self.valueLimit {
            if let element = read(&self, item, "\(pointer)/\(index)") { elements.append(element) }
        }
        return elements
    }

    /// An object whose values are scalars taken as they are written.
    mutating func texts(_ name: String, in fields: Fields) -> [String: String]? {
        named(name, in: fields) { $0.writtenText($1, at: $2) }
    }

    /// An object of named values, each read by a closure.
    mutating func named<Value>(
        _ name: String, in fields: Fields, _ read: (inout YAMLReader, Node, String) -> Value?
    ) -> [String: Value]? {
        guard let node = fields.values[name] else { return nil }
        let pointer = fields.pointer(to: name)
        guard visit(node, at: pointer) else { return nil }
        guard case .mapping(let mapping) = node else {
            refuse(pointer, "\(name) must be an object of names and values, not \(YAMLScalar.kind(of: node)).")
            return nil
        }
        var values: [String: Value] = [:]
        for (key, value) in mapping {
            guard case .scalar(let scalar) = key else {
                refuse(pointer, "A name in \(name) must be a text.", at: key)
                continue
            }
            if let value = read(&self, value, "\(pointer)/\(Self.escaped(scalar.string))") { values[scalar.string] = value }
        }
        return values
    }

    /// A list of scalars, or a text.
    mutating func listOrText(_ name: String, in fields: Fields) -> JSONValue? {
        guard case .sequence? = fields.values[name] else { return text(name, in: fields).map { .string($0) } }
        return list(name, in: fields) { $0.element($1, at: $2) }.map { .array($0) }
    }

    /// A single value in a list or an object.
    mutating func element(_ node: Node, at pointer: String) -> JSONValue? {
        guard visit(node, at: pointer) else { return nil }
        if let scalar = YAMLScalar(node) { return scalar.json }
        refuse(pointer, "This must be a single value, not \(YAMLScalar.kind(of: node)).")
        return nil
    }

    /// A scalar as it is written, such as an element of a list of texts.
    mutating func writtenText(_ node: Node, at pointer: String) -> String? {
        guard visit(node, at: pointer) else { return nil }
        if case .scalar(let scalar) = node { return YAMLScalar(node) == .null ? "" : scalar.string }
        refuse(
            pointer,
            YAMLScalar.isUnquotedTemplate(node)
                ? "A text that begins with {{ must be in quotes: without them YAML reads an object."
                : "This must be a text, not \(YAMLScalar.kind(of: node)).")
        return nil
    }

    /// A whole number in a list.
    mutating func wholeNumber(_ node: Node, at pointer: String) -> Int? {
        guard visit(node, at: pointer) else { return nil }
        if case .integer(let number)? = YAMLScalar(node) { return Int(exactly: number) }
        refuse(pointer, "This must be a whole number, not \(YAMLScalar.kind(of: node)).")
        return nil
    }

    private mutating func scalar(_ name: String, in fields: Fields) -> YAMLScalar? {
        guard let node = fields.values[name] else { return nil }
        let pointer = fields.pointer(to: name)
        guard visit(node, at: pointer) else { return nil }
        if let scalar = YAMLScalar(node) { return scalar }
        refuse(pointer, "\(name) must be a single value, not \(YAMLScalar.kind(of: node)).")
        return nil
    }

    /// A name as a part of a JSON pointer (RFC 6901 section 3).
    static func escaped(_ name: String) -> String {
        name.replacing("~", with: "~0").replacing("/", with: "~1")
    }
}
