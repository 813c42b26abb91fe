import Reactor
import Store
import Synchronization

/// Lends connections, at most so many at a time; whoever finds none free waits in line. A connection that broke is not lent again.
final class ConnectionPool: Sendable {
    private struct State {
        /// What nobody uses, the one that was given back last at the end.
        var free: [(connection: Connection, since: Moment)] = []
        /// Whether somebody will look for connections that nobody has used for long.
        var isWatched = false
        var count = 0
        /// Who waits, first come first served: he gets a connection, or nil to look again.
        var line: [(id: UInt64, task: CheckedContinuation<Connection?, Never>)] = []
        var lastId: UInt64 = 0
        var isClosed = false
        var closing: [CheckedContinuation<Void, Never>] = []

        /// The connection that was given back last, if possible one that lives on the thread that asks.
        mutating func takeFree() -> Connection? {
            guard let last = free.indices.last else { return nil }
            return free.remove(at: free.lastIndex { $0.connection.reactor.isCurrent } ?? last).connection
        }
    }
    private let settings: PostgreSQLSettings
    private let reactors: ReactorPool
    private let state = Mutex(State())

    init(_ settings: PostgreSQLSettings, _ reactors: ReactorPool) {
        self.settings = settings
        self.reactors = reactors
    }

    /// A connection that nobody else uses until it is given back.
    /// - Throws: `StoreError.closed`; `CancellationError`; what opening one throws.
    func take() async throws -> Connection {
        while true {
            let (free, mayOpen) = try state.withLock { state -> (Connection?, Bool) in
                if state.isClosed { throw StoreError.closed }
                if let free = state.takeFree() { return (free, false) }
                guard state.count < settings.connections else { return (nil, false) }
                state.count += 1
                return (nil, true)
            }
            if let free {
                if free.isUsable { return free }
                drop()
            } else if mayOpen {
                return try await open()
            } else if let handed = await waitInLine() {
                return handed
            } else {
                try Task.checkCancellation()
            }
        }
    }

    /// How busy it is.
    var load: DatabaseLoad {
        state.withLock {
            DatabaseLoad(open: $0.count, idle: $0.free.count, waiting: $0.line.count, most: settings.connections)
        }
    }

    /// Takes a connection back.
    func giveBack(_ connection: Connection) {
        guard connection.isUsable else { return drop() }
        enum Use {
            case next(CheckedContinuation<Connection?, Never>)
            case rest(isFirst: Bool)
            case none
        }
        let use = state.withLock { state -> Use in
            if state.isClosed { return .none }
            if !state.line.isEmpty { return .next(state.line.removeFirst().task) }
            state.free.append((connection, .now()))
            defer { state.isWatched = true }
            return .rest(isFirst: !state.isWatched)
        }
        switch use {
        case .next(let waiter): waiter.resume(returning: connection)
        case .rest(let isFirst): if isFirst { retireLater(after: settings.idle) }
        case .none: drop()
        }
    }

    /// Looks after so long for connections that nobody has used since they were given back, and closes them.
    private func retireLater(after pause: Duration) {
        let reactor = reactors.next()
        reactor.submit { [weak self] in
            _ = reactor.timer(at: .now() + pause) { self?.retire() }
        }
    }

    private func retire() {
        let now = Moment.now()
        let (old, next) = state.withLock { state -> ([Connection], Duration?) in
            let old = state.free.filter { now - $0.since >= settings.idle }.map(\.connection)
            state.free.removeAll { now - $0.since >= settings.idle }
            let next = state.free.first.map { settings.idle - (now - $0.since) }
            state.isWatched = next != nil
            return (old, next)
        }
        for _ in old { drop() }
        if let next { retireLater(after: max(next, .milliseconds(1))) }
    }

    /// Lends nothing more and returns when all connections are back and closed.
    func close() async {
        let (free, line) = state.withLock { state in
            state.isClosed = true
            defer { (state.free, state.line) = ([], []) }
            return (state.free, state.line)
        }
        for waiter in line { waiter.task.resume(returning: nil) }
        for _ in free { drop() }
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if state.count > 0 { state.closing.append(continuation) }
                return state.count == 0
            }
            if isEmpty { continuation.resume() }
        }
    }

    private func open() async throws -> Connection {
        do {
            let opened = try await Connecting(settings: settings).open()
            let connection = Connection(opened, on: reactors.next(), answersWithin: settings.statementTimeout + .seconds(5))
            await connection.start()
            return connection
        } catch {
            drop()
            throw error
        }
    }

    /// One connection fewer; another may be opened in its place.
    private func drop() {
        let closing = state.withLock { state in
            state.count -= 1
            guard state.isClosed, state.count == 0 else { return [] as [CheckedContinuation<Void, Never>] }
            defer { state.closing = [] }
            return state.closing
        }
        for continuation in closing { continuation.resume() }
        let next = state.withLock { $0.line.isEmpty ? nil : $0.line.removeFirst() }
        next?.task.resume(returning: nil)
    }

    private func waitInLine() async -> Connection? {
        let id = state.withLock { state in
            state.lastId += 1
            return state.lastId
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { task in
                let isPointless = state.withLock { state in
                    if Task.isCancelled || state.isClosed || !state.free.isEmpty || state.count < settings.connections { return true }
                    state.line.append((id, task))
                    return false
                }
                if isPointless { task.resume(returning: nil) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.line.firstIndex { $0.id == id }.map { state.line.remove(at: $0) }
            }
            waiter?.task.resume(returning: nil)
        }
    }
}
