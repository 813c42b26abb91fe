import Contracts
import Store
import Vocabulary
import Web

/// Shows the messages to webhooks, tries some out and does them again.
struct DeliveryOperations: Sendable {
    let room: EventsRoom

    /// One page, newest first.
    func list(_ reference: String, _ query: WebhookDeliveryQuery) async throws -> Page<WebhookDelivery> {
        let limit = min(max(query.limit ?? 50, 1), 500)
        if let cursor = query.cursor, WebhookDeliveryID(cursor) == nil { throw EventError.cursor }
        return try await room.database.read { transaction in
            let webhook = try await WebhookOperations(room: room).load(reference, in: transaction)
            let found = try await room.deliveries.page(
                of: webhook.id, query, before: query.cursor?.lowercased(), limit: limit + 1, in: transaction)
            return Page(
                items: Array(found.prefix(limit)), nextCursor: found.count > limit ? found[limit - 1].id.text : nil)
        }
    }

    /// One with what came.
    func show(_ reference: String, _ id: String) async throws -> WebhookDeliveryDetail {
        try await room.database.read { try await load(reference, id, in: $0).1.shown }
    }

    /// What a message would do.
    func tryOut(_ input: TryWebhook) async throws -> TriedWebhook {
        let webhook: StoredWebhook? = if let reference = input.webhook { try await load(reference) } else { nil }
        guard let definition = input.definition ?? webhook?.definition else {
            throw EventError.invalid(.webhook, [ProblemPlace("Name a webhook, or say what one would be.", pointer: "#/webhook")])
        }
        let message = try await message(input, webhook)
        let job: TriggeredJob?
        if input.definition == nil, let webhook {
            job = try await room.job(webhook.job.id.text)
        } else {
            job = try await room.job(try await WebhookOperations(room: room).checked(definition).1.id.text)
        }
        let judge = WebhookJudge(definition: definition, job: job)
        let judgement = judge.judge(message)
        return TriedWebhook(
            state: judgement.state, reason: judgement.reason, matches: judgement.matches, parameters: judgement.mapped.tried,
            targets: definition.run?.targets.flatMap { $0.isEmpty ? nil : $0 } ?? job?.targets)
    }

    private func load(_ reference: String) async throws -> StoredWebhook {
        try await room.database.read { try await WebhookOperations(room: room).load(reference, in: $0) }
    }

    private func message(_ input: TryWebhook, _ webhook: StoredWebhook?) async throws -> WebhookMessage {
        switch (input.delivery, input.sample) {
        case (nil, let sample?): return WebhookMessage(headers: sample.headers ?? [:], body: sample.body)
        case (let id?, nil):
            guard let webhook else {
                throw EventError.invalid(.webhook, [ProblemPlace("Name the webhook that the delivery came to.", pointer: "#/webhook")])
            }
            let stored = try await room.database.read { try await load(webhook.id.text, id.text, in: $0).1 }
            guard let message = stored.message else {
                throw EventError.notRepeatable(stored.note ?? "What came is not kept.")
            }
            return message
        default:
            throw EventError.invalid(.webhook, [ProblemPlace("Give either a delivery or a sample.", pointer: "#/sample")])
        }
    }

    /// Does again what a message asked for, as the webhook is now; that it was sent before does not matter.
    func redeliver(_ reference: String, _ id: String, by caller: Caller) async throws -> WebhookReceipt {
        guard caller.holds(.jobsRun) else { throw EventError.mayNotRun }
        let (webhook, first) = try await room.database.read { try await load(reference, id, in: $0) }
        guard let message = first.message else { throw EventError.notRepeatable(first.note ?? "What came is not kept.") }
        guard first.isWhole else { throw EventError.notRepeatable("parts of it are masked.") }
        let judge = WebhookJudge(definition: webhook.definition, job: try await room.job(webhook.job.id.text))
        let judgement = judge.judge(message)
        let now = room.clock.now()
        let made = WebhookDelivery(
            id: .make(room.ids), webhook: webhook.id, state: judgement.state == .started ? .received : judgement.state,
            reason: judgement.reason, receivedAt: now, name: first.delivery.name, bytes: first.delivery.bytes,
            redeliveryOf: first.delivery.id)
        let launch = judgement.state == .started ? DeliveryWork.launch(judge.run(judgement), made, webhook) : nil
        let work = DeliveryWork(room: room)
        let stored = StoredDelivery(
            delivery: made, headers: first.headers, body: first.body, isWhole: true,
            launch: try launch.map { try work.seal($0, of: made.id) }, nextTryAt: launch == nil ? nil : now + DeliveryWork.lease)
        try await room.database.transact { transaction in
            try await room.deliveries.insert(stored, in: transaction)
            try await room.news.note(
                AuditNote(
                    "webhook.redelivered", AuditNote.Object("webhook", webhook.id.text, webhook.serial),
                    detail: "The delivery \(first.delivery.id.text) again.", by: SchedulesAPI.name, at: now),
                in: transaction)
        }
        room.news.ring()
        guard let launch else {
            room.counts.add(delivery: made.state.rawValue)
            return made.receipt
        }
        return try await work.start(made, launch, tries: 0).receipt
    }

    private func load(
        _ reference: String, _ id: String, in transaction: any Transaction
    ) async throws -> (StoredWebhook, StoredDelivery) {
        let webhook = try await WebhookOperations(room: room).load(reference, in: transaction)
        guard let id = WebhookDeliveryID(id), let stored = try await room.deliveries.delivery(id, of: webhook.id, in: transaction) else {
            throw EventError.notFound(.delivery, id)
        }
        return (webhook, stored)
    }
}
