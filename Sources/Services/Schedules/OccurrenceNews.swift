import Contracts
import Store
import Vocabulary

/// Tells others what became of instants, where that is not as it should be.
struct OccurrenceNews: Sendable {
    let room: SchedulesRoom
    private static let mostInItem = 100

    /// Tells of instants that were missed, skipped or failed to start. Who tells rings the desk after the commit.
    func tell(
        _ occurrences: [StoredOccurrence], of schedules: [ScheduleID: StoredSchedule], at now: Timestamp, in transaction: any Transaction
    ) async throws {
        var news: [Outbox.News] = []
        for (state, kind) in [
            (OccurrenceState.missed, ScheduleNews.missed), (.skipped, ScheduleNews.skipped), (.failed, ScheduleNews.failed),
        ] {
            let told = occurrences.filter { $0.state == state }.compactMap { occurrence in
                schedules[occurrence.schedule].map { occurrence.shown(of: $0) }
            }
            try await RuleIntake(room: room.events).hear(told.compactMap { HeardEvent($0) }, in: transaction)
            for start in stride(from: 0, to: told.count, by: Self.mostInItem) {
                let some = Array(told[start..<min(start + Self.mostInItem, told.count)])
                news.append(
                    try Outbox.News(topic: NotificationsAPI.name, kind: kind, encoding: ScheduleNews.Occurrences(occurrences: some)))
            }
        }
        if !news.isEmpty { try await room.news.tell(news, in: transaction, at: now) }
    }
}

extension StoredOccurrence {
    /// As people see it.
    func shown(of schedule: StoredSchedule) -> Occurrence {
        Occurrence(
            schedule: schedule.id, serial: schedule.serial, name: schedule.definition.name, job: schedule.job.name, at: at, state: state,
            reason: reason, execution: execution, outcome: outcome, decidedAt: decidedAt)
    }
}
