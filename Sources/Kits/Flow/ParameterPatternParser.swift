/// Reads the text of a pattern.
struct ParameterPatternParser {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private let marksGroup: Bool
    private(set) var hasGroup = false

    /// `marksGroup`: whether the first `(...)` is to be remembered.
    init(_ pattern: String, marksGroup: Bool = false) {
        scalars = Array(pattern.unicodeScalars)
        self.marksGroup = marksGroup
    }

    mutating func parse() throws(PatternError) -> PatternNode {
        let node = try alternatives()
        guard position == scalars.count else { throw error("there is a ) without its (") }
        return node
    }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private func error(_ detail: String) -> PatternError { PatternError(detail: detail, position: position + 1) }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        position += 1
        return true
    }

    private mutating func alternatives() throws(PatternError) -> PatternNode {
        guard depth < 50 else { throw error("groups are nested too deep") }
        depth += 1
        defer { depth -= 1 }
        var nodes = [try sequence()]
        while take("|") { nodes.append(try sequence()) }
        return nodes.count == 1 ? nodes[0] : .either(nodes)
    }

    private mutating func sequence() throws(PatternError) -> PatternNode {
        var nodes: [PatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" { nodes.append(try repeated(try atom())) }
        return .sequence(nodes)
    }

    private mutating func repeated(_ node: PatternNode) throws(PatternError) -> PatternNode {
        var range: (Int, Int?)?
        if take("*") {
            range = (0, nil)
        } else if take("+") {
            range = (1, nil)
        } else if take("?") {
            range = (0, 1)
        } else if next == "{" {
            range = try count()
        }
        guard let range else { return node }
        let isLazy = take("?")
        if let following = next, ["*", "+", "?", "{"].contains(following) { throw error("there is nothing to repeat") }
        return .repeated(node, least: range.0, most: range.1, isLazy: isLazy)
    }

    private mutating func count() throws(PatternError) -> (Int, Int?) {
        position += 1
        let least = try number()
        var most: Int? = least
        if take(",") { most = next == "}" ? nil : try number() }
        guard take("}") else { throw error("a { is not closed; a literal { is written \\{") }
        if let most, most < least { throw error("the numbers in {...} are in the wrong order") }
        return (least, most)
    }

    private mutating func number() throws(PatternError) -> Int {
        var value = 0
        let start = position
        while let scalar = next, ("0"..."9").contains(scalar) {
            value = value * 10 + Int(scalar.value - 48)
            guard value <= 1_000 else { throw error("a repetition is more than 1000") }
            position += 1
        }
        guard position > start else { throw error("there must be a number here; a literal { is written \\{") }
        return value
    }

    private mutating func atom() throws(PatternError) -> PatternNode {
        let start = position
        guard let scalar = next else { throw error("something is missing") }
        position += 1
        switch scalar {
        case "(":
            let isPlain = !take("?")
            if !isPlain, !take(":") { throw error("only plain groups (...) and (?:...) are known") }
            let isMarked = isPlain && marksGroup && !hasGroup
            if isMarked { hasGroup = true }
            let node = try alternatives()
            guard take(")") else {
                position = start
                throw error("a ( is not closed")
            }
            return isMarked ? .group(node) : node
        case "[": return .set(try bracket(from: start))
        case ".": return .set(.any)
        case "^": return .start
        case "$": return .end
        case "\\": return .set(try escape())
        case "*", "+", "?", "{":
            position = start
            throw error("there is nothing to repeat")
        default: return .set(PatternSet(ranges: [scalar.value...scalar.value]))
        }
    }

    private mutating func escape() throws(PatternError) -> PatternSet {
        guard let scalar = next else { throw error("a \\ stands at the end") }
        position += 1
        switch scalar {
        case "d": return .digit
        case "D": return PatternSet.digit.inverted
        case "w": return .word
        case "W": return PatternSet.word.inverted
        case "s": return .space
        case "S": return PatternSet.space.inverted
        case "n": return PatternSet(ranges: [10...10])
        case "t": return PatternSet(ranges: [9...9])
        case "r": return PatternSet(ranges: [13...13])
        case "a"..."z", "A"..."Z", "0"..."9":
            position -= 1
            throw error("\\\(scalar) is not known")
        default: return PatternSet(ranges: [scalar.value...scalar.value])
        }
    }

    private mutating func bracket(from start: Int) throws(PatternError) -> PatternSet {
        var set = PatternSet(ranges: [], isInverted: take("^"))
        var isFirst = true
        while let scalar = next {
            position += 1
            if scalar == "]", !isFirst { return set }
            isFirst = false
            var low = PatternSet(ranges: [scalar.value...scalar.value])
            if scalar == "\\" { low = try escape() }
            guard !low.isInverted else { throw error("the opposite of a class cannot stand in [...]") }
            if low.ranges.count == 1, low.ranges[0].count == 1, next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
                position += 1
                let high = try rangeEnd()
                guard low.ranges[0].lowerBound <= high else { throw error("a range in [...] is in the wrong order") }
                set.ranges.append(low.ranges[0].lowerBound...high)
            } else {
                set.ranges += low.ranges
            }
        }
        position = start
        throw error("a [ is not closed")
    }

    private mutating func rangeEnd() throws(PatternError) -> UInt32 {
        guard let scalar = next else { throw error("a range in [...] has no end") }
        position += 1
        guard scalar == "\\" else { return scalar.value }
        let set = try escape()
        guard !set.isInverted, set.ranges.count == 1, set.ranges[0].count == 1 else { throw error("a range in [...] has no end") }
        return set.ranges[0].lowerBound
    }
}
