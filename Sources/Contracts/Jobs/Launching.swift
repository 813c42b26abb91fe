import Vocabulary

/// A run that somebody wants who is not there: a schedule, a webhook or a rule starts it.
package struct LaunchJob: Codable, Sendable, Hashable {
    /// The job.
    package var job: JobID
    /// What it is run with.
    package var run: RunJob
    /// On exactly these targets, whatever the filter says; absent for those of the filter.
    package var only: [TargetID]?
    /// Who answers for it; that user's present role must allow running jobs.
    package var owner: UserID
    /// What starts it.
    package var trigger: RunTrigger
    /// Starts only one run, however often it is sent, and whatever else is different.
    package var key: String
    /// Makes the value.
    package init(job: JobID, run: RunJob, only: [TargetID]? = nil, owner: UserID, trigger: RunTrigger, key: String) {
        self.job = job
        self.run = run
        self.only = only
        self.owner = owner
        self.trigger = trigger
        self.key = key
    }
}

/// Runs to start.
package struct LaunchJobs: Codable, Sendable, Hashable {
    /// The runs, at most 1000.
    package var launches: [LaunchJob]
    /// Makes the value.
    package init(launches: [LaunchJob]) {
        self.launches = launches
    }
}

/// Why no run was started.
package enum LaunchRefusal: String, WireEnum {
    /// The owner is gone or may not run jobs.
    case notAllowed = "not_allowed"
    /// The job is gone.
    case noJob = "no_job"
    /// Another execution of the job has not ended, and the job forbids a second one.
    case busy
    /// The run cannot be as it was asked for.
    case refused
    /// A part that is needed does not answer; trying again may help.
    case unavailable
}

/// What became of one launch.
package struct LaunchResult: Codable, Sendable, Hashable {
    /// The run that was started, now or when the same was sent before.
    package var receipt: RunReceipt?
    /// The job's present name.
    package var jobName: String?
    /// Why there is none.
    package var refusal: LaunchRefusal?
    /// The same in a sentence.
    package var detail: String?
    /// Makes the value.
    package init(receipt: RunReceipt? = nil, jobName: String? = nil, refusal: LaunchRefusal? = nil, detail: String? = nil) {
        self.receipt = receipt
        self.jobName = jobName
        self.refusal = refusal
        self.detail = detail
    }
}

/// What became of the launches.
package struct LaunchReceipt: Codable, Sendable, Hashable {
    /// A result for each, in the same order.
    package var results: [LaunchResult]
    /// Makes the value.
    package init(results: [LaunchResult]) {
        self.results = results
    }
}

/// A launch to check before it is kept for later.
package struct CheckLaunch: Codable, Sendable, Hashable {
    /// The job, by id, serial or name.
    package var job: String
    /// What it is to be run with.
    package var run: RunJob
    /// The names of parameters whose values only come with each launch.
    package var later: [String]?
    /// Makes the value.
    package init(job: String, run: RunJob, later: [String]? = nil) {
        self.job = job
        self.run = run
        self.later = later
    }
}

/// A launch that can be.
package struct LaunchCheck: Codable, Sendable, Hashable {
    /// The job.
    package var job: JobID
    /// Its serial.
    package var serial: String
    /// Its name.
    package var name: String
    /// The filter of the targets.
    package var targets: String
    /// The given values that are not secret.
    package var parameters: [String: JSONValue]
    /// The given values that are.
    package var secrets: [String: Secret]
    /// Makes the value.
    package init(job: JobID, serial: String, name: String, targets: String, parameters: [String: JSONValue], secrets: [String: Secret]) {
        self.job = job
        self.serial = serial
        self.name = name
        self.targets = targets
        self.parameters = parameters
        self.secrets = secrets
    }
}

/// Asks on which targets a job usually runs.
package struct AskUsualTargets: Codable, Sendable, Hashable {
    /// The job, by id, serial or name.
    package var job: String
    /// Makes the value.
    package init(job: String) {
        self.job = job
    }
}

/// On which targets a job usually runs, and what it asks for.
package struct UsualTargets: Codable, Sendable, Hashable {
    /// The job; absent when there is none.
    package var job: ScheduledJob?
    /// The filter; absent when runs have to say it.
    package var targets: String?
    /// Its parameters.
    package var parameters: [ParameterDefinition]?
    /// Makes the value.
    package init(job: ScheduledJob? = nil, targets: String? = nil, parameters: [ParameterDefinition]? = nil) {
        self.job = job
        self.targets = targets
        self.parameters = parameters
    }
}
