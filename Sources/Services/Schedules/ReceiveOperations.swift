import Contracts
import Flow
import Store
import Vocabulary

/// Takes messages to webhooks.
struct ReceiveOperations: Sendable {
    let room: EventsRoom

    /// So many messages of one address may prove nothing within the window.
    static let mostUnproved = 30
    private static let unprovedWindow = Duration.seconds(60)

    /// A message that is what it says.
    private struct Genuine {
        let webhook: StoredWebhook
        let request: RawRequest
        let proof: WebhookSignature.Proof
        let address: String?
        let now: Timestamp

        /// By what it is known if it comes again: its name, and what was signed, for names are not signed. A token proves nothing about what it comes with.
        func marks(_ message: WebhookMessage) -> [String] {
            var marks: [String] = []
            if let name = proof.name { marks.append("name:\(WebhookSignature.digest(Array(name.utf8)))") }
            if webhook.definition.format != .gitlab || proof.name == nil { marks.append("signed:\(proof.digest)") }
            if let path = webhook.definition.deliveryId, let id = try? ValuePath(path).value(in: .object(message.tree)), let text = id.text
            {
                marks.append("id:\(WebhookSignature.digest(Array(text.utf8)))")
            }
            return marks
        }

        /// Until when it is known: as long as it could come again.
        var knownUntil: Timestamp {
            let from = proof.signedAt.map { max(now, Timestamp(milliseconds: $0 * 1000)) } ?? now
            return from + .seconds(webhook.window + 60)
        }

        func delivery(_ id: WebhookDeliveryID, _ state: WebhookDeliveryState, _ reason: String?) -> WebhookDelivery {
            WebhookDelivery(
                id: id, webhook: webhook.id, state: state, reason: reason, receivedAt: now, address: address, name: proof.name,
                bytes: request.body.count)
        }
    }

    /// Takes a message. One that came before is answered as then, and starts nothing.
    /// - Throws: `EventError.notProved` alike for webhooks that there are not and for messages that prove nothing.
    func receive(_ hook: String, _ request: RawRequest, from address: String?) async throws -> WebhookReceipt {
        let genuine = try await prove(hook, request, address)
        let webhook = genuine.webhook
        guard request.body.count <= webhook.bodyLimit else {
            try await refuse(genuine, "It has \(request.body.count) bytes, and this webhook takes \(webhook.bodyLimit) at most.")
            throw EventError.tooLarge(limit: webhook.bodyLimit)
        }
        let message: WebhookMessage
        do {
            message = try WebhookMessage(request, format: webhook.definition.format)
        } catch let error as any ProblemConvertible where error.problem.status < 500 {
            try await refuse(genuine, error.problem.detail)
            throw error
        }
        let marks = genuine.marks(message)
        if let receipt = try await duplicate(genuine, marks) { return receipt }
        let job = try await room.job(webhook.job.id.text)
        let judge = WebhookJudge(definition: webhook.definition, job: job)
        let judgement = judge.judge(message)
        var stored = try record(genuine, message, judgement, job)
        if judgement.state == .refused {
            try await keep(stored)
            throw EventError.refused(judgement.reason ?? "")
        }
        let launch = judgement.state == .started ? DeliveryWork.launch(judge.run(judgement), stored.delivery, webhook) : nil
        if let launch {
            stored.delivery.state = .received
            stored.launch = try DeliveryWork(room: room).seal(launch, of: stored.delivery.id)
            stored.nextTryAt = genuine.now + DeliveryWork.lease
        }
        if let receipt = try await keep(stored, genuine, marks) { return receipt }
        guard let launch else {
            room.counts.add(delivery: stored.delivery.state.rawValue)
            return stored.delivery.receipt
        }
        let done = try await DeliveryWork(room: room).start(stored.delivery, launch, tries: 0)
        if done.state == .refused { throw EventError.refused(done.reason ?? "") }
        return done.receipt
    }

