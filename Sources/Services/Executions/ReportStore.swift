import Contracts
import Store
import Synchronization
import Vocabulary

/// The promises of the store of report numbers.
package protocol ReportStore: Sendable {
    /// Takes note of a report that is to be stored after another one of the same worker, or after all that were; false when it, or a later one, is
    /// stored already.
    /// - Throws: `ExecutionError.reportTooEarly` when that other one is not stored yet.
    func note(
        _ number: Int, after previous: Int?, of worker: String, at now: Timestamp, in transaction: any Transaction
    ) async throws -> Bool
}

/// The store of report numbers in SQL: the last one of each worker, since a worker's reports are stored in order.
package struct SQLReportStore: ReportStore {
    /// There is nothing to configure.
    package init() {}

    /// Workers that have not reported for so long are forgotten.
    private static let memory = Duration.seconds(-86_400)

    /// See `ReportStore`.
    package func note(
        _ number: Int, after previous: Int?, of worker: String, at now: Timestamp, in transaction: any Transaction
    ) async throws -> Bool {
        if let previous {
            // Waits here for another process that stores the one before just now.
            let row = try await transaction.first(
                "-- reports.last\nSELECT number FROM worker_reports WHERE worker = \(worker) \(transaction.dialect.forUpdate)")
            guard let last = try row?.int("number"), last >= previous else { throw ExecutionError.reportTooEarly(number, after: previous) }
        }
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

/// Reports of workers that are under way here: each is stored after the one that its worker names.
final class ReportOrder: Sendable {
    private struct Place: Hashable {
        var worker: String
        var number: Int
    }

    private let underWay = Mutex<[Place: [CheckedContinuation<Void, Never>]]>([:])

    /// Stores a report as soon as the one before it has ended, whichever way.
    func store<Result>(_ report: WorkerReport, _ store: () async throws -> Result) async rethrows -> Result {
        let place = Place(worker: report.worker, number: report.number)
        underWay.withLock { $0[place] = $0[place] ?? [] }
        defer { for next in underWay.withLock({ $0.removeValue(forKey: place) }) ?? [] { next.resume() } }
        if let previous = report.previous { await ended(Place(worker: report.worker, number: previous)) }
        return try await store()
    }

    private func ended(_ place: Place) async {
        await withCheckedContinuation { continuation in
            let isUnderWay = underWay.withLock { all in
                all[place]?.append(continuation)
                return all[place] != nil
            }
            if !isUnderWay { continuation.resume() }
        }
    }
}
