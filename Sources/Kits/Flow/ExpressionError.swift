/// Why an expression cannot be read or has no value, and where.
///
/// It quotes what was written in the expression, never a value: values can be secrets.
package struct ExpressionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    package let reason: Reason
    /// Where in the expression: bytes of UTF-8 from the start, from 0.
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

    /// An error at a byte of the text of an expression.
    init(_ reason: Reason, in text: String, at offset: Int) {
        let before = text.utf8.prefix(offset)
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { before.index(after: $0) } ?? before.startIndex
        self.init(
            reason, offset: before.count, line: before.count { $0 == UInt8(ascii: "\n") } + 1,
            column: String(decoding: before[lineStart...], as: UTF8.self).count + 1)
    }

    /// The kinds of mistakes.
    package enum Reason: Hashable, Sendable {
        /// There is nothing but blanks.
        case empty
        /// The expression has more than `ExpressionLimit.length` characters.
        case tooLong
        /// More than `ExpressionLimit.depth` parentheses, lists, calls or negations are inside each other.
        case tooDeep
        /// A text that begins here does not end.
        case unclosedText
        /// `\` and what follows is no escape.
        case unknownEscape(String)
        /// A character that means nothing here.
        case unknownCharacter(String)
        /// This is not a number that can be written, or it is too large.
        case unreadableNumber(String)
        /// There is something else where a value must be.
        case noValue(before: String)
        /// There is something else where the expression must end or go on with an operator.
        case noOperator(before: String, suggestion: String?)
        /// A `(` or `[` that begins here is not closed.
        case unclosed(String)
        /// After a dot there is no name.
        case noField(before: String)
        /// `not` stands behind an operator that binds more.
        case loneNegation
        /// Two comparisons in a row.
        case chainedComparison(String)
        /// There is no function of this name; with the nearest that there is.
        case unknownFunction(String, suggestion: String?)
        /// What stands before a `(` is no function name; with the way to write it.
        case notCallable(String, suggestion: String?)
        /// A function has other arguments.
        case wrongArguments(usage: String)
        /// The pattern after `matches` cannot be read; with the character in it, from 1.
        case unreadablePattern(String, position: Int)
        /// The name means nothing; with the nearest that does.
        case unknownName(String, suggestion: String?)
        /// A value is needed and there is null.
        case missing(String)
        /// A value has another type than the one that is needed.
        case wrongType(String, is: String, needed: String)
        /// Two values do not go together.
        case wrongPair(operation: String, left: String, right: String)
        /// The divisor is zero.
        case divisionByZero
        /// The result is a number that is too large.
        case numberTooLarge
        /// There is a list of more than `ExpressionLimit.elements` elements.
        case listTooLong
        /// There is a text of more than `ExpressionLimit.bytes` bytes.
        case textTooLong
        /// It takes more than `ExpressionLimit.work` steps.
        case tooMuchWork
        /// The text is not a number.
        case notANumber(String)
        /// The text is not JSON; with what is wrong and where in the text.
        case notJSON(String, detail: String, line: Int, column: Int)
        /// The separator of `split` is empty.
        case emptySeparator
    }

    /// One sentence: what is wrong and what to write instead.
    package var description: String { reason.sentence }
}

extension ExpressionError.Reason {
    /// One sentence: what is wrong and what to write instead.
    var sentence: String {
        switch self {
        case .missing(let name): "\(name) has no value here; default(\(name), ...) gives it one."
        case .wrongType(let name, let kind, let needed): "\(name) is \(kind); \(needed) is needed here."
        case .wrongPair(let operation, let left, let right): Self.pair(operation, left, right)
        case .divisionByZero: "This divides by zero."
        case .numberTooLarge: "The result is a number that is too large."
        case .listTooLong: "This is a list of more than \(ExpressionLimit.elements) elements."
        case .textTooLong: "This is a text of more than \(ExpressionLimit.bytes) bytes."
        case .tooMuchWork: "This takes too much work; search a shorter text or use a simpler pattern."
        case .notANumber(let name): "\(name) is a text that is not a number."
        case .notJSON(let name, let detail, let line, let column):
            "\(name) is not JSON: \(detail) (line \(line), column \(column))."
        case .emptySeparator: "split needs a separator that is not empty; words(text) splits at blanks."
        case .unknownName(let name, let suggestion):
            "There is no \(name)" + (suggestion.map { "; did you mean \($0)?" } ?? "; there are \(ExpressionReference.overview).")
        default: syntaxSentence
        }
    }

