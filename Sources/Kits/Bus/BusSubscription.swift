import Synchronization

/// One listener's messages. It is read by one task at a time; drivers of a bus fill it with `deliver` and `lose`.
package final class BusSubscription: AsyncSequence, Sendable {
    private let mailbox: BusMailbox
    private let onEnd: @Sendable () -> Void

    /// Reads from `mailbox`; `onEnd` runs once or more when nobody will read any more.
    package init(_ mailbox: BusMailbox, onEnd: @escaping @Sendable () -> Void) {
        self.mailbox = mailbox
        self.onEnd = onEnd
    }

    deinit { cancel() }

    /// Stops listening; the reader's loop ends.
    package func cancel() {
        mailbox.end()
        onEnd()
    }

    /// Throws away what waits here and tells whether there was anything; for listeners that only want to know that something happened.
    package func takeAll() -> Bool { mailbox.takeAll() }

    /// Reads; the iterator keeps the subscription alive.
    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let subscription: BusSubscription

        /// The next signal; nil after `cancel` or the task's cancellation.
        package mutating func next() async -> BusSignal? {
            let signal = await subscription.mailbox.next()
            if signal == nil { subscription.cancel() }
            return signal
        }
    }

    /// See `AsyncSequence`.
    package func makeAsyncIterator() -> Iterator { Iterator(subscription: self) }
}

/// A bounded letter-box between publishers and one reader. Publishers never wait: when it is full, what is in it is thrown away
/// and the reader finds one `missed` in its place, then what came after.
package final class BusMailbox: Sendable {
    private struct State {
        var signals: [BusSignal] = []
        var first = 0
        var hasEnded = false
        var reader: CheckedContinuation<BusSignal?, Never>?

        mutating func takeFirst() -> BusSignal? {
            guard first < signals.count else { return nil }
            defer {
                first += 1
                if first == signals.count {
                    signals.removeAll(keepingCapacity: true)
                    first = 0
                }
            }
            return signals[first]
        }

        mutating func takeReader() -> CheckedContinuation<BusSignal?, Never>? {
            defer { reader = nil }
            return reader
        }
    }
    private let state = Mutex(State())
    private let capacity: Int

    /// Holds at most `capacity` messages, at least one.
    package init(capacity: Int) { self.capacity = Swift.max(1, capacity) }

    /// Puts a message in.
    package func deliver(_ message: BusMessage) { put(.message(message)) }

    /// Says that messages were lost on the way.
    package func lose() { put(.missed) }

    private func put(_ signal: BusSignal) {
        let reader = state.withLock { state -> CheckedContinuation<BusSignal?, Never>? in
            if state.hasEnded { return nil }
            if let reader = state.takeReader() { return reader }
            if signal == .missed || state.signals.count - state.first >= capacity {
                state.signals = signal == .missed ? [.missed] : [.missed, signal]
                state.first = 0
                return nil
            }
            state.signals.append(signal)
            return nil
        }
        reader?.resume(returning: signal)
    }

    /// Empties it and tells whether there was anything in it.
    func takeAll() -> Bool {
        state.withLock { state in
            defer {
                state.signals.removeAll(keepingCapacity: true)
                state.first = 0
            }
            return state.first < state.signals.count
        }
    }

    /// Ends it; what is still in it is thrown away.
    func end() {
        let reader = state.withLock { state in
            state.hasEnded = true
            state.signals = []
            state.first = 0
            return state.takeReader()
        }
        reader?.resume(returning: nil)
    }

    /// The next signal; nil after the end or the task's cancellation.
    func next() async -> BusSignal? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { reader in
                let (isReady, signal) = state.withLock { state -> (Bool, BusSignal?) in
                    if state.hasEnded || Task.isCancelled { return (true, nil) }
                    if let signal = state.takeFirst() { return (true, signal) }
                    precondition(state.reader == nil, "a subscription has one reader at a time")
                    state.reader = reader
                    return (false, nil)
                }
                if isReady { reader.resume(returning: signal) }
            }
        } onCancel: {
            end()
        }
    }
}
