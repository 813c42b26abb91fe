import Synchronization

/// A value that arrives once and has one reader, who may come before or after it.
final class OneShot<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case awaited(CheckedContinuation<Value, Never>)
        case full(Value)
    }
    private let state = Mutex(State.empty)

    /// Hands the value over; a second one is ignored.
    func fulfil(_ value: Value) {
        let reader = state.withLock { state -> CheckedContinuation<Value, Never>? in
            switch state {
            case .awaited(let reader):
                state = .full(value)
                return reader
            case .empty:
                state = .full(value)
                return nil
            case .full:
                return nil
            }
        }
        reader?.resume(returning: value)
    }

    /// Waits for the value.
    func value() async -> Value {
        await withCheckedContinuation { reader in
            let present = state.withLock { state -> Value? in
                if case .full(let value) = state { return value }
                state = .awaited(reader)
                return nil
            }
            if let present { reader.resume(returning: present) }
        }
    }
}
