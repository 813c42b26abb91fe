import Vocabulary

/// Schedules to create or update by name.
package struct ApplySchedules: Codable, Sendable, Hashable {
    /// YAML texts with the names of their files, for messages; one text may hold several documents.
    package var files: [ApplyFile]
    /// Values of secret parameters by name, for all of them.
    package var secrets: [String: Secret]?
    /// Whether to only say what would change.
    package var dryRun: Bool?
    /// Makes the value.
    package init(files: [ApplyFile], secrets: [String: Secret]? = nil, dryRun: Bool? = nil) {
        self.files = files
        self.secrets = secrets
        self.dryRun = dryRun
    }
}

/// What was done with one schedule.
package struct AppliedSchedule: Codable, Sendable, Hashable {
    /// The file that it came from.
    package var file: String
    /// The schedule's name.
    package var name: String
    /// What was done.
    package var action: ApplyAction
    /// The schedule's serial; absent in a dry run of a new one.
    package var serial: String?
    /// What changed, for example `timing.cron`.
    package var changes: [String]
    /// What is wrong with it.
    package var errors: [ProblemPlace]
    /// Makes the value.
    package init(file: String, name: String, action: ApplyAction, serial: String? = nil, changes: [String], errors: [ProblemPlace]) {
        self.file = file
        self.name = name
        self.action = action
        self.serial = serial
        self.changes = changes
        self.errors = errors
    }
}

/// What applying did. Nothing was saved if any schedule is refused.
package struct ApplySchedulesReceipt: Codable, Sendable, Hashable {
    /// Whether the changes were made.
    package var applied: Bool
    /// Every schedule in order.
    package var schedules: [AppliedSchedule]
    /// Makes the value.
    package init(applied: Bool, schedules: [AppliedSchedule]) {
        self.applied = applied
        self.schedules = schedules
    }
}
