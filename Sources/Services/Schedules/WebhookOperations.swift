import Contracts
import Flow
import Store
import Vocabulary
import Web

/// What can be done with webhooks.
struct WebhookOperations: Sendable {
    let room: EventsRoom

    /// One page by name.
    func list(_ query: PageQuery) async throws -> Page<Webhook> {
        let limit = min(max(query.limit ?? 50, 1), 500)
        let now = room.clock.now()
        return try await room.database.read { transaction in
            let found = try await room.webhooks.page(after: query.cursor, limit: limit + 1, in: transaction)
            let shown = Array(found.prefix(limit))
            let last = try await room.deliveries.last(of: shown.map(\.id), in: transaction)
            return Page(
                items: shown.map { $0.shown(last: last[$0.id], at: now) },
                nextCursor: found.count > limit ? shown.last.map { EventsRoom.key($0.definition.name) } : nil,
                total: query.cursor == nil ? try await room.webhooks.count(in: transaction) : nil)
        }
    }

    /// The webhook with this id, serial or name.
    func show(_ reference: String) async throws -> Webhook {
        try await room.database.read { transaction in
            try await shown(try await load(reference, in: transaction), in: transaction)
        }
    }

    /// Adds a webhook.
    func create(_ input: SaveWebhook, by caller: Caller) async throws -> WebhookWithSecret {
        let owner = try room.owner(caller)
        if let mistake = input.secret.flatMap(WebhookSecretText.mistake) { throw EventError.invalid(.webhook, [mistake]) }
        let (definition, job) = try await checked(input.definition)
        let made = input.secret == nil ? WebhookSecretText.random() : nil
        let now = room.clock.now()
        let id = WebhookID.make(room.ids)
        let sealed = try seal(input.secret ?? made ?? Secret(""), of: id)
        let webhook = try await room.database.transact { transaction in
            let number = try await room.webhooks.nextNumber("webhook", year: now.year, in: transaction)
            let webhook = StoredWebhook(
                id: id, serial: EventsRoom.serial("W", year: now.year, number: number), revision: 1, definition: definition, job: job,
                owner: owner, secret: sealed, secretSince: now, createdAt: now, updatedAt: now)
            try await room.webhooks.insert(webhook, in: transaction)
            try await note("created", before: nil, after: webhook, at: now, in: transaction)
            return webhook
        }
        room.news.ring()
        return WebhookWithSecret(webhook: webhook.shown(last: nil, at: now), secret: made?.reveal())
    }

    /// Changes a webhook; whoever does answers for its runs from now on.
    func update(_ reference: String, _ input: SaveWebhook, by caller: Caller) async throws -> Webhook {
        let owner = try room.owner(caller)
        if input.secret != nil { throw EventError.secretWithChange }
        let (definition, job) = try await checked(input.definition)
        let now = room.clock.now()
        let webhook = try await room.database.transact { transaction in
            let present = try await load(reference, isLocked: true, in: transaction)
            if let sent = input.revision, sent != present.revision {
                throw EventError.staleRevision(sent: sent, current: present.revision)
            }
            if present.definition == definition, present.job == job, present.owner == owner {
                return try await shown(present, in: transaction)
            }
            var next = present
            (next.definition, next.job, next.owner) = (definition, job, owner)
            (next.revision, next.updatedAt) = (present.revision + 1, now)
            try await room.webhooks.save(next, in: transaction)
            try await note("updated", before: present, after: next, at: now, in: transaction)
            return try await shown(next, in: transaction)
        }
        room.news.ring()
        return webhook
    }

    /// Deletes a webhook with its deliveries.
    func delete(_ reference: String) async throws {
        try await room.database.transact { transaction in
            let present = try await load(reference, isLocked: true, in: transaction)
            try await room.webhooks.remove(present.id, in: transaction)
            try await note("deleted", before: present, after: nil, at: room.clock.now(), in: transaction)
        }
        room.news.ring()
    }

    /// Gives a webhook a new secret.
    func rotate(_ reference: String, _ input: RotateWebhook) async throws -> WebhookWithSecret {
        if let mistake = input.secret.flatMap(WebhookSecretText.mistake) { throw EventError.invalid(.webhook, [mistake]) }
        let made = input.secret == nil ? WebhookSecretText.random() : nil
        let now = room.clock.now()
        let overlap = input.overlapSeconds ?? 86_400
        let webhook = try await room.database.transact { transaction in
            let present = try await load(reference, isLocked: true, in: transaction)
            var next = present
            next.secret = try seal(input.secret ?? made ?? Secret(""), of: present.id)
            (next.secretSince, next.updatedAt, next.revision) = (now, now, present.revision + 1)
            next.oldSecret = overlap > 0 ? present.secret : nil
            next.oldSecretUntil = overlap > 0 ? now + .seconds(overlap) : nil
            try await room.webhooks.save(next, in: transaction)
            try await note(
                "secret_rotated", before: nil, after: nil, named: next,
                detail: overlap > 0
                    ? "The secret before counts for \(overlap) more seconds." : "The secret before does not count any more.",
                at: now, in: transaction)
            return try await shown(next, in: transaction)
        }
        room.news.ring()
        return WebhookWithSecret(webhook: webhook, secret: made?.reveal())
    }

    /// The secrets that count now.
    func secrets(of webhook: StoredWebhook, at now: Timestamp) throws -> [Secret] {
        let old = (webhook.oldSecretUntil ?? now) > now ? webhook.oldSecret : nil
        return try [webhook.secret, old].compactMap { $0 }.map { sealed in
            let bytes = try room.vault.open(Base64.decode(sealed) ?? [], for: StoredWebhook.place(webhook.id))
            return Secret(String(decoding: bytes, as: UTF8.self))
        }
    }

    private func seal(_ secret: Secret, of id: WebhookID) throws -> String {
        Base64.encode(try room.vault.seal(Array(secret.reveal().utf8), for: StoredWebhook.place(id)))
    }

    /// The webhook with this id, serial or name.
    func load(_ reference: String, isLocked: Bool = false, in transaction: any Transaction) async throws -> StoredWebhook {
        guard let found = try await room.webhooks.webhook(reference, isLocked: isLocked, in: transaction) else {
            throw EventError.notFound(.webhook, reference)
        }
        return found
    }

    private func shown(_ webhook: StoredWebhook, in transaction: any Transaction) async throws -> Webhook {
        webhook.shown(last: try await room.deliveries.last(of: [webhook.id], in: transaction)[webhook.id], at: room.clock.now())
    }

    private func note(
        _ verb: String, before: StoredWebhook?, after: StoredWebhook?, named: StoredWebhook? = nil, detail: String? = nil,
        at now: Timestamp,
        in transaction: any Transaction
    ) async throws {
        guard let named = named ?? after ?? before else { return }
        try await room.news.note(
            AuditNote(
                "webhook.\(verb)", AuditNote.Object("webhook", named.id.text, named.serial),
                before: try before.map { try AuditText.value($0.definition) }, after: try after.map { try AuditText.value($0.definition) },
                detail: detail, by: SchedulesAPI.name, at: now),
            in: transaction)
    }
}
