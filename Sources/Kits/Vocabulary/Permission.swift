/// What an endpoint asks of its caller. `anyone`, `signedIn`, `worker` and `service` are about who calls; the others are granted by roles.
package enum Permission: String, WireEnum {
    /// No credentials needed.
    case anyone
    /// Any user who has signed in; acts on the caller's own things.
    case signedIn = "signed_in"
    /// A worker process with its service identity.
    case worker
    /// Another service of this installation; never reachable from outside.
    case service

    case targetsRead = "targets.read"
    case targetsWrite = "targets.write"
    case targetsTest = "targets.test"
    case hostKeysPin = "host_keys.pin"
    case healthWrite = "health.write"
    case discoveryRead = "discovery.read"
    case discoveryRun = "discovery.run"
    case discoveryRanges = "discovery.ranges"
    case credentialsRead = "credentials.read"
    case credentialsWrite = "credentials.write"
    case jobsRead = "jobs.read"
    case jobsWrite = "jobs.write"
    case jobsRun = "jobs.run"
    case executionsRead = "executions.read"
    case executionsCancel = "executions.cancel"
    case executionsApprove = "executions.approve"
    case executionsKeep = "executions.keep"
    case commandsRun = "commands.run"
    case guardWrite = "guard.write"
    case storageManage = "storage.manage"
    case schedulesRead = "schedules.read"
    case schedulesWrite = "schedules.write"
    case webhooksRead = "webhooks.read"
    case webhooksWrite = "webhooks.write"
    case usersRead = "users.read"
    case usersManage = "users.manage"
    case notificationsRead = "notifications.read"
    case notificationsWrite = "notifications.write"
    case alertsAcknowledge = "alerts.acknowledge"
    case auditRead = "audit.read"
    case auditExport = "audit.export"

    /// Whether only parts of this installation call, never people.
    package var isForMachines: Bool { self == .worker || self == .service }

    /// The permissions that a role or a token's scope can grant.
    package static let grantable: [Permission] = allCases.filter {
        ![.anyone, .signedIn, .worker, .service].contains($0)
    }
}

/// A user's role; enforced on every endpoint through its declared permission.
package enum Role: String, WireEnum {
    /// May do everything.
    case administrator
    /// Describes targets, jobs and schedules, runs and cancels; does not see users and does not change credentials, host keys, the guard or who is
    /// notified.
    case `operator`
    /// Looks, changes nothing.
    case viewer

    /// The permissions that this role grants.
    package var grants: Set<Permission> {
        switch self {
        case .administrator: Set(Permission.grantable)
        case .operator:
            [
                .targetsRead, .targetsWrite, .targetsTest, .credentialsRead, .jobsRead, .jobsWrite, .jobsRun,
                .executionsRead, .executionsCancel, .executionsApprove, .executionsKeep, .commandsRun, .schedulesRead, .schedulesWrite,
                .healthWrite, .discoveryRead, .discoveryRun, .notificationsRead, .alertsAcknowledge, .webhooksRead, .webhooksWrite,
            ]
        case .viewer: [.targetsRead, .jobsRead, .executionsRead, .schedulesRead, .discoveryRead, .notificationsRead, .webhooksRead]
        }
    }
}