    /// Finds the webhook, and out whether the message comes from its sender.
    private func prove(_ hook: String, _ request: RawRequest, _ address: String?) async throws -> Genuine {
        let brake = "webhook-failures:\(address ?? "-")"
        let counted = await room.brake.add(to: brake, window: Self.unprovedWindow)
        guard counted.count <= Self.mostUnproved else {
            room.counts.add(delivery: "throttled")
            throw EventError.tooManyAttempts(retryAfterSeconds: max(1, Int((counted.rest.milliseconds + 999) / 1000)))
        }
        await room.brake.withdraw(from: brake)
        let webhook = try await find(hook)
        let signature = webhook?.signature ?? WebhookSignature(format: .github, header: nil)
        let now = room.clock.now()
        // A webhook that is not there takes the time of one that is.
        let secrets = try webhook.map { try WebhookOperations(room: room).secrets(of: $0, at: now) } ?? [WebhookSecretText.random()]
        guard let webhook, let proof = signature.proof(of: request, secrets: secrets) else {
            _ = await room.brake.add(to: brake, window: Self.unprovedWindow)
            room.counts.add(delivery: "unproved")
            throw EventError.notProved
        }
        let genuine = Genuine(webhook: webhook, request: request, proof: proof, address: address, now: now)
        guard let signedAt = proof.signedAt else { return genuine }
        let age = now.milliseconds / 1000 - signedAt
        guard age.magnitude <= webhook.window else {
            _ = await room.brake.add(to: brake, window: Self.unprovedWindow)
            let error = EventError.staleMessage(seconds: age, window: webhook.window)
            room.counts.add(delivery: "stale")
            try await refuse(genuine, error.problem.detail, isCounted: true)
            throw error
        }
        return genuine
    }

    private func find(_ hook: String) async throws -> StoredWebhook? {
        guard let id = WebhookID(hook) else { return nil }
        return try await room.database.read { try await room.webhooks.webhook(id: id, in: $0) }
    }

    /// The row of a message that could be read. A reason that quotes nothing of it stays; bodies are kept as far as they are not masked.
    private func record(
        _ genuine: Genuine, _ message: WebhookMessage, _ judgement: WebhookJudge.Judgement, _ job: TriggeredJob?
    ) throws -> StoredDelivery {
        let kept = message.recorded(genuine.webhook.mask(job))
        let isWhole = kept.body == message.body
        return StoredDelivery(
            delivery: genuine.delivery(.make(room.ids), judgement.state, judgement.reason), headers: kept.headers, body: kept.body,
            note: isWhole ? nil : "Parts of it are masked.", isWhole: isWhole)
    }

    /// Keeps that a message came which starts nothing, without what came.
    private func refuse(_ genuine: Genuine, _ reason: String, isCounted: Bool = false) async throws {
        let headers = WebhookMessage(headers: WebhookMessage.fields(genuine.request.headers), body: .null).recorded(.nothing).headers
        let stored = StoredDelivery(
            delivery: genuine.delivery(.make(room.ids), .refused, reason), headers: headers,
            note: "The body was not read, so it is not kept.", isWhole: false)
        if isCounted { return try await room.database.transact { try await room.deliveries.insert(stored, in: $0) } }
        try await keep(stored)
    }

    private func keep(_ stored: StoredDelivery) async throws {
        try await room.database.transact { try await room.deliveries.insert(stored, in: $0) }
        room.counts.add(delivery: stored.delivery.state.rawValue)
    }

    /// Keeps a message and what it is known by, unless the same one came meanwhile: then how that one is answered.
    private func keep(_ stored: StoredDelivery, _ genuine: Genuine, _ marks: [String]) async throws -> WebhookReceipt? {
        do {
            try await room.database.transact { transaction in
                try await room.deliveries.insert(stored, in: transaction)
                try await room.deliveries.mark(stored.delivery, marks, until: genuine.knownUntil, at: genuine.now, in: transaction)
            }
            return nil
        } catch StoreError.duplicate {
            guard let receipt = try await duplicate(genuine, marks) else {
                throw Problem.unavailable("The same message comes several times at once; send it again.")
            }
            return receipt
        }
    }

    /// How a message is answered that came before; nil when it did not. That it came again is kept.
    private func duplicate(_ genuine: Genuine, _ marks: [String]) async throws -> WebhookReceipt? {
        let first = try await room.database.read { transaction in
            try await room.deliveries.marked(marks, of: genuine.webhook.id, at: genuine.now, in: transaction)
        }
        guard let first else { return nil }
        var again = genuine.delivery(.make(room.ids), .duplicate, "The same message came before.")
        (again.duplicateOf, again.execution) = (first.id, first.execution)
        let stored = StoredDelivery(
            delivery: again, headers: [:], note: "It is the same as the first one's, which is kept there.", isWhole: false)
        try await keep(stored)
        return first.receipt
    }
}
