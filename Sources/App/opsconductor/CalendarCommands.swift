import ArgumentParser
import Client
import Contracts
import Vocabulary

/// Commands about calendars.
struct CalendarCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calendar", abstract: "Say when scheduled runs may begin: maintenance windows and blackouts.",
        subcommands: [List.self, Show.self, Apply.self, Delete.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List calendars.")

        @OptionGroup var options: ServerOptions

        func run() async throws {
            let calendars = try await options.connect().all(SchedulesAPI.calendars) { PageQuery(limit: 500, cursor: $0) }
            try options.print(
                calendars, ["name", "open", "until", "windows", "blackouts", "targets", "schedules", "description"],
                none: "There are no calendars."
            ) {
                [
                    $0.definition.name, $0.isOpen ? "yes" : "no", $0.opensAt?.description ?? "",
                    String($0.definition.openings?.count ?? 0), String($0.definition.blackouts?.count ?? 0), $0.definition.targets ?? "",
                    String($0.schedules), $0.definition.description ?? "",
                ]
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a calendar.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name or id.") var calendar: String

        func run() async throws {
            let found = try await options.connect().call(SchedulesAPI.calendar, ["calendar": calendar])
            try options.print(found) {
                var lines = FieldList.lines([
                    ("name", found.definition.name), ("zone", found.definition.zone ?? "UTC"), ("targets", found.definition.targets),
                    ("open", found.isOpen ? "yes" : "no"), ("why", found.closure), ("opens", found.opensAt?.description),
                    ("schedules", String(found.schedules)), ("description", found.definition.description),
                ])
                for (title, windows) in [("openings", found.definition.openings), ("blackouts", found.definition.blackouts)] {
                    guard let windows, !windows.isEmpty else { continue }
                    lines += ["", title] + windows.map { "  \(TextTable.visible(Self.words($0)))" }
                }
                return lines
            }
        }

        /// A window in words.
        static func words(_ window: CalendarWindow) -> String {
            let name = window.name.map { "\($0): " } ?? ""
            if let weekly = window.weekly {
                return "\(name)\(weekly.days.map(\.rawValue).joined(separator: ", ")) from \(weekly.from) to \(weekly.to)"
            }
            if let dates = window.dates { return "\(name)from \(dates.from) to \(dates.to), both in it" }
            if let span = window.span { return "\(name)from \(span.from) to \(span.to)" }
            return "\(name)\(window.rule.map { "\($0.rule) from \($0.start), each for \($0.duration)" } ?? "")"
        }
    }

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create or update calendars by name from YAML files; the same files again change nothing.",
            discussion: "Each document begins with `kind: calendar`.")

        @OptionGroup var options: ServerOptions
        @Option(name: .shortAndLong, help: "A file, a folder or - for standard input; may be repeated.", completion: .file())
        var file: [String]
        @Flag(help: "Only say what would change.") var dryRun = false

        func run() async throws { try await ScheduleText.apply(file, secretFiles: [], dryRun: dryRun, options) }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a calendar that no schedule names.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name or id.") var calendar: String

        func run() async throws {
            _ = try await options.connect().call(SchedulesAPI.deleteCalendar, ["calendar": calendar])
            if options.output == .table { Terminal.say("Deleted \(calendar).") }
        }
    }
}

/// Commands about dead-man rules.
struct DeadManCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rule", abstract: "Say which runs must happen, and see where they did not.",
        subcommands: [List.self, Show.self, Create.self, Delete.self, Alerts.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List dead-man rules.")

        @OptionGroup var options: ServerOptions

        func run() async throws {
            let rules = try await options.connect().all(SchedulesAPI.rules) { PageQuery(limit: 500, cursor: $0) }
            try options.print(
                rules, ["name", "about", "state", "since", "last success", "rule", "why"], none: "There are no dead-man rules."
            ) {
                [
                    $0.definition.name, $0.definition.schedule.map { "schedule \($0)" } ?? "job \($0.definition.job ?? "")",
                    $0.state.rawValue,
                    $0.since.description, $0.lastSuccessAt?.description ?? "", $0.words, $0.sentence ?? "",
                ]
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a dead-man rule.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name or id.") var rule: String

        func run() async throws {
            let found = try await options.connect().call(SchedulesAPI.rule, ["rule": rule])
            try options.print(found) { DeadManCommand.lines(found) }
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a dead-man rule.",
            discussion: "Say one of --job and --schedule, and one of --succeed-by, --succeed-every and --takes-longer.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "The name.") var name: String
        @Option(help: "All runs of this job count, by name, serial or id.") var job: String?
        @Option(help: "Only runs that this schedule starts count, by name, serial or id.") var schedule: String?
        @Option(help: "A run must have succeeded by each of these times: a cron expression such as '0 6 * * *'.") var succeedBy: String?
        @Option(help: "The time zone of --succeed-by; UTC when absent.") var zone: String?
        @Option(help: "With --succeed-by: no longer ago than so many seconds.") var within: Int?
        @Option(help: "A run must succeed at least so often, for example 26h.") var succeedEvery: String?
        @Option(help: "No run takes longer than so many times what 95 of 100 took, for example 1.5.") var takesLonger: Double?

        func run() async throws {
            let definition = DeadManRuleDefinition(
                name: name, job: job, schedule: schedule,
                succeedBy: succeedBy.map { SucceedBy(cron: $0, zone: zone, withinSeconds: within) },
                succeedEvery: succeedEvery.map { SucceedEvery(every: $0) }, takesLonger: takesLonger.map { TakesLonger(times: $0) })
            let saved = try await options.connect().call(SchedulesAPI.createRule, [:], SaveDeadManRule(definition: definition))
            try options.print(saved) { DeadManCommand.lines(saved) }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a dead-man rule with its alerts.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name or id.") var rule: String

        func run() async throws {
            _ = try await options.connect().call(SchedulesAPI.deleteRule, ["rule": rule])
            if options.output == .table { Terminal.say("Deleted \(rule).") }
        }
    }

    struct Alerts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List times in which dead-man rules were broken, the newest first.")

        @OptionGroup var options: ServerOptions
        @Flag(help: "Only those that last.") var open = false

        func run() async throws {
            let alerts = try await options.connect().call(
                SchedulesAPI.alerts, [:], DeadManAlertQuery(open: open ? true : nil, limit: 500)
            ).items
            try options.print(alerts, ["rule", "since", "until", "what"], none: "No dead-man rule is or was broken.") {
                [$0.name, $0.since.description, $0.until?.description ?? "", $0.sentence]
            }
        }
    }

    /// What there is to know of a rule.
    static func lines(_ rule: DeadManRule) -> [String] {
        FieldList.lines([
            ("name", rule.definition.name), ("job", rule.definition.job), ("schedule", rule.definition.schedule), ("rule", rule.words),
            ("state", rule.state.rawValue), ("since", rule.since.description), ("why", rule.sentence),
            ("last success", rule.lastSuccessAt?.description), ("next check", rule.nextCheckAt?.description),
        ])
    }
}
