import Store
import Vocabulary

/// The promises of the store of report numbers.
package protocol ReportStore: Sendable {
    /// Takes note of a report; false when it, or a later one of the same worker, is stored already.
    func note(_ number: Int, of worker: String, at now: Timestamp, in transaction: any Transaction) async throws -> Bool
}

/// The store of report numbers in SQL: the last one of each worker, since a worker sends the next when the one before is stored.
package struct SQLReportStore: ReportStore {
    /// There is nothing to configure.
    package init() {}

    /// Workers that have not reported for so long are forgotten.
    private static let memory = Duration.seconds(-86_400)

    /// See `ReportStore`.
    package func note(_ number: Int, of worker: String, at now: Timestamp, in transaction: any Transaction) async throws -> Bool {
        if number == 1 {
            try await transaction.execute("-- reports.forget\nDELETE FROM worker_reports WHERE at < \(now + Self.memory)")
        }
        let changed = try await transaction.execute(
            """
            -- reports.note
            INSERT INTO worker_reports (worker, number, at) VALUES (\(worker), \(number), \(now))
            ON CONFLICT (worker) DO UPDATE SET number = excluded.number, at = excluded.at
            WHERE worker_reports.number < excluded.number
            """)
        return changed == 1
    }
}
