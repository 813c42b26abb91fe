import Vocabulary

/// How long runs and their output are kept. What is absent has no limit. Runs that have not ended, and those that somebody keeps, are never removed.
package struct RetentionPolicy: Codable, Sendable, Hashable, WireConstrained {
    /// Output is removed so many days after its run ended; what is known of the run otherwise stays.
    package var outputDays: Int?
    /// Output of the runs that ended first is removed as long as all of it takes more bytes than this.
    package var outputBytes: Int?
    /// Runs are removed with everything so many days after they ended.
    package var executionDays: Int?
    /// Makes the value.
    package init(outputDays: Int? = nil, outputBytes: Int? = nil, executionDays: Int? = nil) {
        self.outputDays = outputDays
        self.outputBytes = outputBytes
        self.executionDays = executionDays
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "outputDays": .range(1...36_500), "outputBytes": .range(1_000_000...9_007_199_254_740_991),
            "executionDays": .range(1...36_500),
        ]
    }
}

/// The retention that holds, and since when.
package struct Retention: Codable, Sendable, Hashable {
    /// What is kept how long.
    package var policy: RetentionPolicy
    /// Who set it; absent when nobody did.
    package var changedBy: String?
    /// When it was set; absent when nobody did.
    package var changedAt: Timestamp?
    /// Makes the value.
    package init(policy: RetentionPolicy, changedBy: String? = nil, changedAt: Timestamp? = nil) {
        self.policy = policy
        self.changedBy = changedBy
        self.changedAt = changedAt
    }
}

/// A kind of data that takes space.
package enum StorageKind: String, WireEnum {
    /// Output of runs that ended, packed.
    case output
    /// What happened in runs, and output that is not packed yet.
    case feed
    /// Runs, their branches and steps.
    case runs
    /// Everything else, such as indexes of the engine.
    case other
    /// Space in the database file that is free for new data.
    case free
}

/// How much space a kind of data takes.
package struct StorageUse: Codable, Sendable, Hashable {
    /// The kind.
    package var kind: StorageKind
    /// Bytes on disk.
    package var bytes: Int
    /// Makes the value.
    package init(kind: StorageKind, bytes: Int) {
        self.kind = kind
        self.bytes = bytes
    }
}

/// How much space the packed output of one job's runs takes.
package struct JobStorage: Codable, Sendable, Hashable {
    /// The job's id; absent for commands.
    package var job: JobID?
    /// The job's name at the last run; absent for commands.
    package var name: String?
    /// How many runs have output.
    package var executions: Int
    /// Bytes as they were printed.
    package var bytes: Int
    /// Bytes on disk.
    package var storedBytes: Int
    /// Makes the value.
    package init(job: JobID? = nil, name: String? = nil, executions: Int, bytes: Int, storedBytes: Int) {
        self.job = job
        self.name = name
        self.executions = executions
        self.bytes = bytes
        self.storedBytes = storedBytes
    }
}

/// What the next clean-up removes.
package struct CleanUp: Codable, Sendable, Hashable {
    /// Runs that are removed with everything; counted up to 100,000.
    package var executions: Int
    /// Runs whose output is removed; counted up to 100,000.
    package var outputs: Int
    /// Bytes of packed output that are given back.
    package var bytes: Int
    /// Makes the value.
    package init(executions: Int, outputs: Int, bytes: Int) {
        self.executions = executions
        self.outputs = outputs
        self.bytes = bytes
    }
}

/// The space that runs and their output take.
package struct Storage: Codable, Sendable, Hashable {
    /// By kind.
    package var kinds: [StorageUse]
    /// Bytes of packed output as they were printed.
    package var outputBytes: Int
    /// Bytes of packed output on disk.
    package var storedBytes: Int
    /// How many runs somebody keeps.
    package var kept: Int
    /// The jobs whose output takes most, at most 20.
    package var jobs: [JobStorage]
    /// What the next clean-up removes.
    package var next: CleanUp
    /// Makes the value.
    package init(kinds: [StorageUse], outputBytes: Int, storedBytes: Int, kept: Int, jobs: [JobStorage], next: CleanUp) {
        self.kinds = kinds
        self.outputBytes = outputBytes
        self.storedBytes = storedBytes
        self.kept = kept
        self.jobs = jobs
        self.next = next
    }
}

/// Whether somebody keeps a run from retention.
package struct KeepExecution: Codable, Sendable {
    /// True keeps it, false lets it go when it is time.
    package var keep: Bool
    /// Makes the value.
    package init(keep: Bool) { self.keep = keep }
}

extension ExecutionsAPI {
    /// How much space runs and their output take, by kind and job, and what the next clean-up frees.
    package static let storage = Endpoint<Nothing, Storage>(
        .get, "/api/executions/storage", needs: .executionsRead, "Shows how much space runs and their output take")
    /// How long runs and their output are kept.
    package static let retention = Endpoint<Nothing, Retention>(
        .get, "/api/executions/retention", needs: .executionsRead, "Shows how long runs and their output are kept")
    /// Sets how long runs and their output are kept; what is absent has no limit.
    package static let setRetention = Endpoint<RetentionPolicy, Retention>(
        .put, "/api/executions/retention", needs: .storageManage, "Sets how long runs and their output are kept")
    /// Keeps a run from retention, or lets it go.
    package static let keep = Endpoint<KeepExecution, Execution>(
        .post, "/api/executions/{execution}/keep", needs: .executionsKeep, "Keeps an execution from retention, or lets it go")
}
