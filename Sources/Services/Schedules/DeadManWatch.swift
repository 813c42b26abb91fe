import Contracts
import Store
import Vocabulary

/// What dead-man rules say when time passes and when runs end.
extension DeadManOperations {
    /// Looks at the rules that could be broken by now, also when nothing ran.
    func check() async throws {
        let changed = try await room.database.transact(.lockingRows) { transaction in
            let now = try await room.now(in: transaction)
            var changed = 0
            for var rule in try await room.rules.due(at: now, limit: 200, in: transaction) {
                var facts = facts(rule)
                if rule.definition.takesLonger != nil {
                    facts.durations = try await room.rules.durations(of: rule.id, in: transaction)
                    facts.running = try await room.rules.oldestRun(of: rule, in: transaction)
                }
                let next = verdict(rule, facts, at: now)
                if try await turn(&rule, next, at: now, in: transaction) { changed += 1 }
                try await room.rules.save(rule, in: transaction)
            }
            return changed
        }
        if changed > 0 { room.news.ring() }
    }

    /// Takes over how runs ended. Returns how many rules changed their state.
    func take(_ ended: [Execution], at now: Timestamp, in transaction: any Transaction) async throws -> Int {
        let jobs = Set(ended.compactMap(\.job))
        let schedules = Set(ended.compactMap(Self.schedule))
        var changed = 0
        for var rule in try await room.rules.about(jobs, schedules, in: transaction) {
            let runs = ended.filter { run in rule.schedule.map { $0 == Self.schedule(run) } ?? (rule.job == run.job) }
            guard !runs.isEmpty else { continue }
            for run in runs where run.state == .succeeded {
                if let end = run.endedAt, end > rule.lastSuccessAt ?? rule.countsFrom { rule.lastSuccessAt = end }
            }
            var facts = facts(rule)
            if rule.definition.takesLonger != nil {
                facts.durations = try await room.rules.durations(of: rule.id, in: transaction)
                facts.running = try await room.rules.oldestRun(of: rule, in: transaction)
                let times = runs.compactMap { run in
                    run.startedAt.flatMap { start in run.endedAt.map { RunTime(execution: run.serial, endedAt: $0, duration: $0 - start) } }
                }
                facts.ended = times.max { $0.duration < $1.duration }.map { ($0.execution, $0.duration) }
                let good = Set(runs.filter { $0.state == .succeeded }.map(\.serial))
                try await room.rules.add(times.filter { good.contains($0.execution) }, to: rule.id, in: transaction)
            }
            var next = verdict(rule, facts, at: now)
            // It has just become known how long runs take.
            if rule.definition.takesLonger != nil, next.checkAt == nil { next.checkAt = now + .seconds(60) }
            if try await turn(&rule, next, at: now, in: transaction) {
                changed += 1
                // A success that came too late for one deadline does not count for the next one as well.
                if rule.state == .kept, rule.definition.succeedBy != nil, let success = rule.lastSuccessAt { rule.countsFrom = success }
            }
            try await room.rules.save(rule, in: transaction)
        }
        return changed
    }

    private static func schedule(_ run: Execution) -> ScheduleID? {
        run.trigger?.kind == .schedule ? run.trigger?.id.flatMap { ScheduleID($0) } : nil
    }

    func facts(_ rule: StoredRule) -> DeadManRules.Facts {
        DeadManRules.Facts(countsFrom: rule.countsFrom, lastSuccessAt: rule.lastSuccessAt, sentence: rule.sentence)
    }

    func verdict(_ rule: StoredRule, _ facts: DeadManRules.Facts, at now: Timestamp) -> DeadManRules.Verdict {
        DeadManRules(definition: rule.definition, zones: room.zones).verdict(facts, at: now)
    }

    /// Moves a rule to the state of a verdict, with its alert and its news. True when the state changed.
    @discardableResult
    func turn(
        _ rule: inout StoredRule, _ verdict: DeadManRules.Verdict, at now: Timestamp, in transaction: any Transaction
    ) async throws -> Bool {
        rule.checkAt = verdict.checkAt
        let state: DeadManRuleState = verdict.sentence == nil ? .kept : .broken
        guard state != rule.state else { return false }
        (rule.state, rule.since, rule.sentence) = (state, now, verdict.sentence)
        let alert: DeadManAlert?
        if let sentence = verdict.sentence {
            let opened = DeadManAlert(id: room.ids.next(), rule: rule.id, name: rule.definition.name, sentence: sentence, since: now)
            try await room.rules.open(opened, in: transaction)
            (rule.alert, alert) = (opened.id, opened)
        } else {
            alert = if let open = rule.alert { try await room.rules.close(open, at: now, in: transaction) } else { nil }
            rule.alert = nil
        }
        guard let alert else { return true }
        try await room.news.tell(
            NotificationsAPI.name, state == .broken ? ScheduleNews.ruleBroken : ScheduleNews.ruleRecovered,
            ScheduleNews.Rule(rule: shown(rule), alert: alert, job: rule.definition.job), in: transaction, at: now)
        return true
    }
}
