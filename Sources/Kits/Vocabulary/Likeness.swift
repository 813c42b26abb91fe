/// Finds what somebody probably meant.
package enum Likeness {
    /// The candidate that differs least from a misspelt word, without regard to case; ties go to the first. Nil when none is near: at
    /// most a third of the shorter of the two may differ, but one letter always may unless it is all there is.
    package static func nearest(to word: String, among candidates: [String]) -> String? {
        let asked = Array(word.lowercased().unicodeScalars.prefix(longest))
        var best: (distance: Int, candidate: String)?
        for candidate in candidates {
            let offered = Array(candidate.lowercased().unicodeScalars.prefix(longest))
            let distance = distance(asked, offered)
            guard distance <= max(1, min(asked.count, offered.count) / 3), distance < max(asked.count, offered.count) else { continue }
            if distance < best?.distance ?? .max { best = (distance, candidate) }
        }
        return best?.candidate
    }

    /// How much of a word counts, so that a long one costs little.
    private static let longest = 100

    /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var older: [Int] = []
        var previous = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let same = left[row] == right[column]
                var cost = min(previous[column + 1] + 1, current[column] + 1, previous[column] + (same ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, older[column - 1] + 1)
                }
                current.append(cost)
            }
            older = previous
            previous = current
        }
        return previous[right.count]
    }
}
