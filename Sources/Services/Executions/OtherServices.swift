import Contracts
import Store
import Vocabulary
import Web

/// A decision that was asked for in a transaction.
struct Asked: Sendable {
    /// The key of the execution.
    let execution: Int
    /// The number of the step.
    let step: Int
    /// Its name.
    let name: String
    /// When it is too late.
    let until: Timestamp?
}

extension FeedWriter {
    /// Tells the services that run rules and notify people what became of the executions that were touched, and the audit log what was done. False when there is nothing to tell.
    func tellOthers(_ touched: [StoredExecution], at now: Timestamp, in transaction: any Transaction) async throws -> Bool {
        var news: [Outbox.News] = []
        func tell(_ receivers: [String], _ kind: String, _ content: some Encodable) throws {
            news += try receivers.map { try Outbox.News(topic: $0, kind: kind, encoding: content) }
        }
        if !ended.isEmpty {
            try tell([SchedulesAPI.name, NotificationsAPI.name], ExecutionNews.ended, ExecutionNews.Ended(executions: ended))
        }
        for stored in touched {
            guard let hold = stored.execution.hold, hold.since == now, hold.reason == .failures || hold.reason == .paused else { continue }
            try tell([NotificationsAPI.name], ExecutionNews.paused, ExecutionNews.Paused(execution: stored.execution))
        }
        for question in asked {
            guard let stored = executions[question.execution] else { continue }
            let content = ExecutionNews.ApprovalNeeded(
                execution: stored.execution, step: question.step, name: question.name, until: question.until)
            try tell([NotificationsAPI.name], ExecutionNews.approvalNeeded, content)
        }
        for note in notes + ended.map({ ExecutionNotes.ended($0, at: now) }) {
            news.append(Outbox.News(topic: AuditAPI.name, kind: note.action, payload: try JSONCodec.text(note)))
        }
        if news.isEmpty { return false }
        try await room.news.tell(news, in: transaction, at: now)
        return true
    }
}
