import Contracts
import Synchronization
import Web

/// Counts what became of messages and events since the process began.
final class EventCounts: Sendable {
    private let counts = Mutex<(deliveries: [String: Int], firings: [String: Int])>(([:], [:]))

    /// Counts a message by what became of it: a state, or `unproved`, `stale` or `throttled` for such as were not taken.
    func add(delivery result: String) { counts.withLock { $0.deliveries[result, default: 0] += 1 } }

    /// Counts what rules did.
    func add(firing state: RuleFiringState, _ number: Int = 1) { counts.withLock { $0.firings[state.rawValue, default: 0] += number } }

    /// As metrics.
    var metrics: [Metric] {
        let (deliveries, firings) = counts.withLock { $0 }
        func samples(_ counts: [String: Int], _ label: String) -> [Metric.Sample] {
            counts.sorted { $0.key < $1.key }.map { Metric.Sample(Double($0.value), [(label, $0.key)]) }
        }
        return [
            Metric(
                "opsconductor_webhook_deliveries_total", .counter, "Messages to webhooks, by what became of them.",
                samples(deliveries, "result")),
            Metric(
                "opsconductor_rule_firings_total", .counter, "Events that rules are about, by what they did.", samples(firings, "state")),
        ]
    }
}
