import Calendar
import Contracts
import Vocabulary

/// What a dead-man rule says about the runs that there were: pure.
struct DeadManRules {
    /// The rule.
    let definition: DeadManRuleDefinition
    let zones: Zones

    /// After a deadline the news of a run that ended in time may still be on their way for so long.
    static let slack = Duration.seconds(10)

    /// What is known of the runs that count.
    struct Facts {
        /// What was until then does not count.
        var countsFrom: Timestamp
        /// When a run last succeeded.
        var lastSuccessAt: Timestamp?
        /// How long runs took that succeeded, the shortest first.
        var durations: [Duration] = []
        /// The oldest run that has not ended.
        var running: (execution: String, since: Timestamp)?
        /// The run that ended last, if it just did.
        var ended: (execution: String, duration: Duration)?
        /// Why it is broken now.
        var sentence: String?
    }

    /// What follows: why the rule is broken, and when to look again.
    struct Verdict: Equatable {
        var sentence: String?
        var checkAt: Timestamp?
    }

    /// Everything that is wrong with a definition.
    static func mistakes(in definition: DeadManRuleDefinition, zones: Zones) -> [ProblemPlace] {
        var places: [ProblemPlace] = []
        if [definition.job != nil, definition.schedule != nil].filter({ $0 }).count != 1 {
            places.append(ProblemPlace("say exactly one of job and schedule", pointer: "#/definition"))
        }
        if [definition.succeedBy != nil, definition.succeedEvery != nil, definition.takesLonger != nil].filter({ $0 }).count != 1 {
            places.append(ProblemPlace("say exactly one of succeed_by, succeed_every and takes_longer", pointer: "#/definition"))
        }
        if let rule = definition.succeedBy {
            do throws(ScheduleError) {
                _ = try deadlines(rule, definition.name, zones)
            } catch {
                places += (error.problem.errors ?? [])
            }
        }
        if let every = definition.succeedEvery?.every {
            do throws(CalendarError) {
                _ = try Calendar.Schedule.Timing.duration(every)
            } catch {
                places.append(ProblemPlace(error.description, pointer: "#/definition/succeed_every/every"))
            }
        }
        if let times = definition.takesLonger?.times, !(times > 0 && times <= 1000) {
            places.append(ProblemPlace("must be more than 0 and at most 1000", pointer: "#/definition/takes_longer/times"))
        }
        return places
    }

    /// The rule in one sentence.
    var words: String {
        if let rule = definition.succeedBy {
            let within = rule.withinSeconds.map { ", no longer than \(Self.text(.seconds($0))) before" } ?? ", since the deadline before"
            let schedule = try? Self.deadlines(rule, definition.name, zones)
            return "A run must have succeeded by each of these times\(within): \(schedule?.words ?? rule.cron)"
        }
        if let rule = definition.succeedEvery { return "A run must succeed at least every \(rule.every)." }
        let rule = definition.takesLonger ?? TakesLonger()
        let times = rule.times.map { $0 == 1 ? "" : "\(Self.number($0)) times " } ?? ""
        return "No run takes longer than \(times)what 95 of 100 runs took."
    }

    /// Whether the rule is broken at an instant.
    func verdict(_ facts: Facts, at now: Timestamp) -> Verdict {
        if let rule = definition.succeedBy { return deadline(rule, facts, now) }
        if let rule = definition.succeedEvery { return interval(rule, facts, now) }
        return length(definition.takesLonger ?? TakesLonger(), facts, now)
    }

    private static func deadlines(_ rule: SucceedBy, _ name: String, _ zones: Zones) throws(ScheduleError) -> Calendar.Schedule {
        try TimingReader.read(
            ScheduleTiming(cron: rule.cron, zone: rule.zone), key: StoredSchedule.key(name), zones: zones,
            place: "#/definition/succeed_by")
    }

