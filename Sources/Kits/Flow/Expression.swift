import Vocabulary

/// A condition or value such as `steps.build.exit_code == 0 and parameters.count > 3`.
///
/// It reads values and computes one; it has no loops and changes nothing, so that it always ends (`ExpressionLimit`). Its page is
/// docs/expressions.md.
package struct Expression: Sendable, Hashable {
    /// As it was written.
    package let text: String
    /// Every name that it reads, in order.
    package let references: [ExpressionReference]
    private let program: [ExpressionStep]

    /// Reads an expression.
    /// - Throws: `ExpressionError` with the first mistake and its place.
    package init(parsing text: String) throws(ExpressionError) {
        var parser = try ExpressionParser(text)
        try parser.parse()
        self.text = text
        references = parser.references
        program = parser.program
    }

    /// The value. `work` is the number of steps that it may take.
    /// - Throws: `ExpressionError`, for example for a division by zero, a comparison of a text with a number, or a list that is too long.
    package func value(_ values: ExpressionValues, work: Int = ExpressionLimit.work) throws(ExpressionError) -> JSONValue {
        var machine = ExpressionMachine(text: text, values: values, work: work)
        return try machine.run(program)
    }

    /// The value of a condition.
    /// - Throws: `ExpressionError` as for `value`, and when the value is neither true nor false.
    package func isTrue(_ values: ExpressionValues) throws(ExpressionError) -> Bool {
        let value = try value(values)
        guard case .boolean(let flag) = value else { throw wrong(value, needed: "true or false") }
        return flag
    }

    private func wrong(_ value: JSONValue, needed: String) -> ExpressionError {
        let written = ExpressionMachine.excerpt(of: text, 0..<text.utf8.count)
        let start = text.utf8.prefix { [0x20, 0x09, 0x0A, 0x0D].contains($0) }.count
        return ExpressionError(
            value == .null ? .missing(written) : .wrongType(written, is: value.kind, needed: needed), in: text, at: start)
    }

    /// The error of the first name that means nothing; nil when all do.
    ///
    /// `isKnown` is asked for the path of every reference, which can be the beginning of a name: `["steps"]` for `steps[item].state`.
    /// `known` are names with dots, of which the nearest one is suggested.
    package func firstUnknown(among known: [String], isKnown: ([String]) -> Bool) -> ExpressionError? {
        guard let reference = references.first(where: { !isKnown($0.path) }) else { return nil }
        if let hyphenated = hyphenated(from: reference), known.contains(hyphenated) {
            return reference.error(.unknownName(reference.name, suggestion: Self.written(hyphenated)))
        }
        let words = reference.path.count == 1 ? ["true", "false", "null"] : []
        let paths = known.map { $0.split(separator: ".").map(String.init) }
        let sameLength = paths.filter { $0.count > reference.path.count }.map { $0.prefix(reference.path.count).joined(separator: ".") }
        let nearest = Likeness.nearest(to: reference.path.joined(separator: "."), among: known + sameLength + words)
        return reference.error(.unknownName(reference.name, suggestion: nearest.map(Self.written)))
    }

    /// What stands at a reference if the hyphens behind it were no minus signs, as in `parameters.max-users`.
    private func hyphenated(from reference: ExpressionReference) -> String? {
        let run = text.utf8.dropFirst(reference.offset).prefix { byte in
            byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || ExpressionLexer.isLetter(byte) || ExpressionLexer.isDigit(byte)
        }
        return run.contains(UInt8(ascii: "-")) ? String(decoding: run, as: UTF8.self) : nil
    }

    /// How a name with dots is written.
    private static func written(_ name: String) -> String {
        ExpressionReference.name(of: name.split(separator: ".").map(String.init))
    }

    /// Whether both were written alike.
    package static func == (left: Expression, right: Expression) -> Bool { left.text == right.text }

    /// By the text.
    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
