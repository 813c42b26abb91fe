import Contracts
import Synchronization
import Vocabulary

/// Counts what this process did with occurrences, for metrics.
final class OccurrenceTally: Sendable {
    private struct State {
        var counts: [OccurrenceState: Int] = [:]
        var lag: Duration = .zero
    }
    private let state = Mutex(State())

    /// Counts instants that came to an end.
    func count(_ end: OccurrenceState, _ number: Int) {
        if number > 0 { state.withLock { $0.counts[end, default: 0] += number } }
    }

    /// Counts instants that began runs, and notes how long after its time the last of them did.
    func began(_ occurrences: [StoredOccurrence]) {
        state.withLock { state in
            for occurrence in occurrences { state.counts[occurrence.state, default: 0] += 1 }
            if let lag = occurrences.compactMap({ occurrence in occurrence.decidedAt.map { $0 - occurrence.at } }).max() { state.lag = lag }
        }
    }

    /// How many instants ended in which way, and how long after its time the last one that was dispatched began.
    var reading: (counts: [OccurrenceState: Int], lag: Duration) { state.withLock { ($0.counts, $0.lag) } }
}
