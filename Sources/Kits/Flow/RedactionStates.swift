/// The spelling graph as a machine with one move per byte. A state stands for all spellings that the last bytes may have begun; states and moves are
/// made when they are first needed.
struct RedactionStates: Sendable {
    private struct Thread: Hashable, Sendable {
        let node: SpellingGraph.Node
        /// How many bytes ago it began.
        let length: Int32
    }

    /// The state in which nothing has begun.
    static let rest = 0
    /// Moves of one state: one for each byte, and two for line breaks that may wrap encoded text.
    static let width = 258
    /// Marks moves into states in which a spelling is complete.
    static let completes: Int16 = 0x4000
    /// A spelling that takes more bytes is given up; only endless indentation does.
    private static let longest: Int32 = 2048
    /// With so many states it is time to begin anew; at most 4096 bytes later.
    private static let many = 2048

    private let graph: SpellingGraph
    private var threads: [[Thread]] = []
    private var numbers: [[Thread]: Int] = [:]
    private var starts: [[SpellingGraph.Node]] = []
    /// How many of the last bytes may belong to a spelling that is not complete, by state.
    private var open: [Int] = []
    /// How many of the last bytes are a complete spelling, by state; 0 when they are none.
    private var complete: [Int] = []
    /// Where each byte leads from each state, `width` of them in a row; -1 where that is not known yet.
    private(set) var moves: [Int16] = []

    /// Starts with no state but the first.
    init(_ graph: SpellingGraph) {
        self.graph = graph
        starts = (0..<Self.width).map { Self.targets(of: SpellingGraph.start, Int($0), in: graph) }
        _ = number(of: [])
    }

    /// How many states are known.
    var count: Int { threads.count }
    /// See `many`.
    var isFull: Bool { count >= Self.many }

    /// How many of the last bytes may belong to a spelling that is not complete.
    func openBytes(_ state: Int) -> Int { open[state] }

    /// How many of the last bytes are a complete spelling; 0 when they are none.
    func completeBytes(_ state: Int) -> Int { complete[state] }

    /// Forgets all states but some, and returns their new numbers.
    mutating func forget(keeping states: [Int]) -> [Int] {
        let kept = states.map { threads[$0] }
        (threads, numbers, open, complete, moves) = ([], [:], [], [], [])
        _ = number(of: [])
        return kept.map { number(of: $0) }
    }

    /// The state after one more byte; 256 and 257 are a line feed and a carriage return that may wrap encoded text.
    mutating func next(_ state: Int, _ symbol: Int) -> Int {
        let place = state * Self.width + symbol
        if moves[place] >= 0 { return Int(moves[place] & ~Self.completes) }
        var longest: [SpellingGraph.Node: Int32] = [:]
        for node in starts[symbol] { longest[node] = 1 }
        for thread in threads[state] where thread.length < Self.longest {
            for node in Self.targets(of: thread.node, symbol, in: graph) { longest[node] = max(longest[node] ?? 0, thread.length + 1) }
        }
        let next = number(of: longest.map { Thread(node: $0, length: $1) }.sorted { $0.node < $1.node })
        moves[place] = Int16(next) | (complete[next] > 0 ? Self.completes : 0)
        return next
    }

    private static func targets(of node: SpellingGraph.Node, _ symbol: Int, in graph: SpellingGraph) -> [SpellingGraph.Node] {
        let isWrap = symbol >= 256
        let byte = UInt16(symbol == 256 ? 0x0A : symbol == 257 ? 0x0D : symbol)
        var found: [SpellingGraph.Node] = []
        graph.follow(node, where: { $0 == byte || (isWrap && $0 == SpellingGraph.wrap) }, { found.append($0) })
        return found
    }

    private mutating func number(of set: [Thread]) -> Int {
        if let known = numbers[set] { return known }
        let number = threads.count
        threads.append(set)
        numbers[set] = number
        open.append(set.lazy.filter { $0.node != SpellingGraph.end }.map { Int($0.length) }.max() ?? 0)
        complete.append(set.first { $0.node == SpellingGraph.end }.map { Int($0.length) } ?? 0)
        moves.append(contentsOf: repeatElement(-1, count: Self.width))
        return number
    }
}
