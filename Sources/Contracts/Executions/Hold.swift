import Vocabulary

/// Why branches of an execution that wait are not given to workers.
package enum HoldReason: String, WireEnum {
    /// Another execution holds a lock that this one needs.
    case lock
    /// Another execution of the same job has not ended.
    case concurrency
    /// More targets failed than may, and the rollout says that a person decides.
    case failures
    /// Somebody paused it.
    case paused
    /// More targets failed than may, and the rollout was stopped for good.
    case stopped
}

/// What holds an execution up.
package struct Hold: Codable, Sendable, Hashable {
    /// The kind of reason.
    package var reason: HoldReason
    /// One sentence.
    package var detail: String
    /// The name of the lock.
    package var lock: String?
    /// The serial of the execution that it waits for.
    package var execution: String?
    /// Since when.
    package var since: Timestamp
    /// Makes the value.
    package init(_ reason: HoldReason, _ detail: String, lock: String? = nil, execution: String? = nil, since: Timestamp) {
        self.reason = reason
        self.detail = detail
        self.lock = lock
        self.execution = execution
        self.since = since
    }
}

/// What to pause.
package struct PauseExecution: Codable, Sendable {
    /// Why, for the history.
    package var reason: String?
    /// Makes the value.
    package init(reason: String? = nil) { self.reason = reason }
}

/// What an execution, or a part of it, waits for or came to.
package enum WhyCode: String, WireEnum {
    /// It has ended.
    case ended
    /// Another execution holds a lock, or another execution of the job runs.
    case held
    /// Somebody, or a number of failures, paused it.
    case paused
    /// The rollout lets them begin when those before them have ended.
    case batch
    /// A person is to decide.
    case approval
    /// As many runs work on the target as may.
    case slot
    /// As many run at a time as may.
    case parallelLimit = "parallel_limit"
    /// No worker was heard of lately.
    case noWorker = "no_worker"
    /// All workers are busy, or have more urgent work.
    case queued
    /// A worker runs it.
    case running
    /// It is being cancelled.
    case cancelling
    /// It is not known how it ended.
    case unclear
    /// It failed.
    case failed
    /// Steps were skipped.
    case skipped
}

/// One answer to "why".
package struct Why: Codable, Sendable, Hashable {
    /// The kind of answer.
    package var code: WhyCode
    /// One sentence.
    package var detail: String
    /// How many branches it is true of; absent for the execution as a whole.
    package var branches: Int?
    /// The number of the branch, when it is about one.
    package var branch: Int?
    /// The serial of another execution that it is about.
    package var execution: String?
    /// Makes the value.
    package init(_ code: WhyCode, _ detail: String, branches: Int? = nil, branch: Int? = nil, execution: String? = nil) {
        self.code = code
        self.detail = detail
        self.branches = branches
        self.branch = branch
        self.execution = execution
    }
}

/// What to explain.
package struct AskWhy: Codable, Sendable, WireConstrained {
    /// The number of one branch; the whole execution when absent.
    package var branch: Int?
    /// Makes the value.
    package init(branch: Int? = nil) { self.branch = branch }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["branch": .range(1...1_000_000)] }
}

/// Why an execution stands as it does.
package struct Explanation: Codable, Sendable {
    /// The answers, the most important first; at least one.
    package var why: [Why]
    /// The place in the queue for free workers, from 1; absent when nothing waits for one.
    package var position: Int?
    /// Makes the value.
    package init(why: [Why], position: Int? = nil) {
        self.why = why
        self.position = position
    }
}

/// A worker as Executions knows it.
package struct WorkerState: Codable, Sendable, Hashable {
    /// Its name.
    package var name: String
    /// When it was last heard of.
    package var seenAt: Timestamp
    /// The branches that it can run at the same time.
    package var slots: Int
    /// The branches that it runs.
    package var running: Int
    /// Whether it was heard of lately.
    package var alive: Bool
    /// Makes the value.
    package init(name: String, seenAt: Timestamp, slots: Int, running: Int, alive: Bool) {
        self.name = name
        self.seenAt = seenAt
        self.slots = slots
        self.running = running
        self.alive = alive
    }
}

/// What waits, in the order in which free workers take it.
package struct QueuePlace: Codable, Sendable {
    /// The place, from 1; absent for what is held up.
    package var position: Int?
    /// The execution.
    package var execution: Execution
    /// How many of its branches wait and could begin now.
    package var ready: Int
    /// Makes the value.
    package init(position: Int? = nil, execution: Execution, ready: Int) {
        self.position = position
        self.execution = execution
        self.ready = ready
    }
}
