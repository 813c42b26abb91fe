import Bus
import Contracts
import Synchronization
import Vocabulary

/// Remembers for a few seconds who showed which credentials, so that not every request asks Auth and Users.
///
/// Whatever changes who somebody is rings `SignInNews`, and everything is forgotten with the next look. While the bus does not reach
/// the other processes nothing is remembered, so that a sign-in that ended elsewhere is not taken for a live one.
final class RememberedCallers: Sendable {
    /// What was shown: a bearer token or a cookie.
    struct Key: Hashable, Sendable {
        let bearer: String?
        let cookie: String?
    }
    /// Proves that nothing changed between a question and its answer.
    struct Ticket: Sendable {
        fileprivate let generation: Int
    }
    private struct Entry {
        let caller: Caller
        let until: Timestamp
    }
    private struct State {
        var entries: [Key: Entry] = [:]
        var generation = 0
        var nextSweep = Timestamp(milliseconds: 0)
    }

    /// The longest that an answer is remembered: how long a change may go unnoticed if its news are lost on the way.
    static let life = Duration.seconds(5)
    private static let most = 10_000

    private let bus: any Bus
    private let news: BusSubscription
    private let state = Mutex(State())

    /// Listens to `bus` from now on.
    init(_ bus: any Bus) {
        self.bus = bus
        news = bus.subscribe([SignInNews.topic], buffer: 1)
    }

    /// Who showed this a moment ago, or what it takes to remember the answer of Auth; nil when it must not be remembered.
    func find(_ key: Key, at now: Timestamp) -> (caller: Caller?, ticket: Ticket?) {
        guard bus.reachesAll else { return (nil, nil) }
        return state.withLock { state in
            forgetIfToldTo(&state)
            if let entry = state.entries[key], now < entry.until { return (entry.caller, nil) }
            return (nil, Ticket(generation: state.generation))
        }
    }

    /// Remembers the answer to a question that was asked with `ticket`.
    func keep(_ answer: Introspection, for key: Key, _ ticket: Ticket, at now: Timestamp) {
        let until = min(now + Self.life, answer.until ?? now)
        state.withLock { state in
            forgetIfToldTo(&state)
            guard state.generation == ticket.generation else { return }
            if now >= state.nextSweep || state.entries.count >= Self.most {
                state.entries = state.entries.filter { now < $0.value.until }
                if state.entries.count >= Self.most { state.entries = [:] }
                state.nextSweep = now + Self.life
            }
            state.entries[key] = Entry(caller: answer.caller, until: until)
        }
    }

    private func forgetIfToldTo(_ state: inout State) {
        guard news.takeAll() else { return }
        state.entries = [:]
        state.generation += 1
    }
}
