import Vocabulary

/// Which steps wait for which: names become positions, and what cannot be is named.
package struct StepGraph: Sendable, Hashable {
    /// What is wrong with what a step says that it waits for.
    package enum Mistake: Sendable, Hashable {
        /// There is no step of this name; with the nearest name that there is.
        case unknown(String, suggestion: String?)
        /// It waits for itself.
        case itself
        /// The name is there twice.
        case twice(String)
        /// These steps wait for each other in a circle, each for the one after it and the last for the first.
        case cycle([String])

        /// One sentence: what is wrong and what to do.
        package var detail: String {
            switch self {
            case .unknown(let name, let suggestion):
                "There is no step named \(name.prefix(60))" + (suggestion.map { "; did you mean \($0)?" } ?? ".")
            case .itself: "A step cannot wait for itself."
            case .twice(let name): "\(name.prefix(60)) is there twice."
            case .cycle(let names):
                "These steps wait for each other, so none of them can ever run: \((names + names.prefix(1)).joined(separator: " → "))."
            }
        }
    }

    /// A mistake and where it is.
    package struct Place: Sendable, Hashable {
        /// The position of the step, from 0.
        package var step: Int
        /// The position in its `needs`, from 0; nil for all of them.
        package var need: Int?
        /// What is wrong.
        package var mistake: Mistake

        /// Makes the value.
        package init(step: Int, need: Int?, mistake: Mistake) {
            self.step = step
            self.need = need
            self.mistake = mistake
        }
    }

    /// For each step the positions of the steps that it waits for. What was wrong is left out.
    package let needs: [[Int]]
    /// Everything that is wrong, by step.
    package let mistakes: [Place]

    /// Reads the names: nil means the step before, an empty list none.
    package init(names: [String], needs wanted: [[String]?]) {
        precondition(names.count == wanted.count, "needs for each name")
        let positions = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var (needs, mistakes): ([[Int]], [Place]) = ([], [])
        for (step, wanted) in wanted.enumerated() {
            guard let wanted else {
                needs.append(step == 0 ? [] : [step - 1])
                continue
            }
            var found: [Int] = []
            for (index, name) in wanted.enumerated() {
                let place = { (mistake: Mistake) in Place(step: step, need: index, mistake: mistake) }
                switch positions[name] {
                case nil: mistakes.append(place(.unknown(name, suggestion: Likeness.nearest(to: name, among: names))))
                case step: mistakes.append(place(.itself))
                case let position? where found.contains(position): mistakes.append(place(.twice(name)))
                case let position?: found.append(position)
                }
            }
            needs.append(found)
        }
        if let cycle = Self.cycle(in: needs) {
            let start = cycle.min() ?? 0
            let turned = cycle.drop { $0 != start } + cycle.prefix { $0 != start }
            mistakes.append(Place(step: start, need: nil, mistake: .cycle(turned.map { names[$0] })))
        }
        self.needs = needs
        self.mistakes = mistakes.sorted { ($0.step, $0.need ?? -1) < ($1.step, $1.need ?? -1) }
    }

    /// The steps that a step waits for, directly or not.
    package func ancestors(of step: Int) -> Set<Int> {
        var (found, open): (Set<Int>, [Int]) = ([], needs[step])
        while let next = open.popLast() { if found.insert(next).inserted { open += needs[next] } }
        return found
    }

    /// Steps that wait for each other in a circle, each before the one that it waits for; nil when there are none.
    private static func cycle(in needs: [[Int]]) -> [Int]? {
        // What waits for nothing that is left is taken away; what then remains holds a circle.
        var left = Set(needs.indices)
        while let free = left.first(where: { !needs[$0].contains(where: left.contains) }) { left.remove(free) }
        guard var step = left.min() else { return nil }
        var path: [Int] = []
        while !path.contains(step) {
            path.append(step)
            guard let next = needs[step].first(where: left.contains) else { return nil }
            step = next
        }
        return Array(path.drop { $0 != step })
    }
}
