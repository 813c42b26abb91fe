/// Every way in which secrets may be written, as a graph over bytes: each path from the start to the end is one spelling of one secret.
struct SpellingGraph: Sendable {
    /// Names a node.
    typealias Node = Int32

    private struct Edge: Sendable {
        let symbol: UInt16
        let target: Node
        let next: Int32
    }

    /// Where every spelling begins.
    static let start: Node = 0
    /// Where every spelling ends.
    static let end: Node = 1
    /// The symbol for a line break in the middle of encoded text, as `base64` and `xxd -p` wrap it; 0...255 are bytes.
    static let wrap: UInt16 = 256

    private var firstEdges: [Int32] = [-1, -1]
    private var edges: [Edge] = []

    /// Whether nothing is spelled.
    var isEmpty: Bool { edges.isEmpty }

    /// Adds a node.
    mutating func node() -> Node {
        firstEdges.append(-1)
        return Node(firstEdges.count - 1)
    }

    /// Lets a symbol lead from one node to another.
    mutating func connect(_ from: Node, _ symbol: UInt16, to target: Node) {
        edges.append(Edge(symbol: symbol, target: target, next: firstEdges[Int(from)]))
        firstEdges[Int(from)] = Int32(edges.count - 1)
    }

    /// Lets a sequence of symbols lead from one node to another; each place takes one out of several.
    mutating func connect(_ from: Node, path: [[UInt8]], to target: Node) {
        var here = from
        for (index, choices) in path.enumerated() {
            let there = index == path.count - 1 ? target : node()
            for choice in choices { connect(here, UInt16(choice), to: there) }
            here = there
        }
    }

    /// Lets a text lead from one node to another.
    mutating func connect(_ from: Node, text: String, to target: Node) {
        connect(from, path: text.utf8.map { [$0] }, to: target)
    }

    /// Calls a closure with every node that one of the symbols leads to.
    func follow(_ node: Node, where leads: (_ symbol: UInt16) -> Bool, _ take: (Node) -> Void) {
        var next = firstEdges[Int(node)]
        while next >= 0 {
            let edge = edges[Int(next)]
            if leads(edge.symbol) { take(edge.target) }
            next = edge.next
        }
    }
}
