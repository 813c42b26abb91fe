import Support
import Vocabulary

/// An expression as a tree, which can be written with few or with all parentheses.
indirect enum ExpressionTree {
    case literal(String)
    case name(String)
    case field(ExpressionTree, String)
    case index(ExpressionTree, ExpressionTree)
    case not(ExpressionTree)
    case negate(ExpressionTree)
    case binary(String, ExpressionTree, ExpressionTree)
    case call(String, [ExpressionTree])
    case list([ExpressionTree])

    private static let precedences = [
        "or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
    ]

    private static func precedence(_ operation: String) -> Int { precedences[operation] ?? 4 }

    private var precedence: Int {
        switch self {
        case .binary(let operation, _, _): Self.precedence(operation)
        case .not: 3
        case .negate: 7
        case .literal(let text): text.hasPrefix("-") ? 7 : 8
        default: 8
        }
    }

    /// Written with as few parentheses as possible.
    var text: String { written { $0 } }

    /// Written with parentheses around every part.
    var parenthesised: String { written { "(\($0))" } }

    private func written(_ wrap: (String) -> String) -> String {
        func part(_ tree: ExpressionTree, least: Int) -> String {
            let text = tree.written(wrap)
            return tree.precedence < least && !text.hasPrefix("((") ? "(\(text))" : text
        }
        switch self {
        case .literal(let text), .name(let text): return text
        case .field(let base, let name): return wrap("\(part(base, least: 8)).\(name)")
        case .index(let base, let index): return wrap("\(part(base, least: 8))[\(index.written(wrap))]")
        case .not(let tree): return wrap("not \(part(tree, least: 3))")
        case .negate(let tree): return wrap("- \(part(tree, least: 7))")
        case .binary(let operation, let left, let right):
            let own = Self.precedence(operation)
            return wrap("\(part(left, least: own == 4 ? 5 : own)) \(operation) \(part(right, least: own + 1))")
        case .call(let name, let trees): return wrap("\(name)(\(trees.map { $0.written(wrap) }.joined(separator: ", ")))")
        case .list(let trees): return wrap("[\(trees.map { $0.written(wrap) }.joined(separator: ", "))]")
        }
    }
}

/// Makes expressions that mostly have a value, from a seed.
struct ExpressionGenerator {
    enum Kind: CaseIterable { case truth, number, text, list, any }

    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    mutating func tree(_ wanted: Kind, depth: Int) -> ExpressionTree {
        let kind = below(40) == 0 ? pick(Kind.allCases) : wanted
        guard depth > 0, below(6) > 0 else { return leaf(kind) }
        let next = depth - 1
        switch kind {
        case .truth: return truth(depth: next)
        case .number: return number(depth: next)
        case .text: return text(depth: next)
        case .list: return list(depth: next)
        case .any:
            if below(4) == 0 { return .call("default", [tree(.any, depth: next), tree(.any, depth: next)]) }
            return tree(pick([.truth, .number, .text, .list]), depth: depth)
        }
    }

    private mutating func leaf(_ kind: Kind) -> ExpressionTree {
        switch kind {
        case .truth: pick([.literal("true"), .literal("false"), .name("parameters.enabled")])
        case .number:
            pick([
                .literal("0"), .literal("1"), .literal("2.5"), .literal("-3"), .literal("9223372036854775807"), .literal("1e300"),
                .name("parameters.count"), .name("steps.build.exit_code"), .name("item_index"), .name("parameters[\"max-users\"]"),
            ])
        case .text:
            pick([
                .literal("'a'"), .literal("\"b \\\" é\\n\""), .literal("''"), .literal("'12'"), .name("parameters.name"),
                .name("item.name"),
                .name("steps.build.stdout"), .name("steps[\"check disk\"].state"), .literal("'[1, {\"a\": 2}]'"),
            ])
        case .list:
            pick([.list([]), .name("parameters.tags"), .name("steps.build.outputs.sizes"), .list([.literal("1"), .literal("'a'")])])
        case .any: pick([.literal("null"), .name("parameters.missing"), .name("steps"), .name("item"), leaf(.number), leaf(.text)])
        }
    }

    private mutating func truth(depth: Int) -> ExpressionTree {
        switch below(9) {
        case 0, 1: .binary("and", tree(.truth, depth: depth), tree(.truth, depth: depth))
        case 2, 3: .binary("or", tree(.truth, depth: depth), tree(.truth, depth: depth))
        case 4: .not(tree(.truth, depth: depth))
        case 5: .binary(pick(["==", "!="]), tree(.any, depth: depth), tree(.any, depth: depth))
        case 6: .binary(pick(["<", "<=", ">", ">="]), tree(.number, depth: depth), tree(.number, depth: depth))
        case 7: .binary(pick(["in", "not in"]), tree(.any, depth: depth), tree(.list, depth: depth))
        default:
            pick([
                .binary("matches", tree(.text, depth: depth), .literal("'[a-c]+(.)'")),
                .binary("in", tree(.text, depth: depth), tree(.text, depth: depth)),
                .call(pick(["starts_with", "ends_with"]), [tree(.text, depth: depth), tree(.text, depth: depth)]),
            ])
        }
    }

    private mutating func number(depth: Int) -> ExpressionTree {
        switch below(8) {
        case 0...3: .binary(pick(["+", "-", "*", "/", "%"]), tree(.number, depth: depth), tree(.number, depth: depth))
        case 4: .negate(tree(.number, depth: depth))
        case 5: .call("length", [tree(pick([.text, .list]), depth: depth)])
        case 6: .call(pick(["min", "max"]), [tree(.number, depth: depth), tree(.number, depth: depth)])
        default: .call("number", [.call("text", [tree(.number, depth: depth)])])
        }
    }

    private mutating func text(depth: Int) -> ExpressionTree {
        switch below(5) {
        case 0, 1: .binary("+", tree(.text, depth: depth), tree(.text, depth: depth))
        case 2: .call(pick(["lower", "upper", "trim"]), [tree(.text, depth: depth)])
        case 3: .call("text", [tree(.any, depth: depth)])
        default: .call("join", [.call("words", [tree(.text, depth: depth)]), tree(.text, depth: depth)])
        }
    }

    private mutating func list(depth: Int) -> ExpressionTree {
        switch below(7) {
        case 0, 1: .list((0...below(3)).map { _ in tree(.any, depth: depth) })
        case 2: .binary("+", tree(.list, depth: depth), tree(.list, depth: depth))
        case 3: .call(pick(["lines", "words"]), [tree(.text, depth: depth)])
        case 4: .call("split", [tree(.text, depth: depth), tree(.text, depth: depth)])
        case 5: .call("range", [tree(.number, depth: depth), tree(.number, depth: depth)])
        default: .list([.index(tree(.list, depth: depth), tree(.number, depth: depth)), .field(.name("steps"), "build")])
        }
    }
}
