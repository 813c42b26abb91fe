/// How one text became another, line by line: the changed lines with some around them.
package struct LineDifference: Sendable, Hashable {
    /// One line, or a stretch that is left out.
    package enum Part: Sendable, Hashable {
        /// In both texts, at these places (from 1).
        case same(String, before: Int, after: Int)
        /// Only in the first text.
        case removed(String, before: Int)
        /// Only in the second text.
        case added(String, after: Int)
        /// So many lines are in both texts and are left out.
        case gap(Int)
    }

    /// The parts in order; empty when the texts are the same.
    package let parts: [Part]

    /// So many unchanged lines are shown around those that changed.
    private static let around = 3
    private static let mostCharacters = 2000

    /// Compares two texts (E. Myers, An O(ND) Difference Algorithm, 1986). Nil when more than `mostEdits` lines were added and removed, which
    /// bounds time and memory.
    package init?(from before: [UInt8], to after: [UInt8], mostEdits: Int = 500) {
        let (old, new) = (Self.lines(before), Self.lines(after))
        var numbers: [ArraySlice<UInt8>: Int] = [:]
        func number(_ lines: [ArraySlice<UInt8>]) -> [Int] {
            lines.map { line in
                if let known = numbers[line] { return known }
                numbers[line] = numbers.count
                return numbers.count - 1
            }
        }
        let (a, b) = (number(old), number(new))
        guard let kept = EditPath(a, b, most: mostEdits)?.kept else { return nil }
        parts = Self.parts(old, new, kept)
    }

    private static func lines(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        if text.isEmpty { return [] }
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return lines.last?.isEmpty == true ? lines.dropLast() : lines
    }

    /// Shows what changed, given the pairs of lines that are the same, in order.
    private static func parts(_ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>], _ kept: [(Int, Int)]) -> [Part] {
        var all: [Part] = []
        var (i, j) = (0, 0)
        for (nextI, nextJ) in kept + [(old.count, new.count)] {
            while i < nextI {
                all.append(.removed(text(old[i]), before: i + 1))
                i += 1
            }
            while j < nextJ {
                all.append(.added(text(new[j]), after: j + 1))
                j += 1
            }
            if i < old.count, j < new.count { all.append(.same(text(old[i]), before: i + 1, after: j + 1)) }
            (i, j) = (i + 1, j + 1)
        }
        return shortened(all)
    }

    private static func text(_ line: ArraySlice<UInt8>) -> String {
        let text = String(decoding: line, as: UTF8.self)
        return text.utf8.count <= mostCharacters ? text : String(text.prefix(mostCharacters)) + "…"
    }

    private static func shortened(_ all: [Part]) -> [Part] {
        var isShown = [Bool](repeating: false, count: all.count)
        for (index, part) in all.enumerated() {
            if case .same = part { continue }
            for near in max(0, index - around)...min(all.count - 1, index + around) { isShown[near] = true }
        }
        var (parts, hidden): ([Part], Int) = ([], 0)
        if !isShown.contains(true) { return [] }
        for (index, part) in all.enumerated() {
            if !isShown[index] {
                hidden += 1
                continue
            }
            if hidden > 0 { parts.append(.gap(hidden)) }
            hidden = 0
            parts.append(part)
        }
        return hidden > 0 ? parts + [.gap(hidden)] : parts
    }
}

/// The shortest way from one row of numbers to another.
private struct EditPath {
    /// The places in both rows of the numbers that stay, in order.
    let kept: [(Int, Int)]

    /// Nil when the way has more than `most` steps.
    init?(_ a: [Int], _ b: [Int], most: Int) {
        var head = 0
        while head < a.count, head < b.count, a[head] == b[head] { head += 1 }
        var tail = 0
        while tail < a.count - head, tail < b.count - head, a[a.count - 1 - tail] == b[b.count - 1 - tail] { tail += 1 }
        guard let middle = Self.search(Array(a[head..<a.count - tail]), Array(b[head..<b.count - tail]), most) else { return nil }
        kept =
            (0..<head).map { ($0, $0) } + middle.map { ($0 + head, $1 + head) }
            + (0..<tail).map { (a.count - tail + $0, b.count - tail + $0) }
    }

    private static func search(_ a: [Int], _ b: [Int], _ most: Int) -> [(Int, Int)]? {
        var furthest = [1: 0]
        var history: [[Int: Int]] = []
        for edits in 0...min(most, a.count + b.count) {
            history.append(furthest)
            for diagonal in stride(from: -edits, through: edits, by: 2) {
                let (left, right) = (furthest[diagonal - 1] ?? -1, furthest[diagonal + 1] ?? -1)
                var x = diagonal == -edits || (diagonal != edits && left < right) ? right : left + 1
                while x < a.count, x - diagonal < b.count, a[x] == b[x - diagonal] { x += 1 }
                furthest[diagonal] = x
                if x >= a.count, x - diagonal >= b.count { return wayBack(a.count, b.count, history) }
            }
        }
        return nil
    }

    private static func wayBack(_ m: Int, _ n: Int, _ history: [[Int: Int]]) -> [(Int, Int)] {
        var (x, y) = (m, n)
        var kept: [(Int, Int)] = []
        for (edits, furthest) in history.enumerated().reversed() {
            let diagonal = x - y
            let (left, right) = (furthest[diagonal - 1] ?? -1, furthest[diagonal + 1] ?? -1)
            let from = diagonal == -edits || (diagonal != edits && left < right) ? diagonal + 1 : diagonal - 1
            let (fromX, fromY) = edits == 0 ? (0, 0) : (furthest[from] ?? 0, (furthest[from] ?? 0) - from)
            while x > fromX, y > fromY {
                (x, y) = (x - 1, y - 1)
                kept.append((x, y))
            }
            (x, y) = (fromX, fromY)
        }
        return kept.reversed()
    }
}
