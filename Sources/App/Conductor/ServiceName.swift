import Audit
import Auth
import Executions
import Frontend
import Jobs
import Notifications
import Schedules
import Targets
import Users
import Worker

/// The services that can live together in one process or each in its own. A new service is one line in each list.
package enum ServiceName: String, Sendable, CaseIterable {
    case frontend
    case auth
    case users
    case targets
    case jobs
    case executions
    case schedules
    case notifications
    case audit
    case worker

    /// What the paths of its endpoints begin with, `/ws` aside.
    var prefixes: [String] {
        switch self {
        case .frontend, .worker: []
        case .auth: ["/api/auth", "/api/config"]
        case .users: ["/api/users"]
        case .targets: ["/api/targets"]
        case .jobs: ["/api/jobs"]
        case .executions: ["/api/executions"]
        case .schedules: ["/api/schedules"]
        case .notifications: ["/api/notifications"]
        case .audit: ["/api/audit"]
        }
    }

    /// The services that it calls. Whoever has endpoints for people asks Auth who they are.
    var calls: [ServiceName] {
        switch self {
        case .frontend: []
        case .auth: [.users, .audit]
        case .users: [.auth, .audit]
        case .targets: [.auth, .executions, .schedules, .notifications, .audit]
        case .jobs: [.auth, .users, .executions, .audit]
        case .executions: [.auth, .targets, .schedules, .notifications, .audit]
        case .schedules: [.auth, .targets, .jobs, .executions, .notifications, .audit]
        case .notifications: [.auth, .jobs, .executions, .audit]
        case .audit: [.auth, .executions]
        case .worker: [.executions]
        }
    }

    /// The services that own a database; together they are the control plane.
    static let withDatabase: [ServiceName] = [.auth, .users, .targets, .jobs, .executions, .schedules, .notifications, .audit]

    /// What its settings begin with: the name of its container in the original architecture.
    private var key: String {
        switch self {
        case .users: "USER"
        case .executions: "EXECUTION"
        case .schedules: "SCHEDULING"
        case .notifications: "NOTIFICATION"
        default: rawValue.uppercased()
        }
    }

    /// Where others find it.
    var addressSetting: Setting {
        Setting("\(key)_SERVICE_URL", "", "Address of the service \(rawValue), where it runs in another process, such as http://host:port")
    }

    /// Where its data is.
    var databaseSetting: Setting {
        Setting("\(key)_DATABASE_URL", "", "PostgreSQL URI of the database of \(rawValue); a file in DATA_DIR if empty")
    }
}
