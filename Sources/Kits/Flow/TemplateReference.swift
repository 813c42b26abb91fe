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

    /// Checks that the name means something at its place; nil when it does.
    package func error(in scope: NameScope) -> TemplateError? {
        if scope.knows(path) { return nil }
        return error(.unknown(name, suggestion: Likeness.nearest(to: name, among: scope.names)))
    }

    /// An error at this place.
    package func error(_ reason: TemplateError.Reason) -> TemplateError {
        TemplateError(reason, offset: offset, line: line, column: column)
    }
}
