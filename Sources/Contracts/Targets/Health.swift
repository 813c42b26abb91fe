import Vocabulary

/// How a target, or one way to it, is doing.
package enum HealthState: String, WireEnum {
    /// Not looked at yet, or no longer.
    case unknown
    /// It can be used.
    case healthy
    /// It can be used, but slowly, or not by all its connection methods.
    case warning
    /// It cannot be used.
    case critical
}

/// How a target is doing: the sum of its connection methods.
package struct TargetHealth: Codable, Sendable, Hashable {
    /// The target.
    package var target: TargetID
    /// Its serial.
    package var serial: String
    /// Its name.
    package var name: String
    /// Its environment; empty when unknown.
    package var environment: String
    /// Whether it takes part in runs; one in maintenance is looked at, but alarms nobody.
    package var status: TargetStatus
    /// How it is doing.
    package var state: HealthState
    /// Since when.
    package var since: Timestamp?
    /// Why it is not healthy, in one sentence.
    package var cause: String?
    /// When it was last looked at.
    package var checkedAt: Timestamp?
    /// When it will be looked at next; nil when its policy says never.
    package var nextAt: Timestamp?
    /// How long the last check that succeeded took.
    package var milliseconds: Double?
    /// The last 24 hours of all its methods together, the oldest first; hours without a check are left out.
    package var recent: [HealthHour]
    /// Makes the value.
    package init(
        target: TargetID, serial: String, name: String, environment: String, status: TargetStatus, state: HealthState,
        since: Timestamp? = nil, cause: String? = nil, checkedAt: Timestamp? = nil, nextAt: Timestamp? = nil,
        milliseconds: Double? = nil, recent: [HealthHour]
    ) {
        self.target = target
        self.serial = serial
        self.name = name
        self.environment = environment
        self.status = status
        self.state = state
        self.since = since
        self.cause = cause
        self.checkedAt = checkedAt
        self.nextAt = nextAt
        self.milliseconds = milliseconds
        self.recent = recent
    }
}

/// The checks of one hour, rolled up.
package struct HealthHour: Codable, Sendable, Hashable {
    /// When the hour began.
    package var at: Timestamp
    /// How many checks there were.
    package var checks: Int
    /// How many of them failed.
    package var failures: Int
    /// How long those that succeeded took on average; nil when none did.
    package var averageMilliseconds: Double?
    /// How long the slowest that succeeded took.
    package var slowestMilliseconds: Double?
    /// Makes the value.
    package init(at: Timestamp, checks: Int, failures: Int, averageMilliseconds: Double? = nil, slowestMilliseconds: Double? = nil) {
        self.at = at
        self.checks = checks
        self.failures = failures
        self.averageMilliseconds = averageMilliseconds
        self.slowestMilliseconds = slowestMilliseconds
    }
}

/// One check.
package struct HealthPoint: Codable, Sendable, Hashable {
    /// When.
    package var at: Timestamp
    /// How long it took; nil when it failed.
    package var milliseconds: Double?
    /// Makes the value.
    package init(at: Timestamp, milliseconds: Double? = nil) {
        self.at = at
        self.milliseconds = milliseconds
    }
}

/// How one connection method of a target is doing.
package struct MethodHealth: Codable, Sendable, Hashable {
    /// The method's position, from 0.
    package var method: Int
    /// Its kind.
    package var kind: ConnectionKind
    /// How it is doing.
    package var state: HealthState
    /// Since when.
    package var since: Timestamp?
    /// How many checks failed in a row.
    package var failuresInARow: Int
    /// How many checks succeeded in a row.
    package var successesInARow: Int
    /// When it was last checked.
    package var checkedAt: Timestamp?
    /// When it will be checked next.
    package var nextAt: Timestamp?
    /// How long the last check that succeeded took.
    package var milliseconds: Double?
    /// The name of the policy that it is checked by.
    package var policy: String
    /// The cause of the last failure, whether or not it is over.
    package var cause: String?
    /// When it last failed.
    package var failedAt: Timestamp?
    /// Every stage of the last check that failed.
    package var lastFailure: ConnectionAttempt?
    /// Makes the value.
    package init(
        method: Int, kind: ConnectionKind, state: HealthState, since: Timestamp? = nil, failuresInARow: Int,
        successesInARow: Int, checkedAt: Timestamp? = nil, nextAt: Timestamp? = nil, milliseconds: Double? = nil,
        policy: String, cause: String? = nil, failedAt: Timestamp? = nil, lastFailure: ConnectionAttempt? = nil
    ) {
        self.method = method
        self.kind = kind
        self.state = state
        self.since = since
        self.failuresInARow = failuresInARow
        self.successesInARow = successesInARow
        self.checkedAt = checkedAt
        self.nextAt = nextAt
        self.milliseconds = milliseconds
        self.policy = policy
        self.cause = cause
        self.failedAt = failedAt
        self.lastFailure = lastFailure
    }
}

/// How a target is doing, method by method.
package struct TargetHealthDetail: Codable, Sendable, Hashable {
    /// The sum.
    package var health: TargetHealth
    /// Each method, in order of priority.
    package var methods: [MethodHealth]
    /// Makes the value.
    package init(health: TargetHealth, methods: [MethodHealth]) {
        self.health = health
        self.methods = methods
    }
}

