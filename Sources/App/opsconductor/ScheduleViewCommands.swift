import ArgumentParser
import Client
import Contracts
import Vocabulary

extension ScheduleCommand {
    struct Preview: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show when a schedule would be due, without saving it.",
            discussion: "Say exactly one of --cron, --every, --at and --rule, or the name of a schedule that is there.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "A schedule that is there, by name, serial or id.") var schedule: String?
        @OptionGroup var timing: TimingOptions
        @Option(help: "Its job, by name, serial or id: with it calendars count that are bound to targets.") var job: String?
        @Option(help: "A filter of the targets; the job's own when absent.") var on: String?
        @Option(help: "A calendar that must be open; may be repeated.") var calendar: [String] = []
        @Option(help: "How many instants.") var count = 10

        func run() async throws {
            let server = try options.connect()
            var input = PreviewSchedule(
                timing: timing.timing, job: job, run: on.map { ScheduledRun(targets: $0) }, calendars: calendar.isEmpty ? nil : calendar,
                count: count)
            if let schedule {
                let found = try await server.call(SchedulesAPI.show, ["schedule": schedule])
                input.schedule = found.id.text
                if input.timing == ScheduleTiming() { input.timing = found.definition.timing }
                if job == nil { input.job = found.job.id.text }
                if on == nil { input.run = ScheduledRun(targets: found.definition.run?.targets, exclude: found.definition.run?.exclude) }
                if calendar.isEmpty { input.calendars = found.definition.calendars }
            }
            let preview = try await server.call(SchedulesAPI.preview, [:], input)
            try options.print(preview) {
                var lines = [TextTable.visible(preview.words)]
                for occurrence in preview.occurrences {
                    lines.append(
                        "  \(occurrence.local)" + (occurrence.skipped.map { "  would be skipped: \(TextTable.visible($0))" } ?? ""))
                }
                if preview.occurrences.isEmpty { lines.append("It would never be due.") }
                return lines + (preview.ends && !preview.occurrences.isEmpty ? ["There are no more after these."] : [])
            }
        }
    }

    struct Occurrences: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what became of instants that were due, the newest first.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "A schedule, by name, serial or id; all when absent.") var schedule: String?
        @Option(
            help: "Only in this state: due, waiting, fired, late, skipped, missed or failed_to_start.") var state: OccurrenceState?
        @Option(help: "So many at most.") var limit = 50

        func validate() throws {
            guard (1...500).contains(limit) else { throw ValidationError("--limit is a number from 1 to 500.") }
        }

        func run() async throws {
            let query = OccurrenceQuery(schedule: schedule, state: state, limit: limit)
            let found = try await options.connect().call(SchedulesAPI.occurrences, [:], query).items
            try ScheduleText.print(found, options, none: "Nothing was due so far.")
        }
    }

    struct Week: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what was due and what will be, day by day.")

        @OptionGroup var options: ServerOptions
        @Option(help: "The beginning, such as 2026-12-28T00:00:00Z; the last Monday when absent.") var from: String?
        @Option(help: "So many days.") var days = 7
        @Option(help: "Only this schedule, by name, serial or id; may be repeated.") var schedule: [String] = []

        func validate() throws {
            guard (1...92).contains(days) else { throw ValidationError("--days is a number from 1 to 92.") }
        }

        func run() async throws {
            let server = try options.connect()
            var begin = Self.monday(SystemClock().now())
            if let from {
                guard let said = Timestamp(from) else { throw ClientFailure.usage("\(from) is no instant such as 2026-12-28T00:00:00Z.") }
                begin = said
            }
            var query = WeekQuery(from: begin, to: begin + .seconds(days * 86_400))
            for name in schedule {
                query.schedules = (query.schedules ?? []) + [try await server.call(SchedulesAPI.show, ["schedule": name]).id]
            }
            let view = try await server.call(SchedulesAPI.week, [:], query)
            if options.output == .json { return try options.print(view) { [] } }
            try ScheduleText.print(view.occurrences, options, none: "Nothing is due in this time.")
            if !view.cut.isEmpty { Terminal.say("\(CommandText.count(view.cut.count, "schedule")) have more occurrences than are shown.") }
            if !view.isComplete { Terminal.say("There are more schedules than are shown.") }
        }

        /// The Monday 00:00 UTC before an instant.
        private static func monday(_ now: Timestamp) -> Timestamp {
            let day = now.milliseconds / 86_400_000
            return Timestamp(milliseconds: (day - (day + 3) % 7) * 86_400_000)
        }
    }
}

/// Schedules as text.
enum ScheduleText {
    /// What there is to know of a schedule.
    static func lines(_ schedule: Schedule) -> [String] {
        let (definition, run) = (schedule.definition, schedule.definition.run)
        let parameters = (run?.parameters ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text ?? "")" }
        let last = schedule.last.map { "\($0.at) \($0.state.rawValue)\($0.execution.map { " \($0)" } ?? "")" }
        return FieldList.lines([
            ("name", definition.name), ("serial", schedule.serial), ("job", "\(schedule.job.name) (\(schedule.job.serial))"),
            ("state", schedule.state.rawValue), ("paused", schedule.pause.map { "by \($0.by): \($0.reason)" }),
            ("when", schedule.words), ("next", schedule.nextAt?.description), ("last", last), ("runs", String(schedule.runs)),
            ("targets", run?.targets), ("parameters", parameters.joined(separator: ", ")),
            ("locks", run?.locks?.joined(separator: ", ")), ("calendars", definition.calendars?.joined(separator: ", ")),
            ("missed", definition.missed.map { "\($0.policy.rawValue)\($0.most.map { ", at most \($0)" } ?? "")" }),
            ("overlap", definition.overlap?.rawValue), ("owner", schedule.owner.name), ("description", definition.description),
        ])
    }

    /// Prints occurrences.
    static func print(_ occurrences: [Occurrence], _ options: ServerOptions, none: String) throws {
        try options.print(occurrences, ["at", "schedule", "job", "state", "run", "ended", "why"], none: none) {
            [
                $0.at.description, $0.name, $0.job, $0.state.rawValue, $0.execution ?? "", $0.outcome?.rawValue ?? "", $0.reason ?? "",
            ]
        }
    }

    /// Applies files, and prints what changed.
    static func apply(_ paths: [String], secretFiles: [String], dryRun: Bool, _ options: ServerOptions) async throws {
        let files = try JobFiles.read(paths)
        var secrets: [String: Secret] = [:]
        for (name, path) in try RunInput.pairs(secretFiles, "a secret") { secrets[name] = Secret(try SecretInput.line(from: path)) }
        let receipt = try await options.connect().call(
            SchedulesAPI.apply, [:],
            ApplySchedules(files: files, secrets: secrets.isEmpty ? nil : secrets, dryRun: dryRun ? true : nil))
        try options.print(receipt) {
            var lines: [String] = []
            for document in receipt.documents {
                let name = TextTable.visible(document.name.isEmpty ? document.file : document.name)
                let isPlan = !receipt.applied && [.created, .updated].contains(document.action)
                let kind = document.kind.rawValue.replacing("_", with: "-")
                lines.append("\(isPlan ? "would be " : "")\(document.action.rawValue) \(kind) \(name)")
                lines += document.changes.map { "  \($0)" }
                lines += document.errors.map { "  \(JobText.place($0, in: document.file))" }
            }
            if !receipt.applied { lines.append(dryRun ? "A dry run: nothing was changed." : "Nothing was changed.") }
            return lines
        }
        if receipt.documents.contains(where: { $0.action == .refused && !$0.errors.isEmpty }) { throw ExitCode(2) }
    }
}
