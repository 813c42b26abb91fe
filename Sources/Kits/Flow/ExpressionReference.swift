/// A name that an expression reads, for example `steps.build.exit_code`, and where it stands.
package struct ExpressionReference: Hashable, Sendable {
    /// The parts of the name; it ends before the first `[...]` that holds anything but a text.
    package let path: [String]
    /// Where it begins: bytes of UTF-8 from the start, from 0.
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

    /// The name as it can be written: `steps["check disk"].exit_code`.
    package var name: String { Self.name(of: path) }

    /// What names there are, for messages.
    package static let overview = """
        parameters.NAME, target.NAME, target.facts.NAME, steps.NAME.state, steps.NAME.exit_code, steps.NAME.outputs.NAME, \
        steps.NAME.stdout, execution.serial, item and item_index
        """

    /// An error at this place.
    package func error(_ reason: ExpressionError.Reason) -> ExpressionError {
        ExpressionError(reason, offset: offset, line: line, column: column)
    }

    /// How a path is written.
    static func name(of path: some Collection<String>) -> String {
        var name = ""
        for part in path {
            if ExpressionLexer.isWord(part) {
                name += name.isEmpty ? part : "." + part
            } else {
                name += "[\"" + part + "\"]"
            }
        }
        return name
    }
}
