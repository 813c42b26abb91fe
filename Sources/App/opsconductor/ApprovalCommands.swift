import ArgumentParser
import Client
import Contracts
import Vocabulary

/// Commands about decisions that runs wait for.
struct ApprovalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approval", abstract: "Look at decisions that runs wait for, and decide.",
        subcommands: [List.self, Approve.self, Reject.self])

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

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a run go on.")
        @OptionGroup var input: DecisionInput
        func run() async throws { try await input.decide(.approve) }
    }

    struct Reject: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let the step fail that a run waits at.")
        @OptionGroup var input: DecisionInput
        func run() async throws { try await input.decide(.reject) }
    }
}

/// What a decision on the command line is about.
struct DecisionInput: ParsableArguments {
    @OptionGroup var options: ServerOptions
    @Argument(help: "Serial or id of the run.") var execution: String
    @Option(help: "The number of the step; needed when the run waits at more than one.") var step: Int?
    @Option(help: "Why, for the history.") var comment: String?

    /// Decides.
    func decide(_ decision: Decision) async throws {
        let server = try options.connect()
        var number = step
        if number == nil {
            let open = try await server.call(ExecutionsAPI.approvals, [:], ApprovalQuery(execution: execution)).items
            guard open.count <= 1 else {
                let steps = open.map { "\($0.step) (\($0.stepName))" }.joined(separator: ", ")
                throw ClientFailure.usage("\(execution) waits at more than one step: \(steps). Say which with --step.")
            }
            number = open.first?.step
        }
        guard let number else { throw ClientFailure.usage("\(execution) waits for no decision.") }
        let done = try await server.call(
            ExecutionsAPI.decide, ["execution": execution, "step": String(number)], DecideApproval(decision: decision, comment: comment))
        try options.print(done) { ["\(done.serial), step \(done.step) (\(done.stepName)): \(done.state.rawValue)."] }
    }
}