    private var syntaxSentence: String {
        switch self {
        case .empty: "The expression is empty; write for example parameters.count > 3."
        case .tooLong: "An expression has at most \(ExpressionLimit.length) characters."
        case .tooDeep: "The expression is nested deeper than \(ExpressionLimit.depth) levels."
        case .unclosedText: "The text that begins here has no closing quote."
        case .unknownEscape(let escape):
            "\(escape) is not an escape; there are \\n, \\t, \\\", \\', \\\\ and \\uXXXX, and a backslash is written \\\\."
        case .unknownCharacter(let character): Self.character(character)
        case .unreadableNumber(let number): "\(number) is not a number that can be written here."
        case .noValue(let found): "There must be a value before \(found)."
        case .noOperator(let found, let suggestion):
            "There must be an operator or the end before \(found)" + (suggestion.map { "; did you mean \($0)?" } ?? ".")
        case .unclosed(let bracket): "The \(bracket) that begins here is not closed."
        case .noField(let found): "There must be a name after the dot, before \(found); other names are written [\"like this\"]."
        case .loneNegation: "not binds less than the operator before it; put it in parentheses with its value."
        case .chainedComparison(let operation):
            "Comparisons cannot follow each other; join them with and, or put what is before \(operation) in parentheses."
        case .unknownFunction(let name, let suggestion):
            "There is no function \(name)"
                + (suggestion.map { "; did you mean \($0)?" } ?? "; there are \(ExpressionFunction.overview).")
        case .notCallable(let text, let suggestion):
            "\(text) is not a function" + (suggestion.map { "; write \($0)." } ?? "; there are \(ExpressionFunction.overview).")
        case .wrongArguments(let usage): "This is written \(usage)."
        case .unreadablePattern(let detail, let position):
            "The pattern cannot be read at its character \(position): \(detail)."
        default: ""
        }
    }

    private static func pair(_ operation: String, _ left: String, _ right: String) -> String {
        let kinds = "not \(left) with \(right)"
        switch operation {
        case "+": return "+ takes two numbers, two texts or two lists, \(kinds); text(...) turns a value into a text."
        case "in", "not in": return "\(operation) looks for a text in a text or in the names of an object, \(kinds)."
        case "min", "max": return "\(operation) compares numbers only or texts only, \(kinds)."
        default: return "\(operation) compares two numbers or two texts, \(kinds); number(...) reads a number from a text."
        }
    }

    private static func character(_ character: String) -> String {
        switch character {
        case "=": "= does not compare; did you mean ==?"
        case "<>": "<> does not compare; did you mean !=?"
        case "&": "& means nothing here; did you mean and?"
        case "|": "| means nothing here; did you mean or?"
        case "~": "~ means nothing here; did you mean matches?"
        case "{", "}": "\(character) means nothing here; names stand without {{ }} in an expression."
        case "$": "$ means nothing here; names stand without it."
        case "\u{201C}", "\u{201D}", "\u{2018}", "\u{2019}", "`": "\(character) is no quote here; texts stand in \"...\" or '...'."
        case "?", ":": "\(character) means nothing here; join conditions with and, or and not."
        default:
            character.first?.isLetter == true && character.count == 1
                ? "\(character) cannot stand in a plain name; such names are written [\"like this\"], and texts stand in quotes."
                : "\(character) means nothing here; texts stand in quotes."
        }
    }
}
