import Contracts
import Flow
import Store
import Vocabulary

/// The routes in SQL.
struct SQLRouteStore: RouteStore {
    private static let columns: SQL = """
        id, name, description, enabled, filter, subject, body, digest_minutes, quiet_hours, most_per_hour, repeat_minutes, revision,
            created_at, updated_at
        """

    func route(_ reference: String, in reading: any Reading) async throws -> StoredRoute? {
        let rows = try await reading.query(
            """
            -- routes.show
            SELECT \(Self.columns)
            FROM routes
            WHERE id = \(reference.lowercased()) OR name_key = \(FilterText.folded(reference))
            ORDER BY name_key
            LIMIT 1
            """)
        return try await withChannels(rows, in: reading).first
    }

    func page(after: String?, limit: Int?, in reading: any Reading) async throws -> [StoredRoute] {
        let tail: SQL = limit.map { "LIMIT \($0)" } ?? ""
        let rows = try await reading.query(
            """
            -- routes.page
            SELECT \(Self.columns)
            FROM routes
            WHERE name_key > \(after ?? "")
            ORDER BY name_key
            \(tail)
            """)
        return try await withChannels(rows, in: reading)
    }

    func count(in reading: any Reading) async throws -> Int {
        try await reading.first("-- routes.count\nSELECT COUNT(*) AS total FROM routes")?.int("total") ?? 0
    }

    func insert(_ stored: StoredRoute, in transaction: any Transaction) async throws {
        let route = stored.route
        try await transaction.execute(
            """
            -- routes.insert
            INSERT INTO routes (id, name, name_key, description, enabled, filter, subject, body, digest_minutes, quiet_hours, most_per_hour,
                repeat_minutes, revision, created_at, updated_at)
            VALUES (\(route.id), \(route.name), \(FilterText.folded(route.name)), \(route.description), \(route.enabled),
                \(try StoredJSON.text(route.filter)), \(route.subject), \(route.body), \(route.digestMinutes),
                \(try route.quietHours.map { try StoredJSON.text($0) }), \(route.mostPerHour), \(route.repeatMinutes), \(route.revision),
                \(route.createdAt), \(route.updatedAt))
            """)
        try await insertChannels(of: stored, in: transaction)
    }

    func save(_ stored: StoredRoute, in transaction: any Transaction) async throws {
        let route = stored.route
        let saved = try await transaction.execute(
            """
            -- routes.save
            UPDATE routes
            SET name = \(route.name), name_key = \(FilterText.folded(route.name)), description = \(route.description),
                enabled = \(route.enabled), filter = \(try StoredJSON.text(route.filter)), subject = \(route.subject), body = \(route.body),
                digest_minutes = \(route.digestMinutes), quiet_hours = \(try route.quietHours.map { try StoredJSON.text($0) }),
                most_per_hour = \(route.mostPerHour), repeat_minutes = \(route.repeatMinutes), revision = \(route.revision),
                updated_at = \(route.updatedAt)
            WHERE id = \(route.id) AND revision = \(route.revision - 1)
            """)
        guard saved == 1 else { throw NotificationError.staleRevision(sent: route.revision - 1, current: route.revision) }
        try await transaction.execute("-- routes.clear_channels\nDELETE FROM route_channels WHERE route_id = \(route.id)")
        try await insertChannels(of: stored, in: transaction)
    }

    func delete(_ id: NotificationRouteID, in transaction: any Transaction) async throws {
        try await transaction.execute("-- routes.delete_reminders\nDELETE FROM reminders WHERE route_id = \(id)")
        try await transaction.execute("-- routes.delete_channels\nDELETE FROM route_channels WHERE route_id = \(id)")
        try await transaction.execute("-- routes.delete\nDELETE FROM routes WHERE id = \(id)")
    }

    private func insertChannels(of stored: StoredRoute, in transaction: any Transaction) async throws {
        try await transaction.insert(
            "-- routes.insert_channels\nINSERT INTO route_channels (route_id, position, channel_id)",
            stored.channels.enumerated().map { [.of(stored.route.id), .of($0), .of($1)] })
    }

    private func withChannels(_ rows: [Row], in reading: any Reading) async throws -> [StoredRoute] {
        guard !rows.isEmpty else { return [] }
        let found = try await reading.query(
            """
            -- routes.channels
            SELECT r.route_id, c.id, c.name
            FROM route_channels r JOIN channels c ON c.id = r.channel_id
            WHERE r.route_id IN \(SQL.list(try rows.map { try $0.text("id") }))
            ORDER BY r.route_id, r.position
            """)
        var channels: [String: [(id: NotificationChannelID, name: String)]] = [:]
        for row in found { channels[try row.text("route_id"), default: []].append((try row.id("id"), try row.text("name"))) }
        return try rows.map { row in
            let own = channels[try row.text("id")] ?? []
            return StoredRoute(route: try Self.route(row, channels: own.map(\.name)), channels: own.map(\.id))
        }
    }

    private static func route(_ row: Row, channels: [String]) throws -> NotificationRoute {
        let quiet: QuietHours? = try row.optionalText("quiet_hours") == nil ? nil : try row.json("quiet_hours")
        return NotificationRoute(
            id: try row.id("id"), name: try row.text("name"), description: try row.text("description"), enabled: try row.bool("enabled"),
            filter: try row.json("filter"), channels: channels, subject: try row.optionalText("subject"),
            body: try row.optionalText("body"),
            digestMinutes: try row.optionalInt("digest_minutes"), quietHours: quiet, mostPerHour: try row.optionalInt("most_per_hour"),
            repeatMinutes: try row.optionalInt("repeat_minutes"), revision: try row.int("revision"), createdAt: try row.time("created_at"),
            updatedAt: try row.time("updated_at"))
    }
}
