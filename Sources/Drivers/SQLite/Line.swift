import Store
import Synchronization

/// The line in front of one connection: first come, first served. Whoever holds the baton uses the connection, alone.
final class Line<Baton: Sendable>: Sendable {
    private struct Place {
        let isSharing: Bool
        let turn: OneShot<Baton>
    }
    private struct State {
        var isBusy = false
        var isClosed = false
        var waiting: [Place] = []
        var first = 0

        var head: Place? { first < waiting.count ? waiting[first] : nil }

        mutating func leave() {
            first += 1
            if first == waiting.count {
                waiting.removeAll(keepingCapacity: true)
                first = 0
            }
        }
    }
    private let state = Mutex(State())

    /// How many use or wait for the connection.
    var length: Int { state.withLock { $0.waiting.count - $0.first + ($0.isBusy ? 1 : 0) } }

    /// Takes a place; the turn comes with the baton, which is `fresh` when the place is the first.
    /// `isSharing` says that the baton may come from the one before without a new start.
    func join(isSharing: Bool, fresh: Baton, isLast: Bool = false) throws(StoreError) -> OneShot<Baton> {
        let turn = OneShot<Baton>()
        let (isRefused, isFirst) = state.withLock { state in
            if state.isClosed { return (true, false) }
            state.isClosed = isLast
            if state.isBusy {
                state.waiting.append(Place(isSharing: isSharing, turn: turn))
                return (false, false)
            }
            state.isBusy = true
            return (false, true)
        }
        if isRefused { throw .closed }
        if isFirst { turn.fulfil(fresh) }
        return turn
    }

    /// Gives the baton to the next in line if he shares; false leaves it with the caller.
    func share(_ baton: Baton) -> Bool {
        let next = state.withLock { state -> Place? in
            guard let head = state.head, head.isSharing else { return nil }
            state.leave()
            return head
        }
        next?.turn.fulfil(baton)
        return next != nil
    }

    /// Ends the caller's turn; the next in line starts with `fresh`.
    func pass(fresh: Baton) {
        let next = state.withLock { state -> Place? in
            guard let head = state.head else {
                state.isBusy = false
                return nil
            }
            state.leave()
            return head
        }
        next?.turn.fulfil(fresh)
    }
}
