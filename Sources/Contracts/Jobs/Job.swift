import Vocabulary

/// What a `JobID` names.
package enum JobSubject {}
/// A job's id.
package typealias JobID = Identifier<JobSubject>

/// Which jobs to list.
package struct JobQuery: Codable, Sendable, WireConstrained {
    /// Only jobs whose name or description contains this, without regard to case.
    package var search: String?
    /// At most so many items (1...500; default 50).
    package var limit: Int?
    /// The `next_cursor` of the page before.
    package var cursor: String?
    /// Makes the value.
    package init(search: String? = nil, limit: Int? = nil, cursor: String? = nil) {
        self.search = search
        self.limit = limit
        self.cursor = cursor
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["limit": .range(1...500), "search": .length(0...200)] }
}

/// A job in a list.
package struct JobSummary: Codable, Sendable {
    /// The id.
    package var id: JobID
    /// The serial for people, for example `J20260001`.
    package var serial: String
    /// The name; unique without regard to case.
    package var name: String
    /// What it does.
    package var description: String
    /// How many steps it has.
    package var steps: Int
    /// The filter of its usual targets.
    package var targets: String
    /// The current version, from 1.
    package var version: Int
    /// When the current version was saved.
    package var updatedAt: Timestamp
    /// Who saved it.
    package var updatedBy: String
    /// Makes the value.
    package init(
        id: JobID, serial: String, name: String, description: String, steps: Int, targets: String, version: Int,
        updatedAt: Timestamp, updatedBy: String
    ) {
        self.id = id
        self.serial = serial
        self.name = name
        self.description = description
        self.steps = steps
        self.targets = targets
        self.version = version
        self.updatedAt = updatedAt
        self.updatedBy = updatedBy
    }
}

/// A job with its current version.
package struct Job: Codable, Sendable {
    /// The id.
    package var id: JobID
    /// The serial for people.
    package var serial: String
    /// The current version, from 1.
    package var version: Int
    /// What it says.
    package var definition: JobDefinition
    /// The same as YAML; comments and order are kept if it was saved as YAML.
    package var yaml: String
    /// When the job was added.
    package var createdAt: Timestamp
    /// When the current version was saved.
    package var updatedAt: Timestamp
    /// Who saved the current version.
    package var updatedBy: String
    /// Makes the value.
    package init(
        id: JobID, serial: String, version: Int, definition: JobDefinition, yaml: String, createdAt: Timestamp,
        updatedAt: Timestamp, updatedBy: String
    ) {
        self.id = id
        self.serial = serial
        self.version = version
        self.definition = definition
        self.yaml = yaml
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.updatedBy = updatedBy
    }
}

/// One version of a job.
package struct JobVersion: Codable, Sendable {
    /// The number, from 1.
    package var version: Int
    /// What it says.
    package var definition: JobDefinition
    /// The same as YAML.
    package var yaml: String
    /// When it was saved.
    package var savedAt: Timestamp
    /// Who saved it.
    package var savedBy: String
    /// Makes the value.
    package init(version: Int, definition: JobDefinition, yaml: String, savedAt: Timestamp, savedBy: String) {
        self.version = version
        self.definition = definition
        self.yaml = yaml
        self.savedAt = savedAt
        self.savedBy = savedBy
    }
}

/// A job to save: exactly one of `definition` and `yaml`.
package struct SaveJob: Codable, Sendable {
    /// The form.
    package var definition: JobDefinition?
    /// The YAML text.
    package var yaml: String?
    /// The version that this change is based on; absent overwrites whatever is there.
    package var version: Int?
    /// Makes the value.
    package init(definition: JobDefinition? = nil, yaml: String? = nil, version: Int? = nil) {
        self.definition = definition
        self.yaml = yaml
        self.version = version
    }
}

/// A definition to check: exactly one of `definition` and `yaml`.
package struct CheckJob: Codable, Sendable {
    /// The form.
    package var definition: JobDefinition?
    /// The YAML text.
    package var yaml: String?
    /// Makes the value.
    package init(definition: JobDefinition? = nil, yaml: String? = nil) {
        self.definition = definition
        self.yaml = yaml
    }
}

