import Contracts
import Flow
import Store
import Vault
import Vocabulary

/// What can be done with channels. Secrets are sealed before they reach the database and leave the room only towards the other side.
struct ChannelOperations: Sendable {
    let room: NotificationsRoom

    private static let ownFields: Set<String> = ["health", "used_by", "created_at", "updated_at"]

    /// Channels by name.
    func list(_ query: PageQuery) async throws -> Page<NotificationChannel> {
        let (after, limit) = (try Pages.read(query.cursor), Pages.limit(query.limit))
        return try await room.database.read { transaction in
            let found = try await room.channels.page(after: after, limit: limit + 1, in: transaction)
            let total = after == nil ? try await room.channels.count(in: transaction) : nil
            return Pages.page(found, limit: limit, total: total) { FilterText.folded($0.name) }
        }
    }

    /// One channel.
    /// - Throws: `NotificationError.notFound`.
    func show(_ reference: String) async throws -> NotificationChannel { try await require(reference, in: room.database).channel }

    /// Adds a channel.
    /// - Throws: `NotificationError.invalid`, `nameTaken`.
    func create(_ save: SaveNotificationChannel) async throws -> NotificationChannel {
        let now = room.clock.now()
        let empty = NotificationChannel(
            id: .make(room.ids), name: save.name, kind: save.kind, description: "", enabled: true, recipients: [], headers: [],
            signed: false,
            health: ChannelHealth(failures: 0), usedBy: 0, revision: 0, createdAt: now, updatedAt: now)
        let next = try changed(StoredChannel(channel: empty), to: save, at: now)
        try await room.database.transact { transaction in
            guard try await room.channels.channel(save.name, in: transaction) == nil else {
                throw NotificationError.nameTaken(.channel, save.name)
            }
            try await room.channels.insert(next, in: transaction)
            try await room.note(
                "channel.created", Self.object(next.channel), after: try AuditPicture.of(next.channel, without: Self.ownFields), at: now,
                in: transaction)
        }
        room.news.ring()
        return next.channel
    }

    /// Changes a channel; absent secrets stay, unless its kind changes. What waits for one that is disabled is dropped.
    /// - Throws: as `create`; `NotificationError.notFound`, `staleRevision`.
    func update(_ reference: String, to save: SaveNotificationChannel) async throws -> NotificationChannel {
        let now = room.clock.now()
        let result = try await room.database.transact { transaction in
            let current = try await require(reference, in: transaction)
            if let sent = save.revision, sent != current.channel.revision {
                throw NotificationError.staleRevision(sent: sent, current: current.channel.revision)
            }
            let namesake = try await room.channels.channel(save.name, in: transaction)
            guard namesake == nil || namesake?.channel.id == current.channel.id else {
                throw NotificationError.nameTaken(.channel, save.name)
            }
            let next = try changed(current, to: save, at: now)
            try await room.channels.save(next, resets: true, in: transaction)
            if !next.channel.enabled {
                try await room.deliveries.drop(
                    route: nil, channel: current.channel.id, reason: "The channel was disabled.", at: now, in: transaction)
            }
            try await room.note(
                "channel.updated", Self.object(next.channel), before: try AuditPicture.of(current.channel, without: Self.ownFields),
                after: try AuditPicture.of(next.channel, without: Self.ownFields), detail: Self.secrets(in: save), at: now, in: transaction)
            return try await require(current.channel.id.text, in: transaction).channel
        }
        room.news.ring()
        room.bell.ring()
        return result
    }

    /// Deletes a channel.
    /// - Throws: `NotificationError.notFound`, `channelInUse`.
    func delete(_ reference: String) async throws {
        let now = room.clock.now()
        try await room.database.transact { transaction in
            let channel = try await require(reference, in: transaction).channel
            let users = try await room.channels.users(of: channel.id, in: transaction)
            guard users.isEmpty else { throw NotificationError.channelInUse(channel.name, by: users) }
            try await room.deliveries.drop(route: nil, channel: channel.id, reason: "The channel was deleted.", at: now, in: transaction)
            try await room.channels.delete(channel.id, in: transaction)
            try await room.note(
                "channel.deleted", Self.object(channel), before: try AuditPicture.of(channel, without: Self.ownFields), at: now,
                in: transaction)
        }
        room.news.ring()
    }

