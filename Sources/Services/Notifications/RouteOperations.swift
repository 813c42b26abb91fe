import Contracts
import Flow
import Store
import Vocabulary

/// What can be done with routes.
struct RouteOperations: Sendable {
    let room: NotificationsRoom

    private static let ownFields: Set<String> = ["created_at", "updated_at"]

    /// Routes by name.
    func list(_ query: PageQuery) async throws -> Page<NotificationRoute> {
        let (after, limit) = (try Pages.read(query.cursor), Pages.limit(query.limit))
        return try await room.database.read { transaction in
            let found = try await room.routes.page(after: after, limit: limit + 1, in: transaction).map(\.route)
            let total = after == nil ? try await room.routes.count(in: transaction) : nil
            return Pages.page(found, limit: limit, total: total) { FilterText.folded($0.name) }
        }
    }

    /// One route.
    /// - Throws: `NotificationError.notFound`.
    func show(_ reference: String) async throws -> NotificationRoute { try await require(reference, in: room.database).route }

    /// Adds a route.
    /// - Throws: `NotificationError.invalid`, `nameTaken`.
    func create(_ save: SaveNotificationRoute) async throws -> NotificationRoute {
        let now = room.clock.now()
        let result = try await room.database.transact { transaction in
            guard try await room.routes.route(save.name, in: transaction) == nil else {
                throw NotificationError.nameTaken(.route, save.name)
            }
            let empty = NotificationRoute(
                id: .make(room.ids), name: save.name, description: "", enabled: true, filter: save.filter, channels: [], revision: 0,
                createdAt: now,
                updatedAt: now)
            let next = try await changed(empty, to: save, at: now, in: transaction)
            try await room.routes.insert(next, in: transaction)
            try await room.note(
                "notification_route.created", Self.object(next.route), after: try AuditPicture.of(next.route, without: Self.ownFields),
                at: now,
                in: transaction)
            return next.route
        }
        room.news.ring()
        return result
    }

    /// Changes a route. What it had not sent yet is dropped when it is disabled.
    /// - Throws: as `create`; `NotificationError.notFound`, `staleRevision`.
    func update(_ reference: String, to save: SaveNotificationRoute) async throws -> NotificationRoute {
        let now = room.clock.now()
        let result = try await room.database.transact { transaction in
            let current = try await require(reference, in: transaction).route
            if let sent = save.revision, sent != current.revision {
                throw NotificationError.staleRevision(sent: sent, current: current.revision)
            }
            let namesake = try await room.routes.route(save.name, in: transaction)
            guard namesake == nil || namesake?.route.id == current.id else { throw NotificationError.nameTaken(.route, save.name) }
            let next = try await changed(current, to: save, at: now, in: transaction)
            try await room.routes.save(next, in: transaction)
            if !next.route.enabled {
                try await room.deliveries.drop(route: current.id, channel: nil, reason: "The route was disabled.", at: now, in: transaction)
            }
            try await room.note(
                "notification_route.updated", Self.object(next.route), before: try AuditPicture.of(current, without: Self.ownFields),
                after: try AuditPicture.of(next.route, without: Self.ownFields), at: now, in: transaction)
            return next.route
        }
        room.news.ring()
        return result
    }

    /// Deletes a route; what it had not sent yet is dropped.
    /// - Throws: `NotificationError.notFound`.
    func delete(_ reference: String) async throws {
        let now = room.clock.now()
        try await room.database.transact { transaction in
            let route = try await require(reference, in: transaction).route
            try await room.deliveries.drop(route: route.id, channel: nil, reason: "The route was deleted.", at: now, in: transaction)
            try await room.routes.delete(route.id, in: transaction)
            try await room.note(
                "notification_route.deleted", Self.object(route), before: try AuditPicture.of(route, without: Self.ownFields), at: now,
                in: transaction)
        }
        room.news.ring()
    }

    private func require(_ reference: String, in reading: any Reading) async throws -> StoredRoute {
        guard let stored = try await room.routes.route(reference, in: reading) else { throw NotificationError.notFound(.route, reference) }
        return stored
    }

    private func changed(
        _ current: NotificationRoute, to save: SaveNotificationRoute, at now: Timestamp, in transaction: any Transaction
    ) async throws -> StoredRoute {
        var places = RouteRules.mistakes(in: save, zones: room.zones)
        var channels: [NotificationChannel] = []
        for (index, reference) in save.channels.enumerated() {
            let found = try await room.channels.channel(reference, in: transaction)?.channel
            if let found, !channels.contains(where: { $0.id == found.id }) {
                channels.append(found)
            } else if found == nil {
                places.append(ProblemPlace("There is no channel `\(reference.prefix(200))`.", pointer: "#/channels/\(index)"))
            }
        }
        if save.channels.isEmpty { places.append(ProblemPlace("A route leads to at least one channel.", pointer: "#/channels")) }
        guard places.isEmpty else { throw NotificationError.invalid(places) }
        var next = current
        next.name = save.name
        next.description = save.description ?? ""
        next.enabled = save.enabled ?? true
        next.filter = save.filter
        next.channels = channels.map(\.name)
        next.subject = save.subject.flatMap { $0.isEmpty ? nil : $0 }
        next.body = save.body.flatMap { $0.isEmpty ? nil : $0 }
        next.digestMinutes = save.digestMinutes
        next.quietHours = save.quietHours
        next.mostPerHour = save.mostPerHour
        next.repeatMinutes = save.repeatMinutes
        next.revision += 1
        next.updatedAt = now
        return StoredRoute(route: next, channels: channels.map(\.id))
    }

    private static func object(_ route: NotificationRoute) -> AuditNote.Object {
        AuditNote.Object("notification_route", route.id.text, route.name)
    }
}
