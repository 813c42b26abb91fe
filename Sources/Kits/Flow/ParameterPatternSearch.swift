/// A regular expression that is looked for in a text; it knows what `ParameterPattern` knows and takes time in the same way.
///
/// The match that begins first is found; of several that begin there the one that the pattern prefers: `*` and its like take as much as
/// possible, `*?` as little, `|` prefers its left side. All of them are followed at once, so that nothing is ever tried again
/// (R. Pike's variant of Thompson's algorithm).
package struct SearchPattern: Sendable {
    /// What `^` and `$` stand for.
    package enum Anchors: Sendable {
        /// Beginning and end of the text.
        case text
        /// Beginning and end of every line.
        case lines
    }

    /// How many characters a pattern may have.
    package static let longest = 4_000
    private let program: [PatternStep]
    private let anchors: Anchors
    private let beginnings: [PatternSet]?
    /// Whether it has a group `(...)`.
    package let hasGroup: Bool

    /// Reads a pattern.
    /// - Throws: `PatternError` with the place in the pattern.
    package init(_ pattern: String, anchors: Anchors) throws(PatternError) {
        guard pattern.utf8.count <= Self.longest * 4, pattern.unicodeScalars.count <= Self.longest else {
            throw PatternError(detail: "the pattern has more than \(Self.longest) characters", position: 1)
        }
        var parser = ParameterPatternParser(pattern, marksGroup: true)
        let node = try parser.parse()
        var program: [PatternStep] = []
        try node.compile(into: &program)
        program.append(.accept)
        self.program = program
        self.anchors = anchors
        hasGroup = parser.hasGroup
        beginnings = Self.beginnings(of: program)
    }

    /// The first match, or nil. `work` is reduced by the number of steps taken; below zero means that the search was given up.
    package func firstMatch(in text: String, work: inout Int) -> PatternMatch? {
        var search = PatternSearch(program: program, text: text.unicodeScalars, anchors: anchors, beginnings: beginnings, work: work)
        let match = search.run()
        work = search.work
        return match
    }

    /// The sets of characters one of which a match begins with, or nil if a match may be empty.
    private static func beginnings(of program: [PatternStep]) -> [PatternSet]? {
        var sets: [PatternSet] = []
        var seen = Array(repeating: false, count: program.count)
        var waiting = [0]
        while let step = waiting.popLast() {
            guard !seen[step] else { continue }
            seen[step] = true
            switch program[step] {
            case .take(let set): sets.append(set)
            case .accept: return nil
            case .jump(let target): waiting.append(target)
            case .split(let first, let second): waiting += [second, first]
            case .open, .close, .start, .end: waiting.append(step + 1)
            }
        }
        return sets
    }
}

/// Where a pattern was found.
package struct PatternMatch: Sendable, Hashable {
    /// All of it.
    package let whole: Range<String.Index>
    /// Its first group; nil if it has none or the match did without it.
    package let group: Range<String.Index>?
}

/// One search.
private struct PatternSearch {
    /// What a way through the pattern remembers.
    struct Marks {
        var start: String.Index
        var open: String.Index?
        var close: String.Index?
    }

    let program: [PatternStep]
    let text: String.UnicodeScalarView
    let anchors: SearchPattern.Anchors
    let beginnings: [PatternSet]?
    var work: Int
    private var waiting: [(step: Int, marks: Marks)] = []

    init(
        program: [PatternStep], text: String.UnicodeScalarView, anchors: SearchPattern.Anchors, beginnings: [PatternSet]?, work: Int
    ) {
        self.program = program
        self.text = text
        self.anchors = anchors
        self.beginnings = beginnings
        self.work = work
    }

    mutating func run() -> PatternMatch? {
        var current = Ways(count: program.count)
        var next = Ways(count: program.count)
        var match: Marks?
        var end = text.startIndex
        var index = text.startIndex
        var previous: Unicode.Scalar?
        while work >= 0 {
            if match == nil {
                if current.steps.isEmpty { skip(&index, previous: &previous) }
                follow(0, Marks(start: index), at: index, after: previous, into: &current)
            }
            let scalar = index < text.endIndex ? text[index] : nil
            let following = scalar == nil ? index : text.index(after: index)
            next.clear()
            for (order, step) in current.steps.enumerated() {
                work -= 1
                if case .accept = program[step] {
                    (match, end) = (current.marks[order], index)
                    break
                }
                if case .take(let set) = program[step], let scalar, set.contains(scalar) {
                    follow(step + 1, current.marks[order], at: following, after: scalar, into: &next)
                }
            }
            swap(&current, &next)
            if scalar == nil || match != nil && current.steps.isEmpty { break }
            (index, previous) = (following, scalar)
        }
        guard work >= 0, let match else { return nil }
        var group: Range<String.Index>?
        if let open = match.open, let close = match.close { group = open..<close }
        return PatternMatch(whole: match.start..<end, group: group)
    }

    /// Goes on to the next character that a match can begin with.
    private mutating func skip(_ index: inout String.Index, previous: inout Unicode.Scalar?) {
        guard let beginnings else { return }
        while index < text.endIndex, work >= 0 {
            let scalar = text[index]
            if beginnings.contains(where: { $0.contains(scalar) }) { return }
            work -= 1
            previous = scalar
            text.formIndex(after: &index)
        }
    }

    /// Adds a step and everything that is reached from it without taking a character, the preferred ones first.
    private mutating func follow(
        _ start: Int, _ marks: Marks, at index: String.Index, after previous: Unicode.Scalar?, into ways: inout Ways
    ) {
        waiting.append((start, marks))
        while case (let step, var marks)? = waiting.popLast() {
            work -= 1
            guard ways.isNew(step) else { continue }
            switch program[step] {
            case .take, .accept: ways.add(step, marks)
            case .jump(let target): waiting.append((target, marks))
            case .split(let first, let second): waiting += [(second, marks), (first, marks)]
            case .open:
                marks.open = index
                waiting.append((step + 1, marks))
            case .close:
                marks.close = index
                waiting.append((step + 1, marks))
            case .start: if isStart(after: previous) { waiting.append((step + 1, marks)) }
            case .end: if isEnd(index) { waiting.append((step + 1, marks)) }
            }
        }
    }

    private func isStart(after previous: Unicode.Scalar?) -> Bool {
        previous == nil || anchors == .lines && previous == "\n"
    }

    private func isEnd(_ index: String.Index) -> Bool {
        index == text.endIndex || anchors == .lines && text[index] == "\n"
    }

    /// The steps that are reached at one place, each once, the preferred ones first.
    private struct Ways {
        var steps: [Int] = []
        var marks: [Marks] = []
        private var round = 1
        private var seen: [Int]
        init(count: Int) { seen = Array(repeating: 0, count: count) }
        mutating func isNew(_ step: Int) -> Bool {
            guard seen[step] != round else { return false }
            seen[step] = round
            return true
        }
        mutating func add(_ step: Int, _ marks: Marks) {
            steps.append(step)
            self.marks.append(marks)
        }
        mutating func clear() {
            round += 1
            steps.removeAll(keepingCapacity: true)
            marks.removeAll(keepingCapacity: true)
        }
    }
}
