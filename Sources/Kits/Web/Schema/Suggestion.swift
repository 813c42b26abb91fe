/// Finds what somebody probably meant.
package enum Suggestion {
    /// The candidate that differs least from `word`, if it is close enough to be a slip; ties go to the first.
    package static func nearest(to word: String, in candidates: [String]) -> String? {
        let word = Array(word.lowercased().utf8.prefix(80))
        let scored = candidates.map { ($0, distance(word, Array($0.lowercased().utf8))) }
        guard let best = scored.min(by: { $0.1 < $1.1 }) else { return nil }
        return best.1 <= max(1, min(word.count, best.0.utf8.count) / 3) ? best.0 : nil
    }

    /// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var rows = [[Int]](repeating: [], count: left.count + 1)
        rows[0] = Array(0...right.count)
        for row in 1...left.count {
            rows[row] = [row] + [Int](repeating: 0, count: right.count)
            for column in 1...right.count {
                let cost = left[row - 1] == right[column - 1] ? 0 : 1
                var best = min(rows[row - 1][column] + 1, rows[row][column - 1] + 1, rows[row - 1][column - 1] + cost)
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    best = min(best, rows[row - 2][column - 2] + 1)
                }
                rows[row][column] = best
            }
        }
        return rows[left.count][right.count]
    }
}
