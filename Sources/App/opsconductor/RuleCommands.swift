import ArgumentParser
import Client
import Contracts
import Vocabulary
import Web

/// Commands about rules about events.
struct RuleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rule", abstract: "Let events start jobs: runs that fail, targets that turn unhealthy, schedules that miss.",
        subcommands: [Apply.self, List.self, Show.self, History.self, Delete.self])

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create or update rules by name from YAML files; the same files again change nothing.")
        @OptionGroup var options: ServerOptions
        @Option(name: .shortAndLong, help: "A file, a folder or - for standard input; may be repeated.", completion: .file())
        var file: [String]
        @Flag(help: "Only say what would change.") var dryRun = false

        func run() async throws {
            let files = try JobFiles.read(file)
            let receipt = try await options.connect().call(
                SchedulesAPI.applyEventRules, [:], ApplyEventRules(files: files, dryRun: dryRun ? true : nil))
            try options.print(receipt) { lines(receipt) }
            if receipt.rules.contains(where: { $0.action == .refused }) { throw ExitCode(2) }
        }

        private func lines(_ receipt: ApplyEventRulesReceipt) -> [String] {
            var lines: [String] = []
            for rule in receipt.rules {
                let isPlan = !receipt.applied && [.created, .updated].contains(rule.action)
                let name = rule.name.isEmpty ? rule.file : rule.name
                lines.append("\(isPlan ? "would be " : "")\(rule.action.rawValue) \(TextTable.visible(name))")
                lines += rule.changes.map { "  \($0)" }
                lines += rule.errors.map { "  \(JobText.place($0, in: rule.file))" }
            }
            if !receipt.applied { lines.append(dryRun ? "A dry run: nothing was changed." : "Nothing was changed.") }
            return lines
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List rules.")
        @OptionGroup var options: ServerOptions

        func run() async throws {
            let rules = try await options.connect().all(SchedulesAPI.eventRules) { PageQuery(limit: 500, cursor: $0) }
            try options.print(rules, ["name", "serial", "state", "last", "rule"], none: "There are no rules.") {
                [
                    $0.definition.name, $0.serial, $0.definition.enabled == false ? "off" : "on",
                    $0.last.map { "\($0.state.rawValue) \($0.decidedAt)" } ?? "", $0.words,
                ]
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a rule.")
        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var rule: String
        @Flag(help: "Print what it says as a document for `rule apply`.") var definition = false

        func run() async throws {
            let found = try await options.connect().call(SchedulesAPI.eventRule, ["event_rule": rule])
            if definition { return Terminal.say(try JSONCodec.text(found.definition)) }
            try options.print(found) {
                [TextTable.visible(found.words)]
                    + FieldList.lines([
                        ("name", found.definition.name), ("serial", found.serial), ("description", found.definition.description),
                        ("enabled", found.definition.enabled == false ? "no" : "yes"), ("when", found.definition.when),
                        ("cooldown", found.definition.cooldownSeconds.map { "\($0) s" }),
                        ("most", found.definition.throttle.map { "\($0.most) in \($0.seconds) s" }), ("owner", found.owner.name),
                        ("last", found.last.map { "\($0.decidedAt) \($0.state.rawValue): \($0.event)" }), ("why", found.last?.reason),
                    ])
            }
        }
    }

    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what rules did about events, newest first.")
        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id; all rules when absent.") var rule: String?
        @Option(help: "Only in this state: due, fired, suppressed or failed.") var state: RuleFiringState?
        @Option(help: "At most so many.") var limit = 50

        func run() async throws {
            let page = try await options.connect().call(
                SchedulesAPI.ruleFirings, [:], RuleFiringQuery(rule: rule, state: state, limit: min(max(limit, 1), 500)))
            try options.print(page.items, ["at", "rule", "state", "execution", "event", "reason"], none: "Nothing happened yet.") {
                [$0.at.description, $0.name, $0.state.rawValue, $0.execution ?? "", $0.event, $0.reason ?? ""]
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a rule with its history; its runs stay.")
        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var rule: String

        func run() async throws {
            _ = try await options.connect().call(SchedulesAPI.deleteEventRule, ["event_rule": rule])
            if options.output == .table { Terminal.say("Deleted \(rule).") }
        }
    }
}

extension RuleFiringState: ExpressibleByArgument {}
