import ArgumentParser
import Client
import Contracts
import Vocabulary

/// Commands about schedules.
struct ScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule", abstract: "Say when jobs run by themselves, and see what became of it.",
        subcommands: [
            List.self, Show.self, Create.self, Apply.self, Preview.self, Pause.self, Resume.self, Delete.self, Occurrences.self, Week.self,
            DeadManCommand.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List schedules with what was last and what is next.")

        @OptionGroup var options: ServerOptions
        @Option(help: "Only schedules whose name, description or job contains this.") var search: String?
        @Option(help: "Only schedules in this state: active, paused or ended.") var state: ScheduleState?

        func run() async throws {
            let schedules = try await options.connect().all(SchedulesAPI.list) {
                ScheduleQuery(search: search, state: state, limit: 500, cursor: $0)
            }
            try options.print(
                schedules, ["name", "serial", "job", "state", "next", "last", "became", "owner", "when"], none: "There are no schedules."
            ) {
                [
                    $0.definition.name, $0.serial, $0.job.name, $0.state.rawValue, $0.nextAt?.description ?? "",
                    $0.last?.at.description ?? "", $0.last?.state.rawValue ?? "", $0.owner.name, $0.words,
                ]
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a schedule.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var schedule: String

        func run() async throws {
            let found = try await options.connect().call(SchedulesAPI.show, ["schedule": schedule])
            try options.print(found) { ScheduleText.lines(found) }
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a schedule.", discussion: "Say exactly one of --cron, --every, --at and --rule.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "The name.") var name: String
        @Option(help: "The job, by name, serial or id.") var job: String
        @OptionGroup var timing: TimingOptions
        @Option(help: "What it is for.") var description: String?
        @Option(name: .shortAndLong, help: "A parameter as NAME=VALUE; may be repeated.") var parameter: [String] = []
        @Option(help: "A secret parameter as NAME=FILE, with - for standard input; may be repeated.") var secretFile: [String] = []
        @Option(help: "A filter of the targets; the job's own when absent.") var on: String?
        @Option(help: "A target to leave out, by name, serial or id; may be repeated.") var exclude: [String] = []
        @Option(help: "Most targets at a time.") var maxParallel: Int?
        @Option(help: "How urgent it is: low, normal, high or urgent.") var priority: RunPriority?
        @Option(help: "A name that only one run at a time may hold; may be repeated.") var lock: [String] = []
        @Option(help: "A calendar that must be open; may be repeated.") var calendar: [String] = []
        @Option(help: "What happens to instants that nobody was there for: skip, once or all.") var missed: MissedChoice?
        @Option(help: "With --missed all, so many at most.") var missedMost: Int?
        @Option(help: "What is no older than so many seconds counts as in time.") var grace: Int?
        @Option(help: "What happens when its last run has not ended: allow, skip or queue.") var overlap: OverlapPolicy?

        func run() async throws {
            let server = try options.connect()
            let found = try await server.call(JobsAPI.show, ["job": job])
            var run = ScheduledRun(
                targets: on, maxParallel: maxParallel, priority: priority, locks: lock.isEmpty ? nil : lock)
            let values = try RunInput.parameters(
                given: parameter, secretFiles: secretFile, definitions: found.definition.parameters ?? [])
            run.parameters = values.isEmpty ? nil : values
            for name in exclude { run.exclude = (run.exclude ?? []) + [try await server.target(name)] }
            var rule: MissedRuns?
            if missed != nil || missedMost != nil || grace != nil {
                rule = MissedRuns(policy: missed ?? (missedMost == nil ? .skip : .all), most: missedMost, graceSeconds: grace)
            }
            let definition = ScheduleDefinition(
                name: name, description: description, job: found.id.text, timing: timing.timing, run: run == ScheduledRun() ? nil : run,
                calendars: calendar.isEmpty ? nil : calendar, missed: rule, overlap: overlap)
            let saved = try await server.call(SchedulesAPI.create, [:], SaveSchedule(definition: definition))
            try options.print(saved) { ScheduleText.lines(saved) }
        }
    }

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create or update schedules by name from YAML files; the same files again change nothing.",
            discussion: "A document with `kind: calendar` or `kind: dead_man_rule` is one of those.")

        @OptionGroup var options: ServerOptions
        @Option(name: .shortAndLong, help: "A file, a folder or - for standard input; may be repeated.", completion: .file())
        var file: [String]
        @Option(help: "The value of a secret parameter that reads ••• in the files, as NAME=FILE; may be repeated.") var secretFile:
            [String] = []
        @Flag(help: "Only say what would change.") var dryRun = false

        func run() async throws {
            try await ScheduleText.apply(file, secretFiles: secretFile, dryRun: dryRun, options)
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a schedule fire no more until it is resumed.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var schedule: String
        @Option(help: "Why, for others.") var reason: String

        func run() async throws {
            let paused = try await options.connect().call(
                SchedulesAPI.pause, ["schedule": schedule], PauseSchedule(reason: reason))
            try options.print(paused) { ["Paused \(TextTable.visible(paused.definition.name))."] }
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a paused schedule fire again, from now on.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var schedule: String

        func run() async throws {
            let resumed = try await options.connect().call(SchedulesAPI.resume, ["schedule": schedule])
            let next = resumed.nextAt.map { "It is due next at \($0)." } ?? "It is not due any more."
            try options.print(resumed) { ["Resumed \(TextTable.visible(resumed.definition.name)). \(next)"] }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a schedule; what became of it and its runs stay.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var schedule: String

        func run() async throws {
            _ = try await options.connect().call(SchedulesAPI.delete, ["schedule": schedule])
            if options.output == .table { Terminal.say("Deleted \(schedule).") }
        }
    }
}

/// When a schedule is due, on the command line.
struct TimingOptions: ParsableArguments {
    @Option(help: "A cron expression of five or six fields, or a name such as @daily.") var cron: String?
    @Option(help: "A fixed interval such as 15m or 1h30m.") var every: String?
    @Option(help: "An instant such as 2026-12-31T17:00:00Z, or a local time of the zone such as 2026-12-31T18:00; may be repeated.") var at:
        [String] = []
    @Option(help: "A rule of RFC 5545, such as FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=18; it needs --start.") var rule: String?
    @Option(help: "The time zone, such as Europe/Berlin; UTC when absent.") var zone: String?
    @Option(help: "What happens at local times that clocks skip: shift or skip.") var skippedHours: SkippedHours?
    @Option(help: "What happens at local times that come twice: first, second or both.") var repeatedHours: RepeatedHours?
    @Option(help: "Nothing is due before it: an instant or a local time.") var start: String?
    @Option(help: "Nothing is due from it on.") var end: String?
    @Option(help: "How often it fires at most.") var mostRuns: Int?

    /// What was said.
    var timing: ScheduleTiming {
        ScheduleTiming(
            cron: cron, every: every, at: at.isEmpty ? nil : at, rule: rule, zone: zone, skippedHours: skippedHours,
            repeatedHours: repeatedHours, start: start, end: end, mostRuns: mostRuns)
    }
}

extension ScheduleState: ExpressibleByArgument {}
extension OccurrenceState: ExpressibleByArgument {}
extension MissedChoice: ExpressibleByArgument {}
extension OverlapPolicy: ExpressibleByArgument {}
extension SkippedHours: ExpressibleByArgument {}
extension RepeatedHours: ExpressibleByArgument {}
