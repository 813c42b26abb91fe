import Contracts
import Foundation
import Vocabulary

/// Reads news of other services. A kind of news that is not known here is nobody's to hear of.
struct EventNews: Sendable {
    private let executions: ExecutionEvents
    private let schedules = ScheduleEvents()
    private let targets: HealthEvents

    init(publicURL: String?) {
        executions = ExecutionEvents(publicURL: publicURL)
        targets = HealthEvents(publicURL: publicURL)
    }

    /// What an item tells: things that happened, each out of how often the jobs have failed in a row, which it counts on.
    typealias Reading = @Sendable (inout [JobID: Int]) -> [Happening]

    /// Reads an item; nil for a kind that is not known, with the jobs whose failures it needs to know.
    /// - Throws: `DecodingError`.
    func read(_ item: NewsItem) throws -> (jobs: [JobID], happenings: Reading)? {
        let events = executions
        switch item.kind {
        case ExecutionNews.ended:
            let ended: ExecutionNews.Ended = try Self.content(item)
            return (
                ended.executions.compactMap(\.job),
                { failures in
                    ended.executions.enumerated().compactMap { index, execution in
                        var count = execution.job.flatMap { failures[$0] } ?? 0
                        let happening = events.ended(execution, failures: &count) { "\(item.id).\(index).\($0.rawValue)" }
                        if let job = execution.job { failures[job] = count }
                        return happening
                    }
                }
            )
        case ExecutionNews.approvalNeeded:
            let asked: ExecutionNews.ApprovalNeeded = try Self.content(item)
            return ([], { _ in [events.approvalNeeded(asked, id: item.id, at: item.createdAt)] })
        case ExecutionNews.paused:
            let paused: ExecutionNews.Paused = try Self.content(item)
            return ([], { _ in [events.paused(paused.execution, id: item.id, at: item.createdAt)] })
        case ScheduleNews.missed: return try unstarted(item, .missed)
        case ScheduleNews.failed: return try unstarted(item, .startFailed)
        case ScheduleNews.ruleBroken, ScheduleNews.ruleRecovered:
            let rule: ScheduleNews.Rule = try Self.content(item)
            let happening = schedules.rule(rule, isBroken: item.kind == ScheduleNews.ruleBroken, id: item.id, at: item.createdAt)
            return ([], { _ in [happening] })
        case HealthNews.changed:
            let told: HealthNews.Changed = try Self.content(item)
            let happenings = told.changes.enumerated().compactMap { targets.changed($1, id: "\(item.id).\($0)") }
            return ([], { _ in happenings })
        default: return nil
        }
    }

    private func unstarted(_ item: NewsItem, _ kind: NotificationEventKind) throws -> (jobs: [JobID], happenings: Reading) {
        let told: ScheduleNews.Occurrences = try Self.content(item)
        let happenings = told.occurrences.enumerated().map { index, occurrence in
            schedules.unstarted(occurrence, kind, id: "\(item.id).\(index)", at: item.createdAt)
        }
        return ([], { _ in happenings })
    }

    private static func content<Content: Decodable>(_ item: NewsItem) throws -> Content {
        try JSONDecoder().decode(Content.self, from: Data(item.payload.utf8))
    }
}