    private func deadline(_ rule: SucceedBy, _ facts: Facts, _ now: Timestamp) -> Verdict {
        guard let schedule = try? Self.deadlines(rule, definition.name, zones) else {
            return Verdict(sentence: facts.sentence, checkAt: now + .seconds(60))
        }
        let next = schedule.next(after: now + (.zero - Self.slack)).map { $0 + Self.slack }
        // A success after the last deadline makes all well again.
        guard let last = schedule.previous(before: now + (.zero - Self.slack) + .milliseconds(1)), last > facts.countsFrom else {
            return Verdict(sentence: nil, checkAt: next)
        }
        let begins = rule.withinSeconds.map { last + (.zero - .seconds($0)) } ?? schedule.previous(before: last) ?? facts.countsFrom
        if let success = facts.lastSuccessAt, success > max(begins, facts.countsFrom) { return Verdict(sentence: nil, checkAt: next) }
        let success = facts.lastSuccessAt.map { "the last that did ended \(schedule.zone.words(at: $0))" } ?? "none ever did"
        return Verdict(sentence: "A run had to succeed by \(schedule.zone.words(at: last)), and \(success).", checkAt: next)
    }

    private func interval(_ rule: SucceedEvery, _ facts: Facts, _ now: Timestamp) -> Verdict {
        let seconds = (try? Calendar.Schedule.Timing.duration(rule.every)) ?? 86_400
        let due = (facts.lastSuccessAt.map { max($0, facts.countsFrom) } ?? facts.countsFrom) + .seconds(seconds)
        if now < due { return Verdict(sentence: nil, checkAt: due) }
        let success = facts.lastSuccessAt.map { "the last one ended \($0.description.prefix(19))Z" } ?? "none did since the rule was made"
        return Verdict(sentence: "No run has succeeded for \(rule.every): \(success).", checkAt: nil)
    }

    private func length(_ rule: TakesLonger, _ facts: Facts, _ now: Timestamp) -> Verdict {
        guard let limit = limit(rule, facts.durations) else { return Verdict(sentence: nil, checkAt: nil) }
        let (spoken, usual) = (Self.text(limit), Self.text(Self.usual(facts.durations)))
        let pause = min(max(limit / 10, .seconds(5)), .seconds(60))
        if let running = facts.running, now - running.since > limit {
            let runs = Self.text(now - running.since)
            return Verdict(
                sentence:
                    "\(running.execution) runs for \(runs) already; 95 of 100 runs took at most \(usual), and the limit is \(spoken).",
                checkAt: now + pause)
        }
        if let ended = facts.ended, ended.duration > limit {
            return Verdict(
                sentence:
                    "\(ended.execution) took \(Self.text(ended.duration)); 95 of 100 runs took at most \(usual), and the limit is \(spoken).",
                checkAt: now + pause)
        }
        // What is wrong stays so until a run ends within the limit.
        return Verdict(sentence: facts.ended == nil ? facts.sentence : nil, checkAt: now + pause)
    }

    /// How long a run may take; nil as long as too few runs succeeded.
    func limit(_ rule: TakesLonger, _ durations: [Duration]) -> Duration? {
        guard durations.count >= rule.leastRuns ?? 20 else { return nil }
        return max(Self.usual(durations) * (rule.times ?? 1), .seconds(rule.leastSeconds ?? 10))
    }

    /// What 95 of 100 runs took at most (nearest rank); the durations are sorted.
    static func usual(_ durations: [Duration]) -> Duration {
        durations.isEmpty ? .zero : durations[max(0, (durations.count * 95 + 99) / 100 - 1)]
    }

    /// A duration for people, such as `1h 20m` or `2.5s`.
    static func text(_ duration: Duration) -> String {
        let seconds = duration.seconds
        if seconds < 60 { return "\(number((seconds * 10).rounded() / 10))s" }
        let whole = Int(seconds.rounded())
        let parts = [(whole / 86_400, "d"), (whole / 3600 % 24, "h"), (whole / 60 % 60, "m"), (whole % 60, "s")]
        return parts.drop { $0.0 == 0 }.prefix(2).filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined(separator: " ")
    }

    private static func number(_ value: Double) -> String { value == value.rounded() ? String(Int(value)) : String(value) }
}
