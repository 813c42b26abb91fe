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
    /// What starts it.
    package var trigger: RunTrigger?
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
        locks: [String], priority: RunPriority, startedBy: String, trigger: RunTrigger? = nil,
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
        self.trigger = trigger
        self.plan = plan
        self.confirm = confirm
        self.idempotencyKey = idempotencyKey
    }
}

/// Executions to start, each by itself.
package struct StartExecutions: Codable, Sendable {
    /// What the orders start, each once.
    package var definitions: [JobDefinition]
    /// The executions, in the order in which they begin.
    package var orders: [Order]
    /// Makes the value.
    package init(definitions: [JobDefinition], orders: [Order]) {
        self.definitions = definitions
        self.orders = orders
    }

    /// An execution to start. The same idempotency key again gives the same receipt, whatever else is different.
    package struct Order: Codable, Sendable {
        /// Which of the definitions it is of.
        package var definition: Int
        /// The job's id.
        package var job: JobID
        /// The job's serial.
        package var jobSerial: String
        /// The version.
        package var jobVersion: Int
        /// Checked values of the parameters that are not secret.
        package var parameters: [String: JSONValue]
        /// Values of the secret parameters.
        package var secretParameters: [String: Secret]
        /// The filter of the targets.
        package var targets: String
        /// On exactly these targets, whatever the filter says.
        package var only: [TargetID]?
        /// Targets to leave out, by id.
        package var exclude: [TargetID]
        /// Most branches at a time.
        package var maxParallel: Int
        /// The names that it holds while it runs.
        package var locks: [String]
        /// How urgent it is.
        package var priority: RunPriority
        /// What starts it.
        package var trigger: RunTrigger
        /// Starts only one execution.
        package var idempotencyKey: String
        /// Makes the value.
        package init(_ start: StartExecution, definition: Int, only: [TargetID]? = nil, trigger: RunTrigger, idempotencyKey: String) {
            self.definition = definition
            job = start.job
            jobSerial = start.jobSerial
            jobVersion = start.jobVersion
            parameters = start.parameters
            secretParameters = start.secretParameters
            targets = start.targets
            self.only = only
            exclude = start.exclude
            maxParallel = start.maxParallel
            locks = start.locks
            priority = start.priority
            self.trigger = trigger
            self.idempotencyKey = idempotencyKey
        }
    }
}

/// What became of orders.
package struct StartedExecutions: Codable, Sendable {
    /// A result for each order, in the same order.
    package var results: [StartResult]
    /// Makes the value.
    package init(results: [StartResult]) { self.results = results }
}

/// What became of one order: a receipt or a problem.
package struct StartResult: Codable, Sendable, Hashable {
    /// The execution.
    package var receipt: RunReceipt?
    /// Why there is none.
    package var problem: Problem?
    /// Makes the value.
    package init(receipt: RunReceipt? = nil, problem: Problem? = nil) {
        self.receipt = receipt
        self.problem = problem
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

/// An execution that somebody asks for.
package struct FindExecution: Codable, Sendable {
    /// Its id or serial.
    package var execution: String
    /// Makes the value.
    package init(execution: String) { self.execution = execution }
}

/// Asks what has become of starts that may have been made.
package struct AskBegun: Codable, Sendable, Hashable {
    /// Their idempotency keys, at most 1000.
    package var keys: [String]
    /// Makes the value.
    package init(keys: [String]) { self.keys = keys }
}

/// Starts that were made.
package struct BegunExecutions: Codable, Sendable, Hashable {
    /// An execution that was begun.
    package struct Begun: Codable, Sendable, Hashable {
        /// The idempotency key.
        package var key: String
        /// What the start was answered.
        package var receipt: RunReceipt
        /// Makes the value.
        package init(key: String, receipt: RunReceipt) {
            self.key = key
            self.receipt = receipt
        }
    }
    /// One for each of the keys under which an execution was begun.
    package var begun: [Begun]
    /// Makes the value.
    package init(begun: [Begun]) { self.begun = begun }
}

/// Asks for targets of an execution.
package struct AskTargets: Codable, Sendable, Hashable {
    /// The execution.
    package var execution: ExecutionID
    /// Whether only those on which it did not succeed.
    package var failed: Bool
    /// Makes the value.
    package init(execution: ExecutionID, failed: Bool) {
        self.execution = execution
        self.failed = failed
    }
}

/// Targets of an execution.
package struct ExecutionTargets: Codable, Sendable, Hashable {
    /// The targets; empty when there is no such execution.
    package var targets: [TargetID]
    /// Makes the value.
    package init(targets: [TargetID]) { self.targets = targets }
}
