import Vocabulary

/// The endpoints of the Executions service: runs, their results and output, and the work of the workers.
package enum ExecutionsAPI {
    /// Executions, newest first.
    package static let list = Endpoint<ExecutionQuery, Page<Execution>>(
        .get, "/api/executions", needs: .executionsRead, "Lists executions, newest first")
    /// Runs one command on the targets that match a filter, as a logged execution.
    package static let runCommand = Endpoint<RunCommand, RunReceipt>(
        .post, "/api/executions", answers: .accepted, needs: .commandsRun,
        "Runs one command on the targets that match a filter, as a logged execution")
    /// One execution by id or serial.
    package static let show = Endpoint<Nothing, ExecutionDetail>(
        .get, "/api/executions/{execution}", needs: .executionsRead, "Shows an execution")
    /// The branches of an execution by number, with the results of their steps.
    package static let branches = Endpoint<BranchQuery, Page<Branch>>(
        .get, "/api/executions/{execution}/branches", needs: .executionsRead,
        "Lists the branches of an execution with the results of their steps")
    /// What happened in an execution after a sequence number, as `/ws` sends it.
    package static let feed = Endpoint<FeedQuery, Feed>(
        .get, "/api/executions/{execution}/feed", needs: .executionsRead,
        "Lists what happened in an execution after a sequence number")
    /// The output of a step as its bytes, or of more than one with a heading each.
    package static let log = Endpoint<LogQuery, Download>(
        .get, "/api/executions/{execution}/log", needs: .executionsRead, "Downloads output byte by byte")
    /// Cancels an execution or some of its branches and proves that the processes are gone.
    package static let cancel = Endpoint<CancelExecution, Execution>(
        .post, "/api/executions/{execution}/cancel", answers: .accepted, needs: .executionsCancel,
        "Cancels an execution or some of its branches")
    /// Ends an execution in the books, whatever its workers do.
    package static let close = Endpoint<CloseExecution, Execution>(
        .post, "/api/executions/{execution}/close", needs: .executionsCancel,
        "Ends an execution in the books, whatever its workers do; what ran there is not proved to be gone")
    /// Runs the same version with the same parameters again, on all its targets or on those that did not succeed.
    package static let rerun = Endpoint<RerunExecution, RunReceipt>(
        .post, "/api/executions/{execution}/rerun", answers: .accepted, needs: .jobsRun,
        "Runs the same again, on all targets or on those that did not succeed")

    /// Lets no further branch begin; what runs goes on.
    package static let pause = Endpoint<PauseExecution, Execution>(
        .post, "/api/executions/{execution}/pause", needs: .executionsCancel, "Lets no further branch of an execution begin")
    /// Lets branches begin again after a pause; failures so far no longer count.
    package static let proceed = Endpoint<Nothing, Execution>(
        .post, "/api/executions/{execution}/continue", needs: .executionsCancel, "Lets branches begin again after a pause")
    /// Why an execution, or one of its branches, stands as it does.
    package static let why = Endpoint<AskWhy, Explanation>(
        .get, "/api/executions/{execution}/why", needs: .executionsRead, "Explains why an execution stands as it does")
    /// Executions with branches that wait, in the order in which free workers take them; what is held up stands last.
    package static let queue = Endpoint<PageQuery, Page<QueuePlace>>(
        .get, "/api/executions/queue", needs: .executionsRead, "Lists what waits for workers, in order")
    /// The workers that were heard of in the last day.
    package static let workers = Endpoint<PageQuery, Page<WorkerState>>(
        .get, "/api/executions/workers", needs: .executionsRead, "Lists the workers")

    /// Decisions that runs wait for, the oldest first, or that were made, the newest first.
    package static let approvals = Endpoint<ApprovalQuery, Page<Approval>>(
        .get, "/api/executions/approvals", needs: .executionsRead, "Lists decisions that executions wait for")
    /// What would run after a decision, with the hash to decide with.
    package static let approvalPlan = Endpoint<Nothing, ApprovalPlan>(
        .get, "/api/executions/{execution}/approvals/{step}", needs: .executionsRead, "Shows what would run after a decision")
    /// Decides what an execution waits for.
    package static let decide = Endpoint<DecideApproval, Approval>(
        .post, "/api/executions/{execution}/approvals/{step}", needs: .executionsApprove, "Approves or rejects a step of an execution")

    /// What no run may do without more ado.
    package static let showGuard = Endpoint<Nothing, RunGuard>(
        .get, "/api/executions/guard", needs: .executionsRead, "Shows how many targets a run may have and which environments are production"
    )
    /// Changes the guard.
    package static let saveGuard = Endpoint<SaveGuard, RunGuard>(
        .put, "/api/executions/guard", needs: .guardWrite, "Says how many targets a run may have and which environments are production")

    /// Starts an execution of a job, for Jobs.
    package static let start = Endpoint<StartExecution, RunReceipt>(
        .post, "/api/executions/internal/start", answers: .accepted, needs: .service, "Starts an execution of a job")
    /// Starts many executions of jobs at once, for Jobs; one that cannot be does not hold up the others.
    package static let startMany = Endpoint<StartExecutions, StartedExecutions>(
        .post, "/api/executions/internal/start-many", needs: .service, repeatable: true, "Starts many executions of jobs at once")
    /// Which of some starts have begun an execution, for Schedules.
    package static let begun = Endpoint<AskBegun, BegunExecutions>(
        .post, "/api/executions/internal/begun", needs: .service, repeatable: true, "Says which starts have begun an execution")
    /// The targets of an execution, for Schedules.
    package static let targets = Endpoint<AskTargets, ExecutionTargets>(
        .post, "/api/executions/internal/targets", needs: .service, repeatable: true, "Lists targets of an execution")
    /// What an execution would do, for Jobs.
    package static let plan = Endpoint<StartExecution, JobPlan>(
        .post, "/api/executions/internal/plan", needs: .service, repeatable: true, "Shows what an execution would do")
    /// One execution by id or serial, for Notifications.
    package static let find = Endpoint<FindExecution, Execution>(
        .post, "/api/executions/internal/find", needs: .service, repeatable: true, "Finds an execution by id or serial")
    /// Tests how a target can be reached, for Targets; answers when a worker has done it.
    package static let probe = Endpoint<ProbeTarget, ConnectionTest>(
        .post, "/api/executions/internal/probe", needs: .service, patience: .seconds(120), "Has a worker test how a target can be reached")

    /// Leases branches and probes to a worker; waits until there is some work or news.
    package static let lease = Endpoint<AskLease, Lease>(
        .post, "/api/executions/worker/lease", needs: .worker, patience: .seconds(35), "Leases branches to a worker")
    /// Keeps leases alive and hears which branches to end.
    package static let heartbeat = Endpoint<Heartbeat, HeartbeatAnswer>(
        .post, "/api/executions/worker/heartbeat", needs: .worker, repeatable: true, patience: .seconds(4), "Keeps leases alive")
    /// Stores output and results of leased branches; what comes under an old fencing token is refused.
    package static let report = Endpoint<WorkerReport, ReportReceipt>(
        .post, "/api/executions/worker/report", needs: .worker, repeatable: true, "Stores output and results of leased branches"
    )
}

/// What a `ExecutionID` names.
package enum ExecutionSubject {}
/// An execution's id.
package typealias ExecutionID = Identifier<ExecutionSubject>
