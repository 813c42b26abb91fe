import ArgumentParser
import Client
import Contracts
import Vocabulary

/// Commands about what no run may do without more ado.
struct GuardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guard", abstract: "Look at and change how many targets a run may have and which environments are production.",
        subcommands: [Show.self, Change.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the guard.")
        @OptionGroup var options: ServerOptions

        func run() async throws {
            let found = try await options.connect().call(ExecutionsAPI.showGuard, [:])
            try options.print(found) { GuardCommand.lines(found) }
        }
    }

    struct Change: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Change the guard; what is not said stays as it is.")
        @OptionGroup var options: ServerOptions
        @Option(help: "Most targets of one run; 0 for no limit.") var mostTargets: Int?
        @Option(help: "The name of an environment that is production; may be repeated, and replaces all that were.") var production:
            [String] = []
        @Flag(help: "No environment is production.") var noProduction = false

        func validate() throws {
            if noProduction, !production.isEmpty { throw ValidationError("Give either --production or --no-production.") }
        }

        func run() async throws {
            let server = try options.connect()
            let present = try await server.call(ExecutionsAPI.showGuard, [:])
            var wish = SaveGuard(mostTargets: present.mostTargets, production: present.production, revision: present.revision)
            if let mostTargets { wish.mostTargets = mostTargets == 0 ? nil : mostTargets }
            if noProduction || !production.isEmpty { wish.production = production }
            let saved = try await server.call(ExecutionsAPI.saveGuard, [:], wish)
            try options.print(saved) { GuardCommand.lines(saved) }
        }
    }

    private static func lines(_ rules: RunGuard) -> [String] {
        [
            rules.mostTargets.map { "A run may have at most \($0) targets." } ?? "A run may have any number of targets.",
            rules.production.isEmpty
                ? "No environment is production." : "Production: \(TextTable.visible(rules.production.joined(separator: ", ")))",
        ]
    }
}
