import ArgumentParser
import Client
import Contracts

/// Commands about groups.
struct GroupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "group", abstract: "Save filters as groups.", subcommands: [Add.self, List.self, Delete.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Save a filter as a group.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "The name.") var name: String
        @Option(help: "The filter, for example 'tag = web'.") var filter: String
        @Option(help: "What it is for.") var description: String?

        func run() async throws {
            let group = try await options.connect().call(
                TargetsAPI.createGroup, [:], SaveTargetGroup(name: name, description: description, filter: filter))
            try options.print(group) { ["Saved \(group.name) with \(CommandText.count(group.count, "target"))."] }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List groups.")

        @OptionGroup var options: ServerOptions

        func run() async throws {
            let groups = try await options.connect().all(TargetsAPI.groups) { PageQuery(limit: 500, cursor: $0) }
            try options.print(groups, ["name", "targets", "filter", "description"], none: "There are no groups.") {
                [$0.name, String($0.count), $0.filter, $0.description]
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a group; its targets stay.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name or id.") var group: String

        func run() async throws {
            _ = try await options.connect().call(TargetsAPI.deleteGroup, ["group": group])
            if options.output == .table { Terminal.say("Deleted \(group).") }
        }
    }
}