/// Which checks to show.
package struct HealthHistoryQuery: Codable, Sendable, WireConstrained {
    /// The position of a connection method, from 0; 0 when absent.
    package var method: Int?
    /// How many hours back (1...2160; 48 when absent).
    package var hours: Int?
    /// Makes the value.
    package init(method: Int? = nil, hours: Int? = nil) {
        self.method = method
        self.hours = hours
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["method": .range(0...9), "hours": .range(1...2160)] }
}

/// What checks of one connection method found.
package struct HealthHistory: Codable, Sendable, Hashable {
    /// The checks of the last 48 hours, the oldest first; of very many the newest 2000.
    package var points: [HealthPoint]
    /// Hour by hour, the oldest first; kept for 90 days.
    package var hours: [HealthHour]
    /// Makes the value.
    package init(points: [HealthPoint], hours: [HealthHour]) {
        self.points = points
        self.hours = hours
    }
}

/// Which targets to show.
package struct HealthQuery: Codable, Sendable, WireConstrained {
    /// A filter such as `env = production`; absent or empty matches all.
    package var filter: String?
    /// Only these states; all when absent.
    package var state: [HealthState]?
    /// At most so many items (1...500; default 50).
    package var limit: Int?
    /// The `next_cursor` of the page before.
    package var cursor: String?
    /// Makes the value.
    package init(filter: String? = nil, state: [HealthState]? = nil, limit: Int? = nil, cursor: String? = nil) {
        self.filter = filter
        self.state = state
        self.limit = limit
        self.cursor = cursor
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["limit": .range(1...500), "filter": .length(0...4000)] }
}

/// How many targets are how; retired ones are left out.
package struct HealthCounts: Codable, Sendable, Hashable {
    /// Not looked at.
    package var unknown: Int
    /// Healthy.
    package var healthy: Int
    /// With a warning.
    package var warning: Int
    /// Critical.
    package var critical: Int
    /// Makes the value.
    package init(unknown: Int = 0, healthy: Int = 0, warning: Int = 0, critical: Int = 0) {
        self.unknown = unknown
        self.healthy = healthy
        self.warning = warning
        self.critical = critical
    }
}

/// How many targets of an environment are how.
package struct EnvironmentHealth: Codable, Sendable, Hashable {
    /// The environment; empty for targets without one.
    package var environment: String
    /// Its targets.
    package var counts: HealthCounts
    /// Makes the value.
    package init(environment: String, counts: HealthCounts) {
        self.environment = environment
        self.counts = counts
    }
}

/// How all targets are doing.
package struct HealthSummary: Codable, Sendable, Hashable {
    /// All targets.
    package var counts: HealthCounts
    /// By environment, in order.
    package var environments: [EnvironmentHealth]
    /// How many of the targets are in maintenance.
    package var inMaintenance: Int
    /// By how many seconds the check that has waited longest is late.
    package var lagSeconds: Double
    /// Makes the value.
    package init(counts: HealthCounts, environments: [EnvironmentHealth], inMaintenance: Int, lagSeconds: Double) {
        self.counts = counts
        self.environments = environments
        self.inMaintenance = inMaintenance
        self.lagSeconds = lagSeconds
    }
}

extension TargetsAPI {
    /// How targets are doing, by name.
    package static let health = Endpoint<HealthQuery, Page<TargetHealth>>(
        .get, "/api/targets/health", needs: .targetsRead, "Lists how targets are doing, by name")
    /// How many targets are how.
    package static let healthSummary = Endpoint<Nothing, HealthSummary>(
        .get, "/api/targets/health/summary", needs: .targetsRead, "Counts how targets are doing")
    /// How one target is doing.
    package static let targetHealth = Endpoint<Nothing, TargetHealthDetail>(
        .get, "/api/targets/{target}/health", needs: .targetsRead, "Shows how a target is doing, method by method")
    /// What checks of a target found.
    package static let healthHistory = Endpoint<HealthHistoryQuery, HealthHistory>(
        .get, "/api/targets/{target}/health/history", needs: .targetsRead, "Shows what checks of a target found")
    /// Checks a target at once; the result counts as any other.
    package static let checkHealth = Endpoint<Nothing, TargetHealthDetail>(
        .post, "/api/targets/{target}/health/check", needs: .targetsTest, patience: .seconds(120),
        "Checks a target at once; the result counts as any other")
    /// The policies in the order in which they are looked through; the default is the last.
    package static let healthPolicies = Endpoint<Nothing, HealthPolicies>(
        .get, "/api/targets/health/policies", needs: .targetsRead, "Lists how often targets are checked, and what counts as critical")
    /// Adds a policy before the default.
    package static let createHealthPolicy = Endpoint<SaveHealthPolicy, HealthPolicy>(
        .post, "/api/targets/health/policies", answers: .created, needs: .healthWrite, "Adds a policy for checks of targets")
    /// Changes a policy, by id or name.
    package static let updateHealthPolicy = Endpoint<SaveHealthPolicy, HealthPolicy>(
        .put, "/api/targets/health/policies/{policy}", needs: .healthWrite, "Changes a policy for checks of targets")
    /// Deletes a policy other than the default, by id or name.
    package static let deleteHealthPolicy = Endpoint<Nothing, Nothing>(
        .delete, "/api/targets/health/policies/{policy}", answers: .noContent, needs: .healthWrite, "Deletes a policy for checks of targets"
    )
}
