import Vocabulary

/// A value that a step passes to the job that it calls: a text with placeholders, or any single value.
package struct CallArgument: Sendable {
    private let written: JSONValue
    private let template: Template?

    /// Reads it as it is written.
    /// - Throws: `TemplateError`.
    package init(_ written: JSONValue) throws(TemplateError) {
        self.written = written
        if case .string(let text) = written, text.utf8.contains(UInt8(ascii: "{")) {
            template = try Template(parsing: text)
        } else {
            template = nil
        }
    }

    /// What it inserts, in order.
    package var references: [TemplateReference] { template?.references ?? [] }

    /// The name of the parameter that it passes on whole, with nothing around it; nil when it is anything else.
    package var passedOn: String? {
        guard case .string(let text) = written, references.count == 1, let name = references[0].parameter else { return nil }
        let inner = text.dropFirst(2).dropLast(2).trimmingBlanks
        return text.hasPrefix("{{") && text.hasSuffix("}}") && inner == references[0].name ? name : nil
    }

    /// The value for a parameter of a kind. What was inserted is a text, which becomes a number or a truth value where the parameter is one; a
    /// parameter that is passed on whole and is empty gives null, which counts as not given.
    /// - Throws: `TemplateError` when a name has no value.
    package func value(for kind: Parameter.Kind, _ values: TemplateValues) throws(TemplateError) -> JSONValue {
        guard let template else { return written }
        let text = try template.render(for: .plain, values: values)
        guard template.hasPlaceholders else { return .string(text) }
        if text.isEmpty, passedOn != nil { return .null }
        switch kind {
        case .integer: return Int64(text).map { .integer($0) } ?? .string(text)
        case .boolean: return text == "true" ? .boolean(true) : text == "false" ? .boolean(false) : .string(text)
        case .string, .choice, .secret: return .string(text)
        }
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        var rest = self
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return rest
    }
}
