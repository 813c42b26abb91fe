import PostgreSQLDriver
import Reactor
import Store

/// Asks a database of pgbench for one row after the other, as `pgbench -S` does, and says how many it got in a second.
///
///     DriverBench URL CONNECTIONS SECONDS ROWS QUERIES
///
/// `ROWS` is how many accounts there are, `QUERIES` how many queries are in one transaction.
@main
struct DriverBench {
    private let database: PostgreSQLDatabase
    private let connections: Int
    private let seconds: Int
    private let rows: Int
    private let queries: Int

    static func main() async throws {
        let words = CommandLine.arguments.dropFirst()
        let numbers = words.dropFirst().compactMap { Int($0) }
        guard let url = words.first, numbers.count == 4 else { throw Mistake.usage }
        var settings = PostgreSQLSettings(url: url)
        settings.connections = numbers[0]
        let reactors = ReactorPool(count: 2)
        let bench = DriverBench(
            database: PostgreSQLDatabase(settings, reactors: reactors), connections: numbers[0], seconds: numbers[1],
            rows: numbers[2], queries: numbers[3])
        _ = try await bench.count(for: .seconds(1))
        let done = try await bench.count(for: .seconds(bench.seconds))
        print("queries \(done.queries) seconds \(done.took / .seconds(1))")
        await bench.database.close()
        reactors.stop()
    }

    /// How many queries are answered in so long, and how long that was.
    private func count(for duration: Duration) async throws -> (queries: Int, took: Duration) {
        let clock = ContinuousClock()
        let start = clock.now
        let answered = try await withThrowingTaskGroup(of: Int.self) { group in
            for lane in 0..<connections {
                group.addTask {
                    var answered = 0
                    while start.duration(to: clock.now) < duration { answered += try await transaction(lane, from: answered) }
                    return answered
                }
            }
            return try await group.reduce(0, +)
        }
        return (answered, start.duration(to: clock.now))
    }

    /// One transaction; its accounts lie all over the table.
    private func transaction(_ lane: Int, from number: Int) async throws -> Int {
        try await database.read { transaction in
            for step in 0..<queries {
                let account = (lane * 6_151 + (number + step) * 7_919) % rows + 1
                let row = try await transaction.first("SELECT abalance FROM pgbench_accounts WHERE aid = \(account)")
                guard try row?.int("abalance") == 0 else { throw Mistake.wrongAnswer(account: account) }
            }
            return queries
        }
    }

    private enum Mistake: Error {
        case usage
        case wrongAnswer(account: Int)
    }
}
