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
    /// What is under way.
    private var exchange: Exchange?
    private var isFlushing = false
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
    /// What goes out before the next statement, and whose answers nobody asks for.
    private var unsent: [SQL] = []
    /// Why the connection can no longer be used; nil while it can.
    private var lost: StoreError?

    /// Statements with more values than this are made by a program and not worth keeping prepared, unless they say so themselves.
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
        reactor.watch(PQsocket(raw), for: .readable) { [weak self] _ in self?.assumeIsolated { $0.serve() } }
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
    func query(_ sql: SQL) async throws -> [Row] { try await run([sql])[0].rows }

    /// The rows of each statement, all asked for at once; the first that fails ends the rest.
    /// - Throws: as `query`.
    func query(each statements: [SQL]) async throws -> [[Row]] { try await run(statements).map(\.rows) }

    /// The rows of each statement, all of them in one transaction that needs no further exchange; none is kept if one fails. A task on
    /// another thread takes one step to the connection's and one back.
    /// - Throws: as `query`.
    nonisolated func transact(_ statements: [SQL]) async throws -> [[Row]] {
        precondition(statements.count <= Self.batch, "what goes out in several pieces is no single transaction")
        return try await withCheckedThrowingContinuation { waiter in
            reactor.submit {
                self.assumeIsolated { $0.start(statements) { waiter.resume(with: $0.map { answers in answers.map(\.rows) }) } }
            }
        }
    }

    /// How many rows each statement changed; the first that fails ends the rest.
    /// - Throws: as `query`.
    func execute(_ statements: [SQL]) async throws -> [Int] { try await run(statements).map(\.changed) }

    /// Takes statements that go out with the next one, at the latest with the end of the transaction.
    func write(_ statements: [SQL]) { unsent += statements }

    /// Keeps what the transaction did. A transaction without a statement was never opened.
    /// - Throws: `StoreError`; `TryAgain` when nothing was kept; `StoreError.unavailable` when nobody can tell, because the connection broke.
    func commit() async throws {
        if opening != nil, unsent.isEmpty { return opening = nil }
        do {
            guard try await !run(["COMMIT"])[0].gaveUp else {
                throw StoreError.unavailable("the transaction was given up after an earlier error in it")
            }
        } catch let failure as TryAgain {
            throw failure.afterCommit
        }
    }

    /// Gives up what the transaction did.
    func rollBack() async {
        unsent = []
        if opening != nil { return opening = nil }
        // Something still asks behind the back of the body that is over; nobody else may get its answers.
        if exchange != nil { return lose(.statement("a transaction ended while a statement of it was under way")) }
        if lost == nil { _ = try? await run(["ROLLBACK"]) }
    }

    private func run(_ statements: [SQL]) async throws -> [Answer] {
        let before = (opening.map { [$0] } ?? []) + unsent
        (opening, unsent) = (nil, [])
        let all = before + statements
        var results: [Answer] = []
        results.reserveCapacity(all.count)
        for start in stride(from: 0, to: all.count, by: Self.batch) {
            results += try await exchange(Array(all[start..<min(start + Self.batch, all.count)]))
        }
        results.removeFirst(before.count)
        return results
    }

    // MARK: One round trip

    private func exchange(_ statements: [SQL]) async throws -> [Answer] {
        try await withCheckedThrowingContinuation { waiter in start(statements) { waiter.resume(with: $0) } }
    }

    /// Sends statements in one piece; `done` hears what came of them, on this thread.
    private func start(_ statements: [SQL], done: @escaping Exchange.Done) {
        if let lost { return done(.failure(TryAgain(reason: lost, wasNotSent: true))) }
        if exchange != nil { return done(.failure(StoreError.statement("a transaction was asked two things at the same time"))) }
        do {
            // All values are packed before anything is sent, so that one that is refused leaves the connection in step.
            let parameters = try statements.map { try Parameters($0.values) }
            var asked: [Exchange.Asked] = []
            for (sql, values) in zip(statements, parameters) { try send(sql, values, &asked) }
            guard PQpipelineSync(raw) == 1 else { throw broken() }
            let alarm = reactor.timer(at: .now() + longest) { [weak self] in
                self?.assumeIsolated { $0.lose(.unavailable("the database server does not answer")) }
            }
            exchange = Exchange(asked, alarm: alarm, done: done)
            flush()
        } catch {
            noteUse()
            done(.failure(error))
        }
    }

    private func send(_ sql: SQL, _ parameters: Parameters, _ asked: inout [Exchange.Asked]) throws {
        let sent: Int32
        var statement: PreparedStatement?
        if sql.values.count > Self.mostValuesOfPrepared, !sql.isLasting {
            sent = parameters.lend { PQsendQueryParams(raw, Self.numbered(sql.text), $0, nil, $1, $2, $3, 1) }
        } else {
            let known = try prepare(sql.text, &asked)
            sent = parameters.lend { PQsendQueryPrepared(raw, known.name, $0, $1, $2, $3, 1) }
            statement = known
        }
        guard sent == 1 else { throw broken() }
        asked.append(.statement(statement))
    }

    /// The statement as it is prepared, or is being prepared in this round trip.
    private func prepare(_ text: String, _ asked: inout [Exchange.Asked]) throws -> PreparedStatement {
        if let statement = prepared[text] { return statement }
        for case .preparation(of: text, let statement) in asked { return statement }
        lastName += 1
        let statement = PreparedStatement(name: "s\(lastName)")
        guard PQsendPrepare(raw, statement.name, Self.numbered(text), 0, nil) == 1 else { throw broken() }
        asked.append(.preparation(of: text, statement))
        return statement
    }

    /// The text with its places as the server wants them: `$1`, `$2` and so on.
    private static func numbered(_ text: String) -> String {
        var numbered = ""
        numbered.reserveCapacity(text.utf8.count * 5 / 4)
        for (index, piece) in text.utf8.split(separator: UInt8(ascii: "?"), omittingEmptySubsequences: false).enumerated() {
            if index > 0 { numbered += "$\(index)" }
            numbered += Substring(piece)
        }
        return numbered
    }

    /// Takes the answers that have come.
    private func advance() {
        while let exchange, PQisBusy(raw) == 0 {
            let result = PQgetResult(raw).map(QueryResult.init)
            if let question = exchange.open {
                guard let result else {
                    exchange.close()
                    continue
                }
                if case .preparation(let text, let statement) = question, result.isGood { prepared[text] = statement }
                exchange.take(result)
            } else if result?.status == PGRES_PIPELINE_SYNC {
                end(exchange, exchange.outcome)
            } else {
                lose(Connecting.failure(raw))
            }
        }
    }

    private func end(_ exchange: Exchange, _ outcome: Result<[Answer], any Error>) {
        self.exchange = nil
        reactor.cancelTimer(exchange.alarm)
        noteUse()
        exchange.done(outcome)
    }

    // MARK: The socket

    private func serve() {
        if PQconsumeInput(raw) == 0 || PQstatus(raw) != CONNECTION_OK { return lose(Connecting.failure(raw)) }
        if hear != nil { handOut() }
        if isFlushing { flush() }
        advance()
    }

    private func flush() {
        let left = PQflush(raw)
        if left < 0 { return lose(Connecting.failure(raw)) }
        isFlushing = left == 1
        reactor.change(PQsocket(raw), to: isFlushing ? .either : .readable)
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
        if let exchange { end(exchange, .failure(TryAgain(reason: why))) }
    }
}