    /// Sends a test message for real. One that is taken ends the rest of a channel that failed.
    /// - Throws: `NotificationError.notFound`, `noMailServer`.
    func test(_ reference: String, by caller: Caller) async throws -> NotificationTest {
        let (stored, server) = try await room.database.read { transaction in
            (try await require(reference, in: transaction), try await room.channels.mailServer(in: transaction))
        }
        guard stored.channel.kind != .email || server != nil else { throw NotificationError.noMailServer }
        let now = room.clock.now()
        let notice = Notice.test(
            "This is a test of the channel \(stored.channel.name), sent by \(caller.name).", id: room.ids.next(), at: now)
        let outcome = try await Sender(room: room).send(notice, over: stored, server: server)
        try await room.database.transact { transaction in
            if outcome.isSent { try await room.channels.noteSuccess(of: stored.channel.id, at: room.clock.now(), in: transaction) }
            try await room.note(
                "channel.tested", Self.object(stored.channel),
                detail: outcome.isSent ? "The message was taken." : "The message was not taken.",
                at: now, in: transaction)
        }
        room.news.ring()
        if outcome.isSent { room.bell.ring() }
        return NotificationTest(
            sent: outcome.isSent, answer: outcome.answer, milliseconds: Int((room.clock.now() - now).milliseconds), messageId: notice.id)
    }

    private func require(_ reference: String, in reading: any Reading) async throws -> StoredChannel {
        guard let stored = try await room.channels.channel(reference, in: reading) else {
            throw NotificationError.notFound(.channel, reference)
        }
        return stored
    }

    /// The stored form of a changed channel.
    private func changed(_ current: StoredChannel, to save: SaveNotificationChannel, at now: Timestamp) throws -> StoredChannel {
        var next = current
        let keeps = current.channel.kind == save.kind
        if !keeps {
            (next.url, next.headers, next.signingSecret, next.channel.destination, next.channel.headers) = (nil, nil, nil, nil, [])
        }
        var places = ChannelRules.mistakes(in: save, hasURL: next.url != nil)
        let leadsElsewhere =
            save.url.map { !$0.reveal().isEmpty && ChannelRules.origin(of: $0.reveal()) != next.channel.destination } ?? false
        if leadsElsewhere, next.headers != nil, save.headers == nil {
            places.append(
                ProblemPlace("The header fields are secret; give them anew with a URL that leads to another host.", pointer: "#/headers"))
        }
        guard places.isEmpty else { throw NotificationError.invalid(places) }
        let id = current.channel.id
        next.channel.name = save.name
        next.channel.kind = save.kind
        next.channel.description = save.description ?? ""
        next.channel.enabled = save.enabled ?? true
        next.channel.recipients = save.recipients ?? []
        next.channel.method = save.kind == .webhook ? save.method ?? .post : nil
        next.channel.template = save.template.flatMap { $0.isEmpty ? nil : $0 }
        next.channel.revision += 1
        next.channel.updatedAt = now
        if let url = save.url, !url.reveal().isEmpty {
            next.url = try seal(url.reveal(), NotificationSecret.url(id))
            next.channel.destination = ChannelRules.origin(of: url.reveal())
        }
        if let headers = save.headers {
            next.channel.headers = headers.keys.sorted()
            let text = try StoredJSON.text(headers.mapValues { $0.reveal() })
            next.headers = headers.isEmpty ? nil : try seal(text, NotificationSecret.headers(id))
        }
        if let secret = save.signingSecret {
            next.signingSecret = secret.reveal().isEmpty ? nil : try seal(secret.reveal(), NotificationSecret.signingSecret(id))
        }
        next.channel.signed = next.signingSecret != nil
        return next
    }

    private func seal(_ text: String, _ place: String) throws -> [UInt8] { try room.vault.seal(Array(text.utf8), for: place) }

    private static func object(_ channel: NotificationChannel) -> AuditNote.Object {
        AuditNote.Object("notification_channel", channel.id.text, channel.name)
    }

    /// Which secrets a change replaces, in a sentence.
    private static func secrets(in save: SaveNotificationChannel) -> String? {
        let names = [
            ("URL", save.url.map { !$0.reveal().isEmpty } ?? false), ("header fields", save.headers != nil),
            ("signing secret", save.signingSecret != nil),
        ]
        let replaced = names.filter(\.1).map(\.0)
        return replaced.isEmpty ? nil : "Set anew: \(replaced.joined(separator: ", "))."
    }
}

extension Notice {
    /// A message that says nothing but that it is a test.
    static func test(_ text: String, id: String, at now: Timestamp) -> Notice {
        let event = NotificationEvent(id: id, kind: .succeeded, severity: .info, title: text, at: now)
        let content: JSONValue = .object([
            "id": .string(id), "kind": "test", "severity": "info", "title": .string(text), "at": .string(now.description), "count": 1,
            "reminder": 0,
        ])
        return Notice(
            id: id, subject: "[OpsConductor] Test", body: text, severity: .info,
            events: [TellableEvent(summary: event, content: ["event": content])],
            count: 1, reminder: 0, warnings: [], link: nil, at: now)
    }
}
