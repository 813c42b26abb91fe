/// A regular expression that a whole text must match.
///
/// It knows literals, `.`, `[...]`, `\d \w \s` and their opposites, groups, `|`, `* + ? {n,m}`, `^` and `$`: what can be matched in a time
/// that grows only with the lengths of pattern and text (K. Thompson, "Regular Expression Search Algorithm", 1968). Nobody can
/// write a pattern that hangs a run.
package struct ParameterPattern: Sendable {
    private let program: [PatternStep]

    /// Reads a pattern.
    /// - Throws: `PatternError` with the place in the pattern.
    package init(_ pattern: String) throws(PatternError) {
        var parser = ParameterPatternParser(pattern)
        let node = try parser.parse()
        var program: [PatternStep] = []
        try node.compile(into: &program)
        program.append(.accept)
        self.program = program
    }

    /// Whether the whole text matches.
    package func matches(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var current = Threads(count: program.count)
        var next = Threads(count: program.count)
        follow(0, at: 0, of: scalars.count, into: &current)
        for (index, scalar) in scalars.enumerated() {
            next.clear()
            for step in current.steps {
                if case .take(let set) = program[step], set.contains(scalar) {
                    follow(step + 1, at: index + 1, of: scalars.count, into: &next)
                }
            }
            swap(&current, &next)
            if current.steps.isEmpty { return false }
        }
        return current.steps.contains { if case .accept = program[$0] { true } else { false } }
    }

    /// Adds a step and everything that is reached from it without taking a character.
    private func follow(_ start: Int, at position: Int, of count: Int, into threads: inout Threads) {
        var waiting = [start]
        while let step = waiting.popLast() {
            guard threads.add(step) else { continue }
            switch program[step] {
            case .take, .accept: continue
            case .jump(let target): waiting.append(target)
            case .split(let first, let second): waiting += [second, first]
            case .open, .close: waiting.append(step + 1)
            case .start: if position == 0 { waiting.append(step + 1) }
            case .end: if position == count { waiting.append(step + 1) }
            }
        }
    }

    /// The steps that are reached at one position, each once.
    private struct Threads {
        var steps: [Int] = []
        private var seen: [Bool]
        init(count: Int) { seen = Array(repeating: false, count: count) }
        mutating func add(_ step: Int) -> Bool {
            guard !seen[step] else { return false }
            seen[step] = true
            steps.append(step)
            return true
        }
        mutating func clear() {
            for step in steps { seen[step] = false }
            steps.removeAll(keepingCapacity: true)
        }
    }
}

/// What is wrong with a pattern.
package struct PatternError: Error, Hashable, Sendable {
    /// What is wrong.
    package let detail: String
    /// The character where it is, from 1.
    package let position: Int
}

/// One step of matching.
enum PatternStep: Sendable {
    case take(PatternSet)
    case jump(Int)
    case split(Int, Int)
    case start
    case end
    /// The group that is remembered begins.
    case open
    /// The group that is remembered ends.
    case close
    case accept
}

/// A set of characters.
struct PatternSet: Sendable, Hashable {
    /// The ranges of code points.
    var ranges: [ClosedRange<UInt32>]
    /// Whether it holds everything but the ranges.
    var isInverted = false

    func contains(_ scalar: Unicode.Scalar) -> Bool { ranges.contains { $0.contains(scalar.value) } != isInverted }

    static let any = PatternSet(ranges: [0x0A...0x0A], isInverted: true)
    static let digit = PatternSet(ranges: [0x30...0x39])
    static let word = PatternSet(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let space = PatternSet(ranges: [0x09...0x0D, 0x20...0x20])
    var inverted: PatternSet { PatternSet(ranges: ranges, isInverted: !isInverted) }
}

/// A part of a pattern.
indirect enum PatternNode: Sendable {
    case set(PatternSet)
    case sequence([PatternNode])
    case either([PatternNode])
    /// As many as possible, or as few as possible if it is lazy; the whole text matches or not in both cases.
    case repeated(PatternNode, least: Int, most: Int?, isLazy: Bool)
    /// The group that is remembered.
    case group(PatternNode)
    case start
    case end

    /// The most steps of one pattern.
    static let stepLimit = 5_000

    func compile(into program: inout [PatternStep]) throws(PatternError) {
        guard program.count < Self.stepLimit else { throw PatternError(detail: "the pattern is too large", position: 1) }
        switch self {
        case .set(let set): program.append(.take(set))
        case .start: program.append(.start)
        case .end: program.append(.end)
        case .sequence(let nodes): for node in nodes { try node.compile(into: &program) }
        case .either(let nodes): try Self.compile(nodes[...], into: &program)
        case .group(let node):
            program.append(.open)
            try node.compile(into: &program)
            program.append(.close)
        case .repeated(let node, let least, let most, let isLazy):
            for _ in 0..<least {
                let count = program.count
                try node.compile(into: &program)
                guard program.count > count else { break }
            }
            if let most {
                for _ in least..<max(least, most) { try Self.option(node, loops: false, isLazy: isLazy, into: &program) }
            } else {
                try Self.option(node, loops: true, isLazy: isLazy, into: &program)
            }
        }
    }

    private static func option(
        _ node: PatternNode, loops: Bool, isLazy: Bool, into program: inout [PatternStep]
    ) throws(PatternError) {
        let split = program.count
        program.append(.accept)
        try node.compile(into: &program)
        if loops { program.append(.jump(split)) }
        program[split] = isLazy ? .split(program.count, split + 1) : .split(split + 1, program.count)
    }

    private static func compile(_ nodes: ArraySlice<PatternNode>, into program: inout [PatternStep]) throws(PatternError) {
        guard let first = nodes.first else { return }
        guard nodes.count > 1 else { return try first.compile(into: &program) }
        let split = program.count
        program.append(.accept)
        try first.compile(into: &program)
        let jump = program.count
        program.append(.accept)
        program[split] = .split(split + 1, program.count)
        try compile(nodes.dropFirst(), into: &program)
        program[jump] = .jump(program.count)
    }
}
