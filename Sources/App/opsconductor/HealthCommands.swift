import ArgumentParser
import Client
import Conductor
import Contracts
import Foundation
import Vocabulary
import Web

/// Asks the server of this machine whether it is ready; its subcommands are about the health of targets.
struct Health: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Look at the health of targets; without a subcommand, ask the server of this machine whether it is ready.",
        subcommands: [Ready.self, Status.self, Show.self, Check.self, Policies.self, Policy.self], defaultSubcommand: Ready.self)

    struct Ready: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask the server with the same HTTP_HOST and HTTP_PORT whether it is ready; exit code 0 if it is, for health checks.")

        func run() async throws {
            let settings = Settings(environment: ProcessInfo.processInfo.environment)
            var patience = HTTPClient.Patience()
            (patience.connect, patience.silence) = (.seconds(3), .seconds(5))
            let client = try HTTPClient(base: settings.ownAddress, patience: patience)
            let answer = try await client.send(HTTPClient.Request("GET", "/ready"))
            guard answer.status == 200 else { throw try await answer.problem() }
            Console.say("ready")
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List how targets are doing, and count them.")

        @OptionGroup var options: ServerOptions
        @Option(help: "A filter, for example 'env = production'.") var filter: String?
        @Option(help: "Only targets in this state; may be repeated.") var state: [HealthState] = []

        func run() async throws {
            let server = try options.connect()
            let found = try await server.all(TargetsAPI.health) {
                HealthQuery(filter: filter, state: state.isEmpty ? nil : state, limit: 500, cursor: $0)
            }
            let none = filter == nil && state.isEmpty ? "There are no targets." : "No targets match."
            try options.print(found, ["name", "state", "since", "checked", "ms", "cause"], none: none) { health in
                [
                    health.name, health.state.rawValue + (health.status == .maintenance ? " (maintenance)" : ""),
                    health.since?.description ?? "", health.checkedAt?.description ?? "never",
                    health.milliseconds.map { String(Int($0.rounded())) } ?? "", health.cause ?? "",
                ]
            }
            if options.output == .table, !found.isEmpty { Terminal.say(HealthText.counts(found)) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show how a target is doing, with every stage of its last failure.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var target: String

        func run() async throws {
            let found = try await options.connect().call(TargetsAPI.targetHealth, ["target": target])
            try options.print(found) { HealthText.lines(found) }
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a target at once; the result counts as any other. Exit code 1 when it is critical.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var target: String

        func run() async throws {
            let found = try await options.connect().call(TargetsAPI.checkHealth, ["target": target])
            try options.print(found) { HealthText.lines(found) }
            if found.health.state == .critical { throw ExitCode(1) }
        }
    }

    struct Policies: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List how often targets are checked, and what counts as critical; the first policy that matches counts.")

        @OptionGroup var options: ServerOptions

        func run() async throws {
            let found = try await options.connect().call(TargetsAPI.healthPolicies, [:]).items
            let headings = ["name", "filter", "every", "timeout", "fail after", "recover after", "slow after", "methods"]
            try options.print(found, headings, none: "There are no policies.") { policy in
                [
                    policy.name, policy.filter.isEmpty ? "all others" : policy.filter,
                    policy.enabled ? "\(policy.intervalSeconds) s" : "never", "\(policy.timeoutSeconds) s", String(policy.failThreshold),
                    String(policy.recoverThreshold), policy.warnMilliseconds.map { "\($0) ms" } ?? "", String(policy.methods),
                ]
            }
        }
    }
}

/// How health reads.
enum HealthText {
    /// For example `12 healthy, 1 critical`.
    static func counts(_ found: [TargetHealth]) -> String {
        let counts = HealthState.allCases.reversed().compactMap { state -> String? in
            let count = found.count { $0.state == state }
            return count == 0 ? nil : "\(count) \(state.rawValue)"
        }
        return counts.joined(separator: ", ")
    }

    /// Everything about one target.
    static func lines(_ found: TargetHealthDetail) -> [String] {
        let health = found.health
        var lines = [
            "\(health.name): \(health.state.rawValue)" + (health.since.map { " since \($0)" } ?? "")
                + (health.status == .maintenance ? ", in maintenance" : "")
        ]
        if let cause = health.cause { lines.append("  \(TextTable.visible(cause))") }
        for method in found.methods {
            let checked = method.checkedAt.map { "checked \($0)" } ?? "not checked yet"
            let next = method.nextAt.map { ", next \($0)" } ?? ""
            lines.append(
                "  \(method.method + 1). \(method.kind.rawValue): \(method.state.rawValue), \(checked)\(next), policy \(method.policy)")
            guard let failedAt = method.failedAt, let failure = method.lastFailure else { continue }
            lines.append("     last failure \(failedAt)")
            for stage in failure.stages {
                lines.append(
                    "     \(stage.succeeded ? "ok  " : "FAIL") \(stage.name.rawValue.replacing("_", with: " ")) \(stage.host) "
                        + TextTable.visible(stage.detail))
            }
        }
        return lines
    }
}

extension HealthState: ExpressibleByArgument {}
