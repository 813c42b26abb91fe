import Vocabulary

/// A worker asks for work. The call is held open until there is some, or for `waitSeconds`.
package struct AskLease: Codable, Sendable {
    /// The worker's name, unique among those that run.
    package var worker: String
    /// How many branches it can take now.
    package var slots: Int
    /// How many branches it can run at the same time; those that it can take now when absent.
    package var capacity: Int?
    /// The longest time to wait.
    package var waitSeconds: Int
    /// The worker's public key (X25519, base64) for which secrets are sealed.
    package var publicKey: String
    /// Makes the value.
    package init(worker: String, slots: Int, capacity: Int? = nil, waitSeconds: Int, publicKey: String) {
        self.worker = worker
        self.slots = slots
        self.capacity = capacity
        self.waitSeconds = waitSeconds
        self.publicKey = publicKey
    }
}

/// Work for a worker.
package struct Lease: Codable, Sendable {
    /// Branches to run.
    package var branches: [LeasedBranch]
    /// What the branches' executions say, by execution id.
    package var executions: [String: LeasedExecution]
    /// How to reach the branches' targets.
    package var connections: TargetConnections
    /// Connection tests to do.
    package var probes: [LeasedProbe]
    /// Branches of this worker that are to be ended.
    package var cancel: [BranchKey]
    /// Seconds until a lease ends unless a heartbeat comes.
    package var leaseSeconds: Int
    /// Milliseconds that the call had waited when the leases began.
    package var waited: Int
    /// Makes the value.
    package init(
        branches: [LeasedBranch], executions: [String: LeasedExecution], connections: TargetConnections,
        probes: [LeasedProbe], cancel: [BranchKey], leaseSeconds: Int, waited: Int
    ) {
        self.branches = branches
        self.executions = executions
        self.connections = connections
        self.probes = probes
        self.cancel = cancel
        self.leaseSeconds = leaseSeconds
        self.waited = waited
    }
}

/// Names a branch.
package struct BranchKey: Codable, Sendable, Hashable {
    /// The execution.
    package var execution: ExecutionID
    /// The number of the branch.
    package var number: Int
    /// Makes the value.
    package init(execution: ExecutionID, number: Int) {
        self.execution = execution
        self.number = number
    }
}

/// A leased branch.
package struct LeasedBranch: Codable, Sendable {
    /// Which branch.
    package var key: BranchKey
    /// The fencing token: every lease of a branch has a higher one.
    package var fence: Int
    /// The target as the run knows it.
    package var target: TargetSnapshot
    /// The steps that already ended in an earlier lease, and those that still run under a supervisor on the target.
    package var results: [StepResult]
    /// The branch's serial.
    package var serial: String
    /// Approvals that do not count for this branch, because its target is reached in another way than was approved.
    package var drifted: [LeasedApproval]?
    /// Whether it is to be ended: its steps go on on the target without a worker.
    package var cancels: Bool?
    /// Makes the value.
    package init(
        key: BranchKey, fence: Int, target: TargetSnapshot, results: [StepResult], serial: String, drifted: [LeasedApproval]? = nil,
        cancels: Bool? = nil
    ) {
        self.cancels = cancels
        self.key = key
        self.fence = fence
        self.target = target
        self.results = results
        self.serial = serial
        self.drifted = drifted
    }
}

/// What a worker needs to know about an execution.
package struct LeasedExecution: Codable, Sendable {
    /// The serial.
    package var serial: String
    /// What to do.
    package var definition: JobDefinition
    /// Parameter values without secrets.
    package var parameters: [String: JSONValue]
    /// Secret parameter values as a JSON object, sealed for the worker's key; absent when there are none.
    package var sealedParameters: String?
    /// Who started it.
    package var startedBy: String
    /// The approvals that were decided.
    package var approvals: [LeasedApproval]?
    /// Makes the value.
    package init(
        serial: String, definition: JobDefinition, parameters: [String: JSONValue], sealedParameters: String? = nil,
        startedBy: String, approvals: [LeasedApproval]? = nil
    ) {
        self.serial = serial
        self.definition = definition
        self.parameters = parameters
        self.sealedParameters = sealedParameters
        self.startedBy = startedBy
        self.approvals = approvals
    }
}

/// A connection test to do.
package struct LeasedProbe: Codable, Sendable {
    /// The test's id.
    package var id: String
    /// The target.
    package var target: TargetID
    /// Its name, for messages.
    package var name: String
    /// The position of one method; absent tries all in order.
    package var method: Int?
    /// Most seconds that it may take; no more than each method's time to connect when absent.
    package var timeoutSeconds: Int?
    /// Makes the value.
    package init(id: String, target: TargetID, name: String, method: Int? = nil, timeoutSeconds: Int? = nil) {
        self.timeoutSeconds = timeoutSeconds
        self.id = id
        self.target = target
        self.name = name
        self.method = method
    }
}

