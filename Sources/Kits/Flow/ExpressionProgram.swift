import Vocabulary

/// One step of an expression's program, which works on a stack of values. A step leads to the next one or jumps ahead, never back, so that
/// every program ends after at most as many steps as it has.
struct ExpressionStep: Sendable {
    enum Action: Sendable {
        case push(JSONValue)
        /// Pushes the value of a name.
        case read([String])
        /// Replaces an object by its field.
        case field(String)
        /// Replaces a list or object and an index by the element.
        case index
        /// Replaces so many values by a list of them.
        case list(Int)
        case not
        case negate
        case apply(ExpressionOperator)
        /// Replaces a text by whether a pattern is found in it.
        case matches(SearchPattern)
        case call(ExpressionFunction, Int)
        /// Needs true or false on the stack; if it is this one goes on at the step, else drops it.
        case decide(Bool, to: Int)
        /// Needs true or false on the stack and leaves it.
        case demand
        /// Goes on at the step unless null is on the stack, which it drops.
        case fallback(to: Int)
    }

    let action: Action
    /// The bytes of the text that say what to do, such as an operator.
    let span: Range<Int>
    /// The bytes of the text that each value comes from that it takes from the stack.
    let operands: [Range<Int>]
}

/// An operator between two values.
enum ExpressionOperator: String, CaseIterable, Sendable {
    case or
    case and
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case isIn = "in"
    case isNotIn = "not in"
    case matches
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"

    /// The higher, the more it binds; `not` has 3 and the sign of a number 7.
    var precedence: Int {
        switch self {
        case .or: 1
        case .and: 2
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isIn, .isNotIn, .matches: 4
        case .add, .subtract: 5
        case .multiply, .divide, .remainder: 6
        }
    }

    var isComparison: Bool { precedence == 4 }

    /// The operator that tokens begin with, and how many tokens it takes.
    static func first(of tokens: ArraySlice<ExpressionLexer.Placed>) -> (operator: ExpressionOperator, count: Int)? {
        switch tokens.first?.token {
        case .symbol("&&"): return (.and, 1)
        case .symbol("||"): return (.or, 1)
        case .word("not"): return tokens.dropFirst().first?.token == .word("in") ? (.isNotIn, 2) : nil
        case .word(let word), .symbol(let word): return ExpressionOperator(rawValue: word).map { ($0, 1) }
        default: return nil
        }
    }
}
