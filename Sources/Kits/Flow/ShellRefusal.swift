/// What became of one placeholder in a shell text.
enum ShellVerdict: Sendable, Hashable {
    case allowed(ShellContext)
    case refused(ShellRefusal)
}

/// Why a value may not stand at a place of a shell text.
package enum ShellRefusal: Hashable, Sendable {
    case comment
    case backquotes
    case hereDocument
    case arithmetic
    case parameterExpansion
    case ansiQuotes
    case afterBackslash
    case afterDollar
    case arrayIndex
    /// The command reads its arguments as shell text or arithmetic.
    case evaluated(by: String)
    /// The text after `-c` of a shell is shell text again.
    case shellText(of: String)
    case numericComparison
    /// Shells of the family read the text before it in different ways.
    case unclear(String)

    /// The rest of a sentence that begins with the name: why, and what to do.
    package var explanation: String {
        let instead = "Use an argument, an environment variable or standard_input instead."
        return switch self {
        case .comment: "it is in a comment, which a line break in the value would end. \(instead)"
        case .backquotes: "it is between backquotes; write $(...) instead of them."
        case .hereDocument: "it is in a here-document. \(instead)"
        case .arithmetic: "it is in an arithmetic expression, which would evaluate it. Assign it to a variable first and check it."
        case .parameterExpansion: "it is inside ${...}. Assign it to a variable first, for example VALUE={{ ... }}."
        case .ansiQuotes: "it is inside $'...', where backslashes are read. Use '...' or \"...\" instead."
        case .afterBackslash: "the backslash before it would escape its quotes. Remove the backslash."
        case .afterDollar: "the $ before it would change how it is read. Put a blank between them or write \\$ for a dollar sign."
        case .arrayIndex: "it is the index of an array, which the shell evaluates. Assign it to a variable first and check it."
        case .evaluated(let command): "\(command) evaluates its arguments. \(instead)"
        case .shellText(let shell):
            "the text after -c is read by \(shell) as shell text again. Write -c '... \"$1\"' \(shell) {{ ... }} instead."
        case .numericComparison: "[[ ... ]] evaluates both sides of a numeric comparison. Use [ ... ] instead."
        case .unclear(let what): "\(what), so its quotes cannot be told for sure. \(instead)"
        }
    }
}
