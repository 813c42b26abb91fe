import Contracts
import Vocabulary

/// What is known of each kind of event beforehand.
enum EventKinds {
    /// How much a kind usually matters, and what it is.
    static func info(_ kind: NotificationEventKind) -> NotificationKindInfo {
        let (severity, summary): (NotificationSeverity, String) =
            switch kind {
            case .failed: (.warning, "An execution failed.")
            case .succeeded: (.info, "An execution succeeded.")
            case .recovered: (.info, "The first execution of a job succeeded after failures.")
            case .failedRepeatedly: (.critical, "Executions of a job failed as often in a row as the route says.")
            case .tooLong: (.warning, "An execution runs longer than a rule allows.")
            case .missed: (.warning, "A due start did not happen.")
            case .startFailed: (.warning, "A due start was refused.")
            case .ruleBroken: (.critical, "A rule, such as \"must succeed by six\", does not hold.")
            case .ruleRecovered: (.info, "A rule holds again.")
            case .approvalNeeded: (.info, "Somebody has to approve a step.")
            case .paused: (.warning, "An execution was paused, by too many failures or by a person.")
            case .lost: (.critical, "It is not known how an execution ended.")
            case .cancelUnconfirmed: (.critical, "An execution was cancelled, but it is not proved that its processes are gone.")
            case .unhealthy: (.warning, "A target became unhealthy.")
            case .healthy: (.info, "A target is healthy again.")
            }
        return NotificationKindInfo(kind: kind, severity: severity, summary: summary)
    }

    /// All kinds in order.
    static var all: [NotificationKindInfo] { NotificationEventKind.allCases.map(info) }
}
