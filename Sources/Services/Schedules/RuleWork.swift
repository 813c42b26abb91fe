import Contracts
import Vocabulary

/// Starts the runs of rules, however often it takes: one event starts one run of a rule.
struct RuleWork: Sendable {
    let room: EventsRoom

    /// Tries some of those that wait; returns how many.
    func tick() async throws -> Int {
        let now = room.clock.now()
        let claimed = try await room.database.transact(.lockingRows) { transaction in
            try await room.firings.claim(until: now + DeliveryWork.lease, at: now, limit: 20, in: transaction)
        }
        for firing in claimed {
            do {
                try await start(firing)
            } catch let error where !(error is CancellationError) {
                room.logger.warning("A rule could not act", metadata: ["rule": "\(firing.rule)", "error": "\(error)"])
            }
        }
        return claimed.count
    }

    /// What is known after a try.
    private enum Outcome {
        case fired(String)
        case failed(String)
        case unclear(String)
    }

    private func start(_ firing: StoredFiring) async throws {
        guard let rule = try await room.database.read({ try await room.rules.rule(firing.rule.text, in: $0) }) else { return }
        var outcome: Outcome
        do {
            outcome = try await launch(firing, rule)
        } catch let problem as Problem {
            outcome = problem.status < 500 ? .failed(problem.sentence) : .unclear(problem.detail)
        }
        let now = room.clock.now()
        if case .unclear(let detail) = outcome, now - firing.decidedAt > DeliveryWork.patience {
            outcome = .failed("No run could be started for a day: \(detail)")
        }
        switch outcome {
        case .fired(let execution): try await finish(firing, .fired, execution: execution, at: now)
        case .failed(let reason): try await finish(firing, .failed, reason: reason, at: now)
        case .unclear(let detail):
            let next = now + DeliveryWork.pause(after: firing.tries)
            try await room.database.transact {
                try await room.firings.wait(firing.id, until: next, reason: "It is tried again: \(detail)", in: $0)
            }
        }
    }

    private func finish(
        _ firing: StoredFiring, _ state: RuleFiringState, reason: String? = nil, execution: String? = nil, at now: Timestamp
    ) async throws {
        let isFirst = try await room.database.transact { transaction in
            try await room.firings.finish(firing.id, state, reason: reason, execution: execution, at: now, in: transaction)
        }
        if isFirst { room.counts.add(firing: state) }
    }

    private func launch(_ firing: StoredFiring, _ rule: StoredEventRule) async throws -> Outcome {
        guard let job = try await room.job(rule.job.id.text) else { return .failed("The job \(rule.job.name) was deleted.") }
        let mapped = EventMapping(values: rule.definition.run?.parameters ?? [:], job: job).read(firing.content.tree)
        if let mistake = mapped.mistake { return .failed(mistake) }
        var run = (rule.definition.run ?? TriggeredRun()).run(with: mapped.given)
        var only: [TargetID]?
        if let choice = rule.definition.targets {
            run.targets = firing.content.targets
            only = try await targets(choice, firing.content)
            guard only?.isEmpty == false else { return .failed("The event has no targets to run on.") }
        }
        let result = try await room.launch(
            LaunchJob(
                job: rule.job.id, run: run, only: only, owner: rule.owner.id,
                trigger: rule.trigger(at: firing.at, after: firing.content.chain),
                key: "rule/\(rule.id.text)/\(firing.key)"))
        if let receipt = result.receipt { return .fired(receipt.serial) }
        let detail = result.detail ?? "The run was refused."
        return result.refusal == .unavailable ? .unclear(detail) : .failed(detail)
    }

    private func targets(_ choice: RuleTargets, _ content: EventContent) async throws -> [TargetID] {
        if let target = content.target { return [target] }
        guard let execution = content.execution else { return [] }
        return try await room.peer.call(
            ExecutionsAPI.targets, [:], AskTargets(execution: execution, failed: choice == .failed), as: EventsRoom.caller
        ).targets
    }
}
