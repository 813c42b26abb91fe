import CPQ
import Reactor
import Store
import Synchronization

/// One connection, at home on a reactor and always in pipeline mode: whatever is to be done goes out in one piece, and the answers are
/// read in order.
actor Connection {
    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
    private let raw: OpaquePointer
    private let activity: Signal
    /// How long an answer may take; the server's own limit comes first, unless the server or the network is gone.
    private let longest: Duration
    /// The prepared statements by their texts.
    private var prepared: [String: PreparedStatement] = [:]
    private var lastName = 0
    /// Whether it may serve another transaction; told without asking the actor.
    private nonisolated let usable = Atomic(true)
    private var hear: (@Sendable (String, String) -> Void)?
    /// What opens the transaction that was begun; it goes out with its first statement.
    private var opening: SQL?
    /// Why the connection can no longer be used; nil while it can.
    private var lost: StoreError?

    /// Statements with more values than this are made by a program and not worth keeping prepared.
    private static let mostValuesOfPrepared = 96
    /// At most so many statements are kept prepared; the connection is given up when there are more.
    private static let mostPrepared = 500
    /// So many statements go out before their answers are read.
    static let batch = 256

    init(_ opened: Connecting.Opened, on reactor: Reactor, answersWithin longest: Duration) {
        self.reactor = reactor
        self.longest = longest
        raw = opened.raw
        activity = Signal(reactor)
    }

    isolated deinit {
        reactor.unwatch(PQsocket(raw))
        PQfinish(raw)
    }

    /// Begins to listen to the socket.
    func start() {
        reactor.watch(PQsocket(raw), for: .readable) { [weak self] _ in self?.assumeIsolated { $0.takeIn() } }
    }

    /// Whether it may serve another transaction.
    nonisolated var isUsable: Bool { usable.load(ordering: .acquiring) }

    private func noteUse() {
        let isGood = lost == nil && prepared.count < Self.mostPrepared && PQtransactionStatus(raw) == PQTRANS_IDLE
        usable.store(isGood, ordering: .releasing)
    }

    // MARK: Notifications

    /// Hands notifications to `hear`: the channel and the text.
    func listen(_ hear: @escaping @Sendable (String, String) -> Void) { self.hear = hear }

    /// Returns when the connection is lost, with the reason.
    func ended() async -> StoreError {
        while true {
            if let lost { return lost }
            await activity.wait(since: activity.generation)
        }
    }

    /// Gives the connection up.
    func end() { lose(.closed) }

    private func handOut() {
        while let notice = PQnotifies(raw) {
            hear?(String(cString: notice.pointee.relname), String(cString: notice.pointee.extra))
            PQfreemem(notice)
        }
    }

    // MARK: Transactions

    /// Begins a transaction; the server hears of it with the first statement.
    func begin(_ opening: SQL) { self.opening = opening }

    /// The rows of a statement.
    /// - Throws: `StoreError`; `TryAgain` when the transaction may be tried again as a whole.
    func query(_ sql: SQL) async throws -> [Row] { try await run([sql])[0].rows() }

    /// The rows of each statement, all asked for at once; the first that fails ends the rest.
    /// - Throws: as `query`.
    func query(each statements: [SQL]) async throws -> [[Row]] { try await run(statements).map { try $0.rows() } }

    /// The rows of each statement, all of them in one transaction that needs no further exchange; none is kept if one fails.
    /// - Throws: as `query`; `StoreError.unavailable` when nobody can tell, because the connection broke.
    func transact(_ statements: [SQL]) async throws -> [[Row]] {
        precondition(statements.count <= Self.batch, "what goes out in several pieces is no single transaction")
        do {
            return try await exchange(statements).map { try $0.rows() }
        } catch let failure as TryAgain {
            throw failure.afterCommit
        }
    }

    /// How many rows each statement changed; the first that fails ends the rest.
    /// - Throws: as `query`.
    func execute(_ statements: [SQL]) async throws -> [Int] { try await run(statements).map(\.changed) }

    /// Keeps what the transaction did. A transaction without a statement was never opened.
    /// - Throws: `StoreError`; `TryAgain` when nothing was kept; `StoreError.unavailable` when nobody can tell, because the connection broke.
    func commit() async throws {
        if opening != nil { return opening = nil }
        do {
            guard try await run(["COMMIT"])[0].tag == "COMMIT" else {
                throw StoreError.unavailable("the transaction was given up after an earlier error in it")
            }
        } catch let failure as TryAgain {
            throw failure.afterCommit
        }
    }

    /// Gives up what the transaction did.
    func rollBack() async {
        if opening != nil { return opening = nil }
        if lost == nil { _ = try? await run(["ROLLBACK"]) }
    }

    private func run(_ statements: [SQL]) async throws -> [QueryResult] {
        var results: [QueryResult] = []
        results.reserveCapacity(statements.count)
        for start in stride(from: 0, to: statements.count, by: Self.batch) {
            var piece = Array(statements[start..<min(start + Self.batch, statements.count)])
            if let opening {
                self.opening = nil
                piece.insert(opening, at: 0)
                results += try await exchange(piece).dropFirst()
            } else {
                results += try await exchange(piece)
            }
        }
        return results
    }

    // MARK: One round trip

    /// What was asked, in order of the answers.
    private enum Asked {
        case preparation(of: String, PreparedStatement)
        case statement(PreparedStatement?)
    }

    private func exchange(_ statements: [SQL]) async throws -> [QueryResult] {
        if let lost { throw TryAgain(reason: lost, wasNotSent: true) }
        let alarm = reactor.timer(at: .now() + longest) { [weak self] in
            self?.assumeIsolated { $0.lose(.unavailable("the database server does not answer")) }
        }
        defer {
            reactor.cancelTimer(alarm)
            noteUse()
        }
        // All values are packed before anything is sent, so that one that is refused leaves the connection in step.
        let parameters = try statements.map { try Parameters($0.values) }
        var asked: [Asked] = []
        for (sql, values) in zip(statements, parameters) { try send(sql, values, &asked) }
        guard PQpipelineSync(raw) == 1 else { throw broken() }
        try await flush()
        return try await answers(to: asked)
    }

    private func send(_ sql: SQL, _ parameters: Parameters, _ asked: inout [Asked]) throws {
        let sent: Int32
        var statement: PreparedStatement?
        if sql.values.count > Self.mostValuesOfPrepared {
            sent = parameters.lend { PQsendQueryParams(raw, sql.text, $0, nil, $1, $2, $3, 1) }
        } else {
            let known = try prepare(sql.text, &asked)
            sent = parameters.lend { PQsendQueryPrepared(raw, known.name, $0, $1, $2, $3, 1) }
            statement = known
        }
        guard sent == 1 else { throw broken() }
        asked.append(.statement(statement))
    }

    /// The statement as it is prepared, or is being prepared in this round trip.
    private func prepare(_ text: String, _ asked: inout [Asked]) throws -> PreparedStatement {
        if let statement = prepared[text] { return statement }
        for case .preparation(of: text, let statement) in asked { return statement }
        lastName += 1
        let statement = PreparedStatement(name: "s\(lastName)")
        guard PQsendPrepare(raw, statement.name, text, 0, nil) == 1 else { throw broken() }
        asked.append(.preparation(of: text, statement))
        return statement
    }

    private func answers(to asked: [Asked]) async throws -> [QueryResult] {
        var results: [QueryResult] = []
        var failure: (any Error)?
        for question in asked {
            while let result = try await next() {
                switch result.status {
                case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
                    switch question {
                    case .preparation(let text, let statement): prepared[text] = statement
                    case .statement(let statement):
                        result.statement = statement
                        results.append(result)
                    }
                case PGRES_PIPELINE_ABORTED: break
                default:
                    let error = StoreError(result)
                    failure = failure ?? (result.mayBeTriedAgain ? TryAgain(reason: error, isLostRace: result.isLostRace) : error)
                }
            }
        }
        guard let end = try await next(), end.status == PGRES_PIPELINE_SYNC else { throw broken() }
        if let failure { throw failure }
        return results
    }

    private func next() async throws -> QueryResult? {
        while PQisBusy(raw) == 1 {
            if let lost { throw TryAgain(reason: lost) }
            await activity.wait(since: activity.generation)
        }
        if let lost { throw TryAgain(reason: lost) }
        return PQgetResult(raw).map(QueryResult.init)
    }

    private func flush() async throws {
        while true {
            switch PQflush(raw) {
            case 0: return reactor.change(PQsocket(raw), to: .readable)
            case 1:
                reactor.change(PQsocket(raw), to: .either)
                await activity.wait(since: activity.generation)
                if let lost { throw TryAgain(reason: lost) }
            default: throw broken()
            }
        }
    }

    // MARK: The socket

    private func takeIn() {
        if PQconsumeInput(raw) == 0 || PQstatus(raw) != CONNECTION_OK { lose(Connecting.failure(raw)) }
        if hear != nil { handOut() }
        activity.fire()
    }

    private func broken() -> TryAgain {
        let failure = lost ?? Connecting.failure(raw)
        lose(failure)
        return TryAgain(reason: failure)
    }

    private func lose(_ why: StoreError) {
        if lost != nil { return }
        lost = why
        noteUse()
        reactor.unwatch(PQsocket(raw))
        activity.fire()
    }
}
