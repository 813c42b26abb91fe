import Contracts
import Flow
import Store
import Vocabulary

/// The channels in SQL.
struct SQLChannelStore: ChannelStore {
    private static let columns: SQL = """
        c.id, c.name, c.kind, c.description, c.enabled, c.recipients, c.destination, c.url, c.method, c.header_names, c.headers,
            c.signing_secret, c.template, c.failures, c.paused_until, c.last_error, c.last_sent_at, c.last_failed_at, c.revision,
            c.created_at, c.updated_at,
            (SELECT COUNT(DISTINCT r.route_id) FROM route_channels r WHERE r.channel_id = c.id) AS used_by
        """

    func channel(_ reference: String, in reading: any Reading) async throws -> StoredChannel? {
        let row = try await reading.first(
            """
            -- channels.show
            SELECT \(Self.columns)
            FROM channels c
            WHERE c.id = \(reference.lowercased()) OR c.name_key = \(FilterText.folded(reference))
            ORDER BY c.name_key
            LIMIT 1
            """)
        return try row.map(Self.channel)
    }

    func page(after: String?, limit: Int, in reading: any Reading) async throws -> [NotificationChannel] {
        try await reading.query(
            """
            -- channels.page
            SELECT \(Self.columns)
            FROM channels c
            WHERE c.name_key > \(after ?? "")
            ORDER BY c.name_key
            LIMIT \(limit)
            """
        ).map { try Self.channel($0).channel }
    }

    func all(in reading: any Reading) async throws -> [StoredChannel] {
        try await reading.query(
            """
            -- channels.all
            SELECT \(Self.columns)
            FROM channels c
            ORDER BY c.name_key
            """
        ).map(Self.channel)
    }

    func count(in reading: any Reading) async throws -> Int {
        try await reading.first("-- channels.count\nSELECT COUNT(*) AS total FROM channels")?.int("total") ?? 0
    }

    func anySealed(in reading: any Reading) async throws -> (bytes: [UInt8], place: String)? {
        let row = try await reading.first(
            """
            -- channels.any_sealed
            SELECT id, url
            FROM channels
            WHERE url IS NOT NULL
            ORDER BY id
            LIMIT 1
            """)
        if let row { return (try row.bytes("url"), NotificationSecret.url(try row.id("id"))) }
        return try await mailServer(in: reading)?.password.map { ($0, NotificationSecret.mailPassword) }
    }

    func insert(_ stored: StoredChannel, in transaction: any Transaction) async throws {
        let channel = stored.channel
        try await transaction.execute(
            """
            -- channels.insert
            INSERT INTO channels (id, name, name_key, kind, description, enabled, recipients, destination, url, method, header_names,
                headers, signing_secret, template, revision, created_at, updated_at)
            VALUES (\(channel.id), \(channel.name), \(FilterText.folded(channel.name)), \(channel.kind), \(channel.description),
                \(channel.enabled), \(try StoredJSON.text(channel.recipients)), \(channel.destination), \(stored.url), \(channel.method),
                \(try StoredJSON.text(channel.headers)), \(stored.headers), \(stored.signingSecret), \(channel.template),
                \(channel.revision), \(channel.createdAt), \(channel.updatedAt))
            """)
    }

    func save(_ stored: StoredChannel, resets: Bool, in transaction: any Transaction) async throws {
        let channel = stored.channel
        let health: SQL = resets ? ", failures = 0, paused_until = NULL, last_error = NULL" : ""
        let saved = try await transaction.execute(
            """
            -- channels.save
            UPDATE channels
            SET name = \(channel.name), name_key = \(FilterText.folded(channel.name)), kind = \(channel.kind),
                description = \(channel.description), enabled = \(channel.enabled), recipients = \(try StoredJSON.text(channel.recipients)),
                destination = \(channel.destination), url = \(stored.url), method = \(channel.method),
                header_names = \(try StoredJSON.text(channel.headers)), headers = \(stored.headers),
                signing_secret = \(stored.signingSecret), template = \(channel.template), revision = \(channel.revision),
                updated_at = \(channel.updatedAt)\(health)
            WHERE id = \(channel.id) AND revision = \(channel.revision - 1)
            """)
        guard saved == 1 else { throw NotificationError.staleRevision(sent: channel.revision - 1, current: channel.revision) }
    }

    func delete(_ id: NotificationChannelID, in transaction: any Transaction) async throws {
        try await transaction.execute("-- channels.delete\nDELETE FROM channels WHERE id = \(id)")
    }

