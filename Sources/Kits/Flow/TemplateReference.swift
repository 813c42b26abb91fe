import Vocabulary

/// A name that a template inserts, for example `parameters.version`, and where it stands.
package struct TemplateReference: Hashable, Sendable {
    /// The parts of the name.
    package let path: [String]
    /// Where the placeholder begins: bytes of UTF-8 from the start, from 0.
    package let offset: Int
    /// The line, from 1.
    package let line: Int
    /// The column in characters, from 1.
    package let column: Int

    /// Makes the value.
    package init(path: [String], offset: Int, line: Int, column: Int) {
        self.path = path
        self.offset = offset
        self.line = line
        self.column = column
    }

    /// The name with dots.
    package var name: String { path.joined(separator: ".") }

    /// The name of the parameter that it inserts, if it does.
    package var parameter: String? { path.count == 2 && path[0] == "parameters" ? path[1] : nil }

    /// The names that need no declaration; `target.facts.` takes any name after it.
    package static let builtIn = [
        "target.name", "target.host", "target.serial", "target.type", "target.os", "target.environment", "target.location",
        "target.tags", "execution.id", "execution.serial", "execution.started_by", "branch.serial", "step.name", "step.attempt",
    ]

    /// What there is to insert, for messages.
    package static let overview =
        "parameters.NAME, target.NAME, target.facts.NAME, execution.serial, execution.started_by, branch.serial, step.name and step.attempt"

    /// Checks that the name means something, given the names of the declared parameters; nil when it does.
    package func error(parameters: [String]) -> TemplateError? {
        if let parameter, parameters.contains(parameter) { return nil }
        if Self.builtIn.contains(name) { return nil }
        if path.count == 3, path[0] == "target", path[1] == "facts" { return nil }
        let known = parameters.map { "parameters.\($0)" } + Self.builtIn
        return error(.unknown(name, suggestion: Likeness.nearest(to: name, among: known)))
    }

    /// An error at this place.
    package func error(_ reason: TemplateError.Reason) -> TemplateError {
        TemplateError(reason, offset: offset, line: line, column: column)
    }
}