/// The result of a check.
package struct JobCheck: Codable, Sendable {
    /// Whether it could be saved.
    package var valid: Bool
    /// Everything that is wrong; lines and columns are of the YAML.
    package var errors: [ProblemPlace]
    /// The form, when it could be read at all.
    package var definition: JobDefinition?
    /// The YAML: the text that was given, or the form translated.
    package var yaml: String
    /// Makes the value.
    package init(valid: Bool, errors: [ProblemPlace], definition: JobDefinition? = nil, yaml: String) {
        self.valid = valid
        self.errors = errors
        self.definition = definition
        self.yaml = yaml
    }
}

/// Jobs to create or update by name.
package struct ApplyJobs: Codable, Sendable {
    /// YAML texts with the names of their files, for messages; one text may hold several documents.
    package var files: [ApplyFile]
    /// Whether to only say what would change.
    package var dryRun: Bool?
    /// Makes the value.
    package init(files: [ApplyFile], dryRun: Bool? = nil) {
        self.files = files
        self.dryRun = dryRun
    }
}

/// One file of jobs.
package struct ApplyFile: Codable, Sendable, Hashable {
    /// The file's name.
    package var name: String
    /// The YAML text.
    package var yaml: String
    /// Makes the value.
    package init(name: String, yaml: String) {
        self.name = name
        self.yaml = yaml
    }
}

/// What applying does to one job.
package enum ApplyAction: String, WireEnum {
    case created
    case updated
    case unchanged
    case refused
}

/// What was done with one job.
package struct AppliedJob: Codable, Sendable {
    /// The file that it came from.
    package var file: String
    /// The job's name.
    package var name: String
    /// What was done.
    package var action: ApplyAction
    /// The job's serial; absent in a dry run of a new job.
    package var serial: String?
    /// The version that is current now.
    package var version: Int?
    /// What changed, for example `steps[1].command`.
    package var changes: [String]
    /// What is wrong with it.
    package var errors: [ProblemPlace]
    /// Makes the value.
    package init(
        file: String, name: String, action: ApplyAction, serial: String? = nil, version: Int? = nil, changes: [String],
        errors: [ProblemPlace]
    ) {
        self.file = file
        self.name = name
        self.action = action
        self.serial = serial
        self.version = version
        self.changes = changes
        self.errors = errors
    }
}

/// What applying did. Nothing was saved if any job is refused.
package struct ApplyReceipt: Codable, Sendable {
    /// Whether the changes were made.
    package var applied: Bool
    /// Every job in order.
    package var jobs: [AppliedJob]
    /// Makes the value.
    package init(applied: Bool, jobs: [AppliedJob]) {
        self.applied = applied
        self.jobs = jobs
    }
}

/// What to run a job with.
package struct RunJob: Codable, Sendable, Hashable, WireConstrained {
    /// Values by parameter name.
    package var parameters: [String: JSONValue]?
    /// The targets' filter; the job's own when absent.
    package var targets: String?
    /// Targets to leave out, by id.
    package var exclude: [TargetID]?
    /// Most branches at a time; the job's own when absent.
    package var maxParallel: Int?
    /// How urgent it is; as the job says when absent.
    package var priority: RunPriority?
    /// Names that only one run at a time may hold, besides those of the job.
    package var locks: [String]?
    /// The hash of a plan; the run starts only if it would do exactly that.
    package var plan: String?
    /// What confirms that production may be touched: the number of targets or the name of the job.
    package var confirm: String?
    /// Makes the value.
    package init(
        parameters: [String: JSONValue]? = nil, targets: String? = nil, exclude: [TargetID]? = nil,
        maxParallel: Int? = nil, priority: RunPriority? = nil, locks: [String]? = nil, plan: String? = nil, confirm: String? = nil
    ) {
        self.parameters = parameters
        self.targets = targets
        self.exclude = exclude
        self.maxParallel = maxParallel
        self.priority = priority
        self.locks = locks
        self.plan = plan
        self.confirm = confirm
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "maxParallel": .range(1...10000), "targets": .length(0...4000), "locks": .count(0...20), "confirm": .length(0...200),
        ]
    }
}
