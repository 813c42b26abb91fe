import Vocabulary

/// An execution of a job to start.
package struct StartExecution: Codable, Sendable {
    /// The job's id.
    package var job: JobID
    /// The job's serial.
    package var jobSerial: String
    /// The version.
    package var jobVersion: Int
    /// What that version says; kept with the execution.
    package var definition: JobDefinition
    /// Checked values of the parameters that are not secret.
    package var parameters: [String: JSONValue]
    /// Values of the secret parameters; kept encrypted.
    package var secretParameters: [String: Secret]
    /// The filter of the targets.
    package var targets: String
    /// Targets to leave out, by id.
    package var exclude: [TargetID]
    /// Most branches at a time.
    package var maxParallel: Int
    /// The names that it holds while it runs.
    package var locks: [String]
    /// How urgent it is.
    package var priority: RunPriority
    /// Who starts it.
    package var startedBy: String
    /// The hash of the plan that it must be like.
    package var plan: String?
    /// What confirms that production may be touched: the number of targets or the name of the job.
    package var confirm: String?
    /// The idempotency key of the request, made unique for the caller.
    package var idempotencyKey: String?
    /// Makes the value.
    package init(
        job: JobID, jobSerial: String, jobVersion: Int, definition: JobDefinition, parameters: [String: JSONValue],
        secretParameters: [String: Secret], targets: String, exclude: [TargetID], maxParallel: Int,
        locks: [String], priority: RunPriority, startedBy: String,
        plan: String? = nil, confirm: String? = nil, idempotencyKey: String? = nil
    ) {
        self.job = job
        self.jobSerial = jobSerial
        self.jobVersion = jobVersion
        self.definition = definition
        self.parameters = parameters
        self.secretParameters = secretParameters
        self.targets = targets
        self.exclude = exclude
        self.maxParallel = maxParallel
        self.locks = locks
        self.priority = priority
        self.startedBy = startedBy
        self.plan = plan
        self.confirm = confirm
        self.idempotencyKey = idempotencyKey
    }
}

/// A target to test.
package struct ProbeTarget: Codable, Sendable {
    /// The target.
    package var target: TargetID
    /// Its name, for messages.
    package var name: String
    /// The position of one connection method; absent tries all in order.
    package var method: Int?
    /// Makes the value.
    package init(target: TargetID, name: String, method: Int? = nil) {
        self.target = target
        self.name = name
        self.method = method
    }
}
