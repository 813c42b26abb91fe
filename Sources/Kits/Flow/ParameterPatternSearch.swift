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
    private let beginnings: PatternBeginnings?
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
        beginnings = PatternBeginnings(of: program)
    }

    /// The first match in a text of UTF-8 without mistakes, or nil. `work` is reduced by the number of steps taken; below zero means that
    /// the search was given up.
    package func firstMatch(in text: [UInt8], work: inout Int) -> PatternMatch? {
        var search = PatternSearch(program: program, text: text, anchors: anchors, beginnings: beginnings, work: work)
        let match = search.run()
        work = search.work
        return match
    }
}

/// The characters one of which every match begins with.
struct PatternBeginnings: Sendable {
    private let sets: [PatternSet]
    private let ascii: [Bool]

    /// Nil if a match may be empty.
    init?(of program: [PatternStep]) {
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
        self.sets = sets
        ascii = (UInt8(0)..<128).map { byte in sets.contains { $0.contains(Unicode.Scalar(byte)) } }
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII ? ascii[Int(scalar.value)] : sets.contains { $0.contains(scalar) }
    }
}

/// Where a pattern was found, in bytes of UTF-8 from the start.
package struct PatternMatch: Sendable, Hashable {
    /// All of it.
    package let whole: Range<Int>
    /// Its first group; nil if it has none or the match did without it.
    package let group: Range<Int>?
}

/// One search.
private struct PatternSearch {
    /// What a way through the pattern remembers, in bytes; -1 where it was not yet.
    struct Marks {
        var start: Int
        var open = -1
        var close = -1
    }

    let program: [PatternStep]
    let text: [UInt8]
    let anchors: SearchPattern.Anchors
    let beginnings: PatternBeginnings?
    var work: Int
    private var waiting: [(step: Int, marks: Marks)] = []

    init(program: [PatternStep], text: [UInt8], anchors: SearchPattern.Anchors, beginnings: PatternBeginnings?, work: Int) {
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
        var end = 0
        var index = 0
        while work >= 0 {
            if match == nil {
                if current.steps.isEmpty { skip(&index) }
                follow(0, Marks(start: index), at: index, into: &current)
            }
            let scalar = scalar(at: index)
            let following = index + (scalar?.length ?? 0)
            next.clear()
            for (order, step) in current.steps.enumerated() {
                work -= 1
                if case .accept = program[step] {
                    (match, end) = (current.marks[order], index)
                    break
                }
                if case .take(let set) = program[step], let scalar, set.contains(scalar.value) {
                    follow(step + 1, current.marks[order], at: following, into: &next)
                }
            }
            swap(&current, &next)
            if scalar == nil || match != nil && current.steps.isEmpty { break }
            index = following
        }
        guard work >= 0, let match else { return nil }
        return PatternMatch(whole: match.start..<end, group: match.close >= 0 ? match.open..<match.close : nil)
    }

    /// The character that begins at a byte, with the number of its bytes; nil at the end.
    private func scalar(at index: Int) -> (value: Unicode.Scalar, length: Int)? {
        guard index < text.count else { return nil }
        let first = text[index]
        guard first >= 0x80 else { return (Unicode.Scalar(first), 1) }
        let length = min(first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4, text.count - index)
        var value = UInt32(first) & (0xFF >> UInt32(length + 1))
        for byte in text[(index + 1)..<(index + length)] { value = value << 6 | UInt32(byte & 0x3F) }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
    }

    /// Goes on to the next character that a match can begin with.
    private mutating func skip(_ index: inout Int) {
        guard let beginnings else { return }
        while work >= 0, let (scalar, length) = scalar(at: index), !beginnings.contains(scalar) {
            work -= 1
            index += length
        }
    }

    /// Adds a step and everything that is reached from it without taking a character, the preferred ones first.
    private mutating func follow(_ start: Int, _ marks: Marks, at index: Int, into ways: inout Ways) {
        waiting.append((start, marks))
        while case (let step, var marks)? = waiting.popLast() {
            work -= 1
            guard ways.isNew(step) else { continue }
            switch program[step] {
            case .take, .accept: ways.add(step, marks)
            case .jump(let target): waiting.append((target, marks))
            case .split(let first, let second):
                waiting.append((second, marks))
                waiting.append((first, marks))
            case .open:
                marks.open = index
                waiting.append((step + 1, marks))
            case .close:
                marks.close = index
                waiting.append((step + 1, marks))
            case .start: if isStart(index) { waiting.append((step + 1, marks)) }
            case .end: if isEnd(index) { waiting.append((step + 1, marks)) }
            }
        }
    }

    private func isStart(_ index: Int) -> Bool { index == 0 || anchors == .lines && text[index - 1] == UInt8(ascii: "\n") }

    private func isEnd(_ index: Int) -> Bool { index == text.count || anchors == .lines && text[index] == UInt8(ascii: "\n") }

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