    func users(of id: NotificationChannelID, in reading: any Reading) async throws -> [String] {
        try await reading.query(
            """
            -- channels.users
            SELECT DISTINCT r.name, r.name_key
            FROM routes r JOIN route_channels c ON c.route_id = r.id
            WHERE c.channel_id = \(id)
            ORDER BY r.name_key
            """
        ).map { try $0.text("name") }
    }

    func noteSuccess(of id: NotificationChannelID, at now: Timestamp, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- channels.note_success
            UPDATE channels
            SET failures = 0, paused_until = NULL, last_error = NULL, last_sent_at = \(now)
            WHERE id = \(id)
            """)
    }

    func noteFailure(of id: NotificationChannelID, _ error: String, at now: Timestamp, in transaction: any Transaction) async throws -> Int
    {
        let row = try await transaction.first(
            """
            -- channels.note_failure
            UPDATE channels
            SET failures = failures + 1, last_error = \(error), last_failed_at = \(now)
            WHERE id = \(id)
            RETURNING failures
            """)
        return try row?.int("failures") ?? 0
    }

    func rest(_ id: NotificationChannelID, until: Timestamp, in transaction: any Transaction) async throws {
        try await transaction.execute("-- channels.rest\nUPDATE channels SET paused_until = \(until) WHERE id = \(id)")
    }

    func mailServer(in reading: any Reading) async throws -> StoredMailServer? {
        let row = try await reading.first(
            """
            -- mail_server.show
            SELECT host, port, security, username, password, sender, sender_name, revision, updated_at, updated_by
            FROM mail_server
            WHERE id = 1
            """)
        return try row.map { row in
            let password = try row.optionalBytes("password")
            return StoredMailServer(
                server: MailServer(
                    host: try row.text("host"), port: try row.int("port"), security: try row.word("security"),
                    username: try row.optionalText("username"), hasPassword: password != nil, sender: try row.text("sender"),
                    senderName: try row.optionalText("sender_name"), revision: try row.int("revision"),
                    updatedAt: try row.time("updated_at"), updatedBy: try row.text("updated_by")),
                password: password)
        }
    }

    func save(_ stored: StoredMailServer, in transaction: any Transaction) async throws {
        let server = stored.server
        try await transaction.execute(
            """
            -- mail_server.save
            INSERT INTO mail_server (id, host, port, security, username, password, sender, sender_name, revision, updated_at, updated_by)
            VALUES (1, \(server.host), \(server.port), \(server.security), \(server.username), \(stored.password), \(server.sender),
                \(server.senderName), \(server.revision), \(server.updatedAt), \(server.updatedBy))
            ON CONFLICT (id) DO UPDATE
            SET host = excluded.host, port = excluded.port, security = excluded.security, username = excluded.username,
                password = excluded.password, sender = excluded.sender, sender_name = excluded.sender_name,
                revision = excluded.revision, updated_at = excluded.updated_at, updated_by = excluded.updated_by
            """)
    }

    func deleteMailServer(in transaction: any Transaction) async throws -> Bool {
        try await transaction.execute("-- mail_server.delete\nDELETE FROM mail_server WHERE id = 1") > 0
    }

    private static func channel(_ row: Row) throws -> StoredChannel {
        let secret = try row.optionalBytes("signing_secret")
        let method: WebhookMethod? = try row.optionalText("method").flatMap { WebhookMethod(rawValue: $0) }
        return StoredChannel(
            channel: NotificationChannel(
                id: try row.id("id"), name: try row.text("name"), kind: try row.word("kind"), description: try row.text("description"),
                enabled: try row.bool("enabled"), recipients: try row.json("recipients"), destination: try row.optionalText("destination"),
                method: method, headers: try row.json("header_names"), signed: secret != nil, template: try row.optionalText("template"),
                health: ChannelHealth(
                    failures: try row.int("failures"), pausedUntil: try row.optionalTime("paused_until"),
                    lastError: try row.optionalText("last_error"), lastSentAt: try row.optionalTime("last_sent_at"),
                    lastFailedAt: try row.optionalTime("last_failed_at")),
                usedBy: try row.int("used_by"), revision: try row.int("revision"), createdAt: try row.time("created_at"),
                updatedAt: try row.time("updated_at")),
            url: try row.optionalBytes("url"), headers: try row.optionalBytes("headers"), signingSecret: secret)
    }
}
