import Contracts
import ServiceLifecycle
import Store
import Vocabulary
import Web

/// Hands on what one service tells the others.
struct NewsLoop: Service {
    let desk: NewsDesk

    func run() async throws {
        await cancelWhenGracefulShutdown { await desk.run() }
    }

    /// What waits to be handed on, of each service for each receiver.
    static func metrics(of desks: [ServiceName: NewsDesk], at now: Timestamp) async throws -> [Metric] {
        var (waiting, oldest): ([Metric.Sample], [Metric.Sample]) = ([], [])
        for (service, desk) in desks.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            for backlog in try await desk.backlog() {
                let labels = [("service", service.rawValue), ("receiver", backlog.receiver)]
                waiting.append(Metric.Sample(Double(backlog.count), labels))
                oldest.append(Metric.Sample(max(0, backlog.oldest.map { (now - $0).seconds } ?? 0), labels))
            }
        }
        return [
            Metric("opsconductor_news_waiting", .gauge, "What a service has not told another one yet.", waiting),
            Metric("opsconductor_news_oldest_seconds", .gauge, "How long the oldest of it has waited.", oldest),
        ]
    }
}

extension ServiceName {
    /// Whom it tells news, and where they take them.
    var receivers: [String: NewsEndpoint] {
        let audit = [AuditAPI.name: AuditAPI.news]
        let all = audit.merging([SchedulesAPI.name: SchedulesAPI.news, NotificationsAPI.name: NotificationsAPI.news]) { first, _ in first }
        return switch self {
        case .frontend, .worker: [:]
        case .auth, .users, .jobs, .audit: audit
        case .targets, .executions, .schedules, .notifications: all
        }
    }
}
