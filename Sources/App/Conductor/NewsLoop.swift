import Contracts
import ServiceLifecycle
import Store
import Vocabulary

/// Hands on what one service tells the others.
struct NewsLoop: Service {
    let desk: NewsDesk

    func run() async throws {
        await cancelWhenGracefulShutdown { await desk.run() }
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
