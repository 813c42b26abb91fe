import Contracts
import Foundation
import Store
import Vocabulary

/// Takes news of other services. What comes twice changes nothing.
struct NewsOperations: Sendable {
    let room: SchedulesRoom

    /// Takes a delivery.
    func take(_ delivery: NewsDelivery) async throws {
        let ended = try delivery.items.filter { $0.kind == ExecutionNews.ended }.flatMap { item in
            try JSONDecoder().decode(ExecutionNews.Ended.self, from: Data(item.payload.utf8)).executions
        }
        if !ended.isEmpty { try await take(ended) }
    }

    private func take(_ ended: [Execution]) async throws {
        let runs = ended.compactMap { run -> (schedule: ScheduleID, at: Timestamp, execution: String, outcome: ExecutionState)? in
            guard let trigger = run.trigger, trigger.kind == .schedule, let id = trigger.id.flatMap({ ScheduleID($0) }), let at = trigger.at
            else { return nil }
            return (id, at, run.serial, run.state)
        }
        .sorted { ($0.schedule.text, $0.at) < ($1.schedule.text, $1.at) }
        let (released, changed) = try await room.database.transact(.lockingRows) { transaction in
            let now = try await room.now(in: transaction)
            // Whoever decides whether an instant has to wait holds the same lock.
            let minding = try await room.schedules.lockMinding(Array(Set(runs.map(\.schedule))), in: transaction)
            try await room.ledger.end(runs, in: transaction)
            let released = minding.isEmpty ? 0 : try await room.ledger.release(minding, in: transaction)
            return (released, try await DeadManOperations(room: room).take(ended, at: now, in: transaction))
        }
        if released > 0 { await room.ring() }
        if changed > 0 { room.news.ring() }
    }
}
