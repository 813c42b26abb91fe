import Synchronization

/// A bus within this process. Drivers that reach other processes use one to spread what they receive.
package final class InProcessBus: Bus {
    private struct State {
        var listeners: [String: [ObjectIdentifier: BusMailbox]] = [:]
    }
    private let state = Mutex(State())
    private let topicCount = Atomic(0)

    /// Starts without listeners.
    package init() {}

    /// See `Bus`. Costs next to nothing when nobody listens.
    package func publish(_ message: BusMessage) async { spread(message) }

    /// See `Bus`.
    package func mayHaveListeners(_ topic: String) -> Bool {
        topicCount.load(ordering: .acquiring) > 0 && state.withLock { $0.listeners[topic] != nil }
    }

    /// See `Bus`. There is no other process.
    package var reachesAll: Bool { true }

    /// Hands a message to the listeners in this process.
    package func spread(_ message: BusMessage) {
        if topicCount.load(ordering: .acquiring) == 0 { return }
        guard let listeners = state.withLock({ $0.listeners[message.topic] }) else { return }
        for listener in listeners.values { listener.deliver(message) }
    }

    /// Tells the listeners to a topic that messages were lost.
    package func lose(_ topic: String) {
        for listener in state.withLock({ $0.listeners[topic] ?? [:] }).values { listener.lose() }
    }

    /// Tells all listeners that messages were lost.
    package func loseAll() {
        for topic in topics { lose(topic) }
    }

    /// See `Bus`.
    package func subscribe(_ topics: Set<String>, buffer: Int) -> BusSubscription { subscribe(topics, buffer: buffer) {} }

    /// Starts listening; `onEnd` runs after the listening has ended.
    package func subscribe(_ topics: Set<String>, buffer: Int, onEnd: @escaping @Sendable () -> Void) -> BusSubscription {
        let mailbox = BusMailbox(capacity: buffer)
        let id = ObjectIdentifier(mailbox)
        change { listeners in
            for topic in topics { listeners[topic, default: [:]][id] = mailbox }
        }
        return BusSubscription(mailbox) { [weak self] in
            self?.change { listeners in
                for topic in topics {
                    listeners[topic]?[id] = nil
                    if listeners[topic]?.isEmpty == true { listeners[topic] = nil }
                }
            }
            onEnd()
        }
    }

    /// The topics that somebody listens to.
    package var topics: Set<String> { state.withLock { Set($0.listeners.keys) } }

    private func change(_ change: (inout [String: [ObjectIdentifier: BusMailbox]]) -> Void) {
        state.withLock { state in
            change(&state.listeners)
            topicCount.store(state.listeners.count, ordering: .releasing)
        }
    }
}
