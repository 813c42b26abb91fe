import Calendar
import Contracts
import Vocabulary

/// When messages of a route go out. Pure.
struct Pacing: Sendable {
    /// What happens within this time goes into one message.
    let digest: Duration?
    /// When nothing is sent.
    let quiet: Window?
    /// Whether critical events are sent nevertheless.
    let criticalPasses: Bool
    /// At most so many messages in an hour.
    let mostPerHour: Int?

    /// When a message goes out, and why not at once.
    struct Due: Sendable, Hashable {
        let at: Timestamp
        let reason: String?
    }

    /// When a message about an event goes out that came now. `sent` are the times at which messages of the last hour went out.
    func due(_ severity: NotificationSeverity, at now: Timestamp, sent: [Timestamp]) -> Due {
        if let digest {
            let at = now + digest
            return Due(at: at, reason: "Events are gathered until \(at).")
        }
        return release(severity, at: now, sent: sent)
    }

    /// When a message goes out whose time has come: at once, unless it is quiet now or too many were sent.
    func release(_ severity: NotificationSeverity, at now: Timestamp, sent: [Timestamp]) -> Due {
        if let end = quiet?.end(at: now), !(severity == .critical && criticalPasses) {
            return Due(at: end, reason: "It is quiet until \(end).")
        }
        if let mostPerHour {
            let recent = sent.filter { $0 + .seconds(3600) > now }.sorted()
            if recent.count >= mostPerHour {
                let at = recent[recent.count - mostPerHour] + .seconds(3600)
                return Due(at: at, reason: "\(mostPerHour) messages were sent within an hour; the rest goes out at \(at).")
            }
        }
        return Due(at: now, reason: nil)
    }
}

/// When a message that could not be sent is tried again, and when a channel that does not work rests. Pure.
enum Patience {
    /// So many attempts fail in a row until a channel rests.
    static let failuresUntilRest = 5

    /// The time until the next attempt after so many: 5 s, 15 s, 45 s and so on up to 15 minutes, a tenth more or less by the id, or as long as the
    /// other side asked for, at most an hour.
    static func pause(after attempts: Int, id: String, asked: Duration?) -> Duration {
        let seconds = min(900, 5 * pow(3, max(0, attempts - 1)))
        let spread = Double(id.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 } % 200) / 1000 - 0.1
        let own = Duration.milliseconds(Int64(Double(seconds) * 1000 * (1 + spread)))
        return max(own, min(asked ?? .zero, .seconds(3600)))
    }

    /// How long a channel rests after so many failures in a row: 30 s, doubled each time up to 10 minutes; nil while it does not.
    static func rest(after failures: Int) -> Duration? {
        guard failures >= failuresUntilRest else { return nil }
        return .seconds(min(600, 30 * pow(2, failures - failuresUntilRest)))
    }

    private static func pow(_ base: Int, _ exponent: Int) -> Int { (0..<min(exponent, 20)).reduce(1) { result, _ in result * base } }
}
