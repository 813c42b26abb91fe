import ArgumentParser
import Client
import Contracts
import Vocabulary

extension Health {
    /// Adds, changes and removes policies.
    struct Policy: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say how often targets are checked, and what counts as critical.", subcommands: [Set.self, Remove.self])

        struct Set: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Add a policy, or change the one of this name; what is not said stays as it is.")

            @OptionGroup var options: ServerOptions
            @Argument(help: "The name; `default` is the policy for targets that no other matches.") var name: String
            @Option(help: "Which targets it is for, for example 'env = production'.") var filter: String?
            @Option(help: "Its place in the order, from 1.") var position: Int?
            @Option(help: "Seconds from one check to the next; 0 for never.") var every: Int?
            @Option(help: "Most seconds that a check may take.") var timeout: Int?
            @Option(help: "So many checks in a row have to fail before a target is critical.") var failAfter: Int?
            @Option(help: "So many checks in a row have to succeed before it is healthy again.") var recoverAfter: Int?
            @Option(help: "Milliseconds after which a check is slow; 0 for never.") var slowAfter: Int?

            func run() async throws {
                let server = try options.connect()
                let present = try await server.call(TargetsAPI.healthPolicies, [:]).items
                    .first { $0.name.lowercased() == name.lowercased() }
                var save = present?.saved ?? SaveHealthPolicy(name: name)
                if let filter { save.filter = filter }
                if let position { save.position = position }
                if let every {
                    save.enabled = every > 0
                    if every > 0 { save.intervalSeconds = every }
                }
                if let timeout { save.timeoutSeconds = timeout }
                if let failAfter { save.failThreshold = failAfter }
                if let recoverAfter { save.recoverThreshold = recoverAfter }
                if let slowAfter { save.warnMilliseconds = slowAfter == 0 ? nil : slowAfter }
                let saved =
                    if let present {
                        try await server.call(TargetsAPI.updateHealthPolicy, ["policy": present.id.text], save)
                    } else {
                        try await server.call(TargetsAPI.createHealthPolicy, [:], save)
                    }
                try options.print(saved) { ["\(present == nil ? "Added" : "Changed") the policy \(saved.name)."] }
            }
        }

        struct Remove: AsyncParsableCommand {
            static let configuration = CommandConfiguration(abstract: "Remove a policy.")

            @OptionGroup var options: ServerOptions
            @Argument(help: "Name or id.") var name: String

            func run() async throws {
                _ = try await options.connect().call(TargetsAPI.deleteHealthPolicy, ["policy": name])
                if options.output == .table { Terminal.say("Removed the policy \(name).") }
            }
        }
    }
}

extension HealthPolicy {
    /// The policy as it would be saved again.
    fileprivate var saved: SaveHealthPolicy {
        SaveHealthPolicy(
            name: name, filter: filter, position: position, enabled: enabled, intervalSeconds: intervalSeconds,
            timeoutSeconds: timeoutSeconds, failThreshold: failThreshold, recoverThreshold: recoverThreshold,
            warnMilliseconds: warnMilliseconds, revision: revision)
    }
}
