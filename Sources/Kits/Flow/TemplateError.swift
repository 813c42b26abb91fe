/// Why a template cannot be read or rendered, and where.
package struct TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    package let reason: Reason
    /// Where in the template: bytes of UTF-8 from the start, from 0.
    package let offset: Int
    /// The line, from 1.
    package let line: Int
    /// The column in characters, from 1.
    package let column: Int

    /// Makes the value.
    package init(_ reason: Reason, offset: Int, line: Int, column: Int) {
        self.reason = reason
        self.offset = offset
        self.line = line
        self.column = column
    }

    /// The kinds of mistakes.
    package enum Reason: Hashable, Sendable {
        /// `{{` without `}}` on the same line.
        case unclosed
        /// What stands between the braces is not a name; the associated value is the text.
        case notAName(String)
        /// The name means nothing; with the nearest name that does.
        case unknown(String, suggestion: String?)
        /// There is no value for the name in this run.
        case missing(String)
        /// The value holds a NUL byte, which no shell, argument or variable can carry.
        case nul(String)
        /// A value may not stand at this place of a shell text.
        case shell(String, ShellRefusal)
    }

    /// One sentence: what is wrong and what to write instead.
    package var description: String {
        switch reason {
        case .unclosed:
            #"The placeholder that begins here is not closed with "}}"; a literal "{{" is written {{ "{{" }}."#
        case .notAName(let text):
            #""\#(text)" is not a name such as parameters.version; a literal "{{" is written {{ "{{" }}."#
        case .unknown(let name, let suggestion):
            "There is no \(name) to insert"
                + (suggestion.map { "; did you mean \($0)?" } ?? "; there are \(NameScope.overview).")
        case .missing(let name): "\(name) has no value in this run."
        case .nul(let name): "The value of \(name) holds a NUL character, which cannot be passed on."
        case .shell(let name, let refusal): "\(name) cannot stand here: \(refusal.explanation)"
        }
    }
}
