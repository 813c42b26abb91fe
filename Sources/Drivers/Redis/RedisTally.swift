import Bus
import Reactor
import Vocabulary

/// Counts in Redis, so that all processes count together. While Redis does not answer each process counts for itself: nobody waits for it,
/// and nobody gets more than a window's worth for each process.
package actor RedisTally: Tally {
    /// An answer that takes longer is not waited for.
    private static let patience = Duration.milliseconds(500)
    private static let pause = Duration.seconds(1)
    private static let addition = """
        local count = redis.call('INCR', KEYS[1])
        if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
        return {count, redis.call('PTTL', KEYS[1])}
        """
    private static let withdrawal = """
        if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('DECR', KEYS[1]) end
        return 0
        """

    private let connecting: RedisConnecting
    private let prefix: String
    private let clock: any WallClock
    private let local: InProcessTally
    private var connection: RedisConnection?
    private var opening: Task<Void, Never>?
    private var nextTry = Timestamp(milliseconds: 0)
    private var isClosed = false

    /// Connects when it is first asked, or when `connect` says so.
    package init(_ settings: RedisSettings, reactors: ReactorPool, clock: any WallClock) {
        connecting = RedisConnecting(settings: settings, reactor: reactors.next())
        prefix = settings.prefix + "tally:"
        self.clock = clock
        local = InProcessTally(clock: clock)
    }

    /// Tries to connect and returns when that has come to its end, well or not.
    package func connect() async {
        beginToConnect()
        await opening?.value
    }

    /// Whether processes count together at the moment, as far as is known here.
    package var isConnected: Bool { connection != nil }

    /// See `Tally`.
    package func add(to name: String, window: Duration) async -> TallyCount {
        let answer = await ask([Self.addition, "1", prefix + name, "\(window.milliseconds)"])
        guard case .list(let values) = answer, values.count == 2, case .integer(let count) = values[0], case .integer(let rest) = values[1]
        else { return await local.add(to: name, window: window) }
        return TallyCount(count: count, rest: .milliseconds(max(0, rest)))
    }

    /// See `Tally`.
    package func withdraw(from name: String) async {
        if await ask([Self.withdrawal, "1", prefix + name]) == nil { await local.withdraw(from: name) }
    }

    /// See `Tally`. Ends the connection.
    package func close() async {
        isClosed = true
        await opening?.value
        await connection?.end()
        connection = nil
    }

    /// Runs a script; nil when there is no answer in time.
    private func ask(_ words: [String]) async -> RedisValue? {
        guard let connection else {
            beginToConnect()
            return nil
        }
        do {
            return try await withThrowingTaskGroup(of: RedisValue?.self) { [clock] group in
                group.addTask { try await connection.ask((["EVAL"] + words).map { Array($0.utf8) }) }
                group.addTask {
                    try await clock.sleep(for: Self.patience)
                    await connection.end()
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
        } catch {
            if self.connection === connection { self.connection = nil }
            return nil
        }
    }

    private func beginToConnect() {
        let now = clock.now()
        guard !isClosed, connection == nil, opening == nil, now >= nextTry else { return }
        nextTry = now + Self.pause
        opening = Task {
            connection = try? await connecting.open()
            opening = nil
        }
    }
}
