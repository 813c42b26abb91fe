import Contracts
import Vocabulary
import Web

/// Starts the runs that messages ask for, however often it takes: one message starts one run.
struct DeliveryWork: Sendable {
    let room: EventsRoom

    /// So long whoever took a message, or claimed it, may take to start its run before another one tries.
    static let lease = Duration.seconds(15)
    /// So long it is tried.
    static let patience = Duration.seconds(86_400)

    /// What a message asks for.
    static func launch(_ run: RunJob, _ delivery: WebhookDelivery, _ webhook: StoredWebhook) -> LaunchJob {
        LaunchJob(
            job: webhook.job.id, run: run, owner: webhook.owner.id, trigger: webhook.trigger(at: delivery.receivedAt),
            key: "webhook/\(webhook.id.text)/\(delivery.id.text)")
    }

    /// A launch as it waits, because there may be secrets in it.
    func seal(_ launch: LaunchJob, of id: WebhookDeliveryID) throws -> String {
        Base64.encode(try room.vault.seal(try JSONCodec.encode(launch), for: StoredWebhook.place(id)))
    }

    /// Starts a run, and keeps what became of it; returns the delivery as it is then. Parts that do not answer are tried again later.
    func start(_ delivery: WebhookDelivery, _ launch: LaunchJob, tries: Int) async throws -> WebhookDelivery {
        var done = delivery
        var detail: String?
        do {
            let result = try await room.launch(launch)
            detail = result.detail
            if let receipt = result.receipt {
                (done.state, done.execution, done.reason) = (.started, receipt.serial, nil)
            } else if result.refusal != .unavailable {
                (done.state, done.reason) = (.refused, result.detail ?? "The run was refused.")
            }
        } catch let problem as Problem {
            if problem.status < 500 { (done.state, done.reason) = (.refused, problem.sentence) } else { detail = problem.detail }
        }
        let now = room.clock.now()
        if done.state == .received, now - delivery.receivedAt > Self.patience {
            (done.state, done.reason) = (.refused, "No run could be started for a day: \(detail ?? "parts did not answer").")
        }
        guard done.state != .received else { return try await wait(done, detail, tries: tries, at: now) }
        let finished = done
        let isFirst = try await room.database.transact { transaction in
            if finished.state == .refused { try await room.deliveries.unmark(finished.id, in: transaction) }
            return try await room.deliveries.finish(
                finished.id, finished.state, reason: finished.reason, execution: finished.execution, in: transaction)
        }
        if isFirst { room.counts.add(delivery: finished.state.rawValue) }
        return finished
    }

    private func wait(_ delivery: WebhookDelivery, _ detail: String?, tries: Int, at now: Timestamp) async throws -> WebhookDelivery {
        var waiting = delivery
        waiting.reason = "It is tried again: \(detail ?? "parts do not answer.")"
        let next = now + Self.pause(after: tries)
        try await room.database.transact { [waiting] in
            try await room.deliveries.wait(waiting.id, until: next, reason: waiting.reason, in: $0)
        }
        return waiting
    }

    /// How long nothing is tried after so many tries.
    static func pause(after tries: Int) -> Duration { .seconds(min(2 << min(tries, 7), 120)) }

    /// Tries some of those that wait; returns how many.
    func tick() async throws -> Int {
        let now = room.clock.now()
        let claimed = try await room.database.transact(.lockingRows) { transaction in
            try await room.deliveries.claim(until: now + Self.lease, at: now, limit: 20, in: transaction)
        }
        for stored in claimed {
            do {
                let sealed = stored.launch.flatMap(Base64.decode) ?? []
                let bytes = try room.vault.open(sealed, for: StoredWebhook.place(stored.delivery.id))
                _ = try await start(stored.delivery, try JSONCodec.decode(LaunchJob.self, from: bytes), tries: stored.tries)
            } catch let error where !(error is CancellationError) {
                room.logger.warning(
                    "A message to a webhook could not be dealt with",
                    metadata: ["delivery": "\(stored.delivery.id)", "error": "\(error)"])
            }
        }
        return claimed.count
    }
}
