import Vocabulary

/// Schedules to create or update by name, and calendars and dead-man rules beside them.
package struct ApplySchedules: Codable, Sendable, Hashable {
    /// YAML texts with the names of their files, for messages; one text may hold several documents. A document is a schedule unless its `kind` says something else.
    package var files: [ApplyFile]
    /// Values of secret parameters by name, that read `•••` in the files.
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

/// What a document describes.
package enum AppliedKind: String, WireEnum {
    case schedule
    case calendar
    case deadManRule = "dead_man_rule"
}

/// What was done with one document.
package struct AppliedSchedule: Codable, Sendable, Hashable {
    /// The file that it came from.
    package var file: String
    /// What it describes.
    package var kind: AppliedKind
    /// The name.
    package var name: String
    /// What was done.
    package var action: ApplyAction
    /// The schedule's serial; absent in a dry run of a new one, and for everything else.
    package var serial: String?
    /// What changed, for example `timing.cron`.
    package var changes: [String]
    /// What is wrong with it.
    package var errors: [ProblemPlace]
    /// Makes the value.
    package init(
        file: String, kind: AppliedKind, name: String, action: ApplyAction, serial: String? = nil, changes: [String], errors: [ProblemPlace]
    ) {
        self.file = file
        self.kind = kind
        self.name = name
        self.action = action
        self.serial = serial
        self.changes = changes
        self.errors = errors
    }
}

/// What applying did. Nothing was saved if any document is refused.
package struct ApplySchedulesReceipt: Codable, Sendable, Hashable {
    /// Whether the changes were made.
    package var applied: Bool
    /// Every document in order.
    package var documents: [AppliedSchedule]
    /// Makes the value.
    package init(applied: Bool, documents: [AppliedSchedule]) {
        self.applied = applied
        self.documents = documents
    }
}
