import ArgumentParser
import Client
import Contracts
import Vocabulary

/// Commands about decisions that runs wait for.
struct ApprovalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approval", abstract: "Look at decisions that runs wait for, and decide.",
        subcommands: [List.self, Show.self, Approve.self, Reject.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List decisions that runs wait for.")

        @OptionGroup var options: ServerOptions
        @Option(help: "Decisions in this state: pending, approved, rejected or expired.") var state: ApprovalState?

        func run() async throws {
            let approvals = try await options.connect().call(ExecutionsAPI.approvals, [:], ApprovalQuery(state: state)).items
            try options.print(
                approvals, ["serial", "job", "step", "targets", "asked for", "until", "started by", "approvers", "message"],
                none: "No run waits for a decision."
            ) { approval in
                [
                    approval.serial, approval.name, "\(approval.step) \(approval.stepName)", String(approval.waiting),
                    approval.askedAt.description, approval.deadline?.description ?? "", approval.startedBy,
                    approval.approvers.joined(separator: ", "), approval.message ?? "",
                ]
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what would run after a decision.",
            discussion:
                "The hash at the end stands for exactly this: `approval approve RUN --plan HASH` approves it, or nothing when it has changed."
        )
        @OptionGroup var input: WaitingStep

        func run() async throws {
            let (server, step) = try await input.find()
            let plan = try await server.call(ExecutionsAPI.approvalPlan, ["execution": input.execution, "step": String(step)])
            try input.options.print(plan) { Self.lines(plan) }
        }

        /// The plan for people.
        static func lines(_ plan: ApprovalPlan) -> [String] {
            var lines = ["\(plan.serial), step \(plan.step), \(plan.total) \(plan.total == 1 ? "target" : "targets")"]
            for target in plan.targets {
                lines += ["", "\(TextTable.visible(target.name)) (\(target.state.rawValue)): \(TextTable.visible(target.way))"]
                lines += target.changes.map { "  changed since the start: \(TextTable.visible($0))" }
                for step in target.steps { lines += JobCommand.Plan.lines(step) }
            }
            if plan.total > plan.targets.count { lines += ["", "and \(plan.total - plan.targets.count) more targets"] }
            return lines + ["", "hash \(plan.hash)"]
        }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a run go on.",
            discussion:
                "Without --plan it approves what would run at this moment; with the hash of `approval show` exactly that, or nothing.")
        @Option(help: "The hash that `approval show` printed.") var plan: String?
        @OptionGroup var input: DecisionInput
        func run() async throws { try await input.decide(.approve, plan: plan) }
    }

    struct Reject: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let the step fail that a run waits at.")
        @OptionGroup var input: DecisionInput
        func run() async throws { try await input.decide(.reject) }
    }
}

/// The step of a run that waits for a decision, on the command line.
struct WaitingStep: ParsableArguments {
    @OptionGroup var options: ServerOptions
    @Argument(help: "Serial or id of the run.") var execution: String
    @Option(help: "The number of the step; needed when the run waits at more than one.") var step: Int?

    /// Signs in and finds the step.
    func find() async throws -> (ServerConnection, Int) {
        let server = try options.connect()
        if let step { return (server, step) }
        let open = try await server.call(ExecutionsAPI.approvals, [:], ApprovalQuery(execution: execution)).items
        guard open.count <= 1 else {
            let steps = open.map { "\($0.step) (\($0.stepName))" }.joined(separator: ", ")
            throw ClientFailure.usage("\(execution) waits at more than one step: \(steps). Say which with --step.")
        }
        guard let step = open.first?.step else { throw ClientFailure.usage("\(execution) waits for no decision.") }
        return (server, step)
    }
}

/// What a decision on the command line is about.
struct DecisionInput: ParsableArguments {
    @OptionGroup var waiting: WaitingStep
    @Option(help: "Why, for the history.") var comment: String?

    /// Decides.
    func decide(_ decision: Decision, plan: String? = nil) async throws {
        let (server, step) = try await waiting.find()
        var hash = plan
        if decision == .approve, hash == nil {
            hash = try await server.call(ExecutionsAPI.approvalPlan, ["execution": waiting.execution, "step": String(step)]).hash
        }
        let done = try await server.call(
            ExecutionsAPI.decide, ["execution": waiting.execution, "step": String(step)],
            DecideApproval(decision: decision, comment: comment, plan: hash))
        try waiting.options.print(done) { ["\(done.serial), step \(done.step) (\(done.stepName)): \(done.state.rawValue)."] }
    }
}