/// What happened at a worker, in order.
package struct WorkerReport: Codable, Sendable {
    /// The worker's name.
    package var worker: String
    /// Counts the worker's reports from 1. One that is sent again, because its answer did not come, has the same number and is stored once.
    package var number: Int
    /// The number of the report that is under way still, after which this one is to be stored; absent when there is none.
    package var previous: Int?
    /// What happened, in order for each branch.
    package var entries: [ReportEntry]
    /// Results of connection tests.
    package var probes: [ProbeResult]
    /// What the worker can take in place of the branches that end here; absent when it wants no more. Not waited for.
    package var refill: AskLease?
    /// Makes the value.
    package init(
        worker: String, number: Int, previous: Int? = nil, entries: [ReportEntry], probes: [ProbeResult], refill: AskLease? = nil
    ) {
        self.worker = worker
        self.number = number
        self.previous = previous
        self.entries = entries
        self.probes = probes
        self.refill = refill
    }
}

/// What happened in a branch, in this order where it is more than one thing: it was connected, output arrived, a step began or ended, the branch ended.
package struct ReportEntry: Codable, Sendable {
    /// Which branch.
    package var key: BranchKey
    /// The fencing token under which it happened.
    package var fence: Int
    /// A step began or ended.
    package var step: StepResult?
    /// Output arrived.
    package var output: OutputPiece?
    /// The number of a step whose supervisor on the target is known to have started it.
    package var begun: Int?
    /// The branch was connected.
    package var connected: String?
    /// The branch ended, or waits again.
    package var ended: BranchEnd?
    /// The number of the step whose approval the branch waits for; only together with `ended`.
    package var parked: Int?
    /// A host key was accepted on first use.
    package var firstSeenKey: ReportHostKey?
    /// Makes the value.
    package init(
        key: BranchKey, fence: Int, step: StepResult? = nil, output: OutputPiece? = nil, begun: Int? = nil,
        connected: String? = nil, ended: BranchEnd? = nil, parked: Int? = nil, firstSeenKey: ReportHostKey? = nil
    ) {
        self.key = key
        self.fence = fence
        self.step = step
        self.output = output
        self.begun = begun
        self.connected = connected
        self.ended = ended
        self.parked = parked
        self.firstSeenKey = firstSeenKey
    }
}

/// A piece of output.
package struct OutputPiece: Codable, Sendable {
    /// The number of the step, from 1.
    package var step: Int
    /// The attempt, from 1.
    package var attempt: Int
    /// The stream.
    package var stream: OutputStreamName
    /// The bytes.
    package var bytes: [UInt8]
    /// How many bytes of the stream the attempt has with these; only of a supervised step.
    package var total: Int?
    /// Makes the value.
    package init(step: Int, attempt: Int, stream: OutputStreamName, bytes: [UInt8], total: Int? = nil) {
        self.total = total
        self.step = step
        self.attempt = attempt
        self.stream = stream
        self.bytes = bytes
    }
}

/// How a branch ended.
package struct BranchEnd: Codable, Sendable, Hashable {
    /// A final state, or `waiting` for a branch that is given back.
    package var state: BranchState
    /// Why, where that is not plain.
    package var cause: String?
    /// Makes the value.
    package init(state: BranchState, cause: String? = nil) {
        self.state = state
        self.cause = cause
    }
}

/// The result of a connection test.
package struct ProbeResult: Codable, Sendable {
    /// The test's id.
    package var id: String
    /// What was found.
    package var result: ConnectionTest
    /// The host key that was accepted on first use, to be pinned.
    package var firstSeenKey: ReportHostKey?
    /// Makes the value.
    package init(id: String, result: ConnectionTest, firstSeenKey: ReportHostKey? = nil) {
        self.id = id
        self.result = result
        self.firstSeenKey = firstSeenKey
    }
}

/// What was stored.
package struct ReportReceipt: Codable, Sendable {
    /// Branches whose entries were refused because this worker no longer holds them.
    package var revoked: [BranchKey]
    /// Branches in place of those that ended; absent when there are none.
    package var lease: Lease?
    /// Makes the value.
    package init(revoked: [BranchKey], lease: Lease? = nil) {
        self.revoked = revoked
        self.lease = lease
    }
}
