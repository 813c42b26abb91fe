import Contracts
import Flow
import Store
import Vocabulary

/// Hears of events and writes down which rules act on them: once for each rule and event, however often an event is told.
struct RuleIntake: Sendable {
    let room: EventsRoom

    /// Takes news of other services.
    func take(_ delivery: NewsDelivery) async throws { try await hear(try HeardEvent.events(in: delivery)) }

    /// Takes events.
    func hear(_ events: [HeardEvent]) async throws {
        if events.isEmpty { return }
        let rules = try await room.database.read { try await room.rules.enabled(Set(events.map(\.kind)), in: $0) }
        let matches = Self.matches(rules, events)
        if matches.isEmpty { return }
        let states = try await room.database.transact(.lockingRows) { try await decide(matches, in: $0) }
        count(states)
    }

    /// Takes events in the transaction that makes them.
    func hear(_ events: [HeardEvent], in transaction: any Transaction) async throws {
        if events.isEmpty { return }
        let rules = try await room.rules.enabled(Set(events.map(\.kind)), in: transaction)
        let matches = Self.matches(rules, events)
        if !matches.isEmpty { count(try await decide(matches, in: transaction)) }
    }

    private func count(_ states: [RuleFiringState]) {
        for state in states where state != .due { room.counts.add(firing: state) }
        if states.contains(.due) { room.bell.ring() }
    }

    /// A rule that an event is about.
    struct Match: Sendable {
        let rule: EventRuleID
        let event: HeardEvent
    }

    private static func matches(_ rules: [StoredEventRule], _ events: [HeardEvent]) -> [Match] {
        events.flatMap { event in rules.filter { $0.isAbout(event) }.map { Match(rule: $0.id, event: event) } }
    }

    /// Writes down what rules do about events. The rules are locked, so that cooldowns and limits hold however many hear at the same time.
    private func decide(_ matches: [Match], in transaction: any Transaction) async throws -> [RuleFiringState] {
        let rules = try await room.rules.lock(Set(matches.map(\.rule)), in: transaction)
        let now = room.clock.now()
        var states: [RuleFiringState] = []
        for match in matches {
            guard let rule = rules[match.rule], let verdict = try await verdict(rule, match.event, at: now, in: transaction) else {
                continue
            }
            let firing = StoredFiring(
                id: .make(room.ids), rule: rule.id, key: match.event.key, subject: match.event.subject, sentence: match.event.sentence,
                at: match.event.at, content: match.event.content, state: verdict.state, reason: verdict.reason, about: match.event.about,
                decidedAt: now, nextTryAt: verdict.state == .due ? now : nil)
            if try await room.firings.insert(firing, in: transaction) { states.append(verdict.state) }
        }
        return states
    }

    /// What a rule does about an event; nil when its condition does not hold.
    private func verdict(
        _ rule: StoredEventRule, _ event: HeardEvent, at now: Timestamp, in transaction: any Transaction
    ) async throws -> (state: RuleFiringState, reason: String?)? {
        do throws(ExpressionError) {
            if let when = rule.definition.when, try !Expression(parsing: when).isTrue(ExpressionValues(event.content.tree)) { return nil }
        } catch {
            return (.failed, "The condition cannot be told: \(error.description)")
        }
        let chain = event.content.chain
        if chain.contains(rule.id.text) { return (.suppressed, "This rule led to that run itself.") }
        if chain.count > rule.longestChain {
            return (.suppressed, "\(chain.count) rules led to that run, and this rule acts after \(rule.longestChain) at most.")
        }
        let firings = room.firings
        if let cooldown = rule.definition.cooldownSeconds, cooldown > 0,
            let last = try await firings.acted(rule.id, since: now + .seconds(-cooldown), on: event.subject, in: transaction).last
        {
            return (.suppressed, "It acted on the same at \(last), less than \(cooldown) seconds before.")
        }
        let throttle = rule.throttle
        let acted = try await firings.acted(rule.id, since: now + .seconds(-throttle.seconds), in: transaction).count
        if acted >= throttle.most { return (.suppressed, "It acted \(acted) times within \(throttle.seconds) seconds, which is the most.") }
        return (.due, nil)
    }
}

extension StoredEventRule {
    /// Whether an event is one that it is about, apart from its condition.
    func isAbout(_ event: HeardEvent) -> Bool {
        guard event.kind == kind, source == nil || source == event.source else { return false }
        return switch kind {
        case .execution: definition.on.execution?.counted.contains { $0.rawValue == event.state } ?? false
        case .target: definition.on.target?.to.contains { $0.rawValue == event.state } ?? false
        case .schedule: definition.on.schedule?.counted.contains { $0.rawValue == event.state } ?? false
        }
    }
}
