import Contracts
import Store
import Vocabulary
import Web

/// The store of webhooks in SQL.
struct SQLWebhookStore: Sendable {
    private static let columns = SQL(
        trusted: """
            id, serial, revision, definition, job_id, job_serial, job_name, owner_id, owner_name, secret, secret_since, old_secret,
            old_secret_until, created_at, updated_at
            """)

    /// The webhook with this id, serial or name.
    func webhook(_ reference: String, isLocked: Bool = false, in transaction: any Transaction) async throws -> StoredWebhook? {
        let key = EventsRoom.key(reference)
        return try await transaction.first(
            """
            -- webhooks.find
            SELECT \(Self.columns) FROM webhooks
            WHERE id = \(reference.lowercased()) OR serial = \(reference.uppercased()) OR name_key = \(key)
            ORDER BY CASE WHEN name_key = \(key) THEN 1 ELSE 0 END, id
            LIMIT 1
            \(isLocked ? transaction.dialect.forUpdate : "")
            """
        ).map(Self.read)
    }

    /// The webhook with this id; nil when there is none.
    func webhook(id: WebhookID, in transaction: any Transaction) async throws -> StoredWebhook? {
        try await transaction.first("-- webhooks.by_id\nSELECT \(Self.columns) FROM webhooks WHERE id = \(id)").map(Self.read)
    }

    /// A page by name.
    func page(after cursor: String?, limit: Int, in transaction: any Transaction) async throws -> [StoredWebhook] {
        try await transaction.query(
            """
            -- webhooks.page
            SELECT \(Self.columns) FROM webhooks WHERE name_key > \(cursor ?? "") ORDER BY name_key LIMIT \(limit)
            """
        ).map(Self.read)
    }

    /// How many there are.
    func count(in transaction: any Transaction) async throws -> Int {
        try await transaction.first("-- webhooks.count\nSELECT COUNT(*) AS total FROM webhooks")?.int("total") ?? 0
    }

    /// The next number of serials of a kind in a year.
    func nextNumber(_ kind: String, year: Int, in transaction: any Transaction) async throws -> Int {
        try await transaction.first(
            """
            -- webhooks.next_number
            INSERT INTO event_serials (kind, year, last_number)
            VALUES (\(kind), \(year), 1)
            ON CONFLICT (kind, year) DO UPDATE SET last_number = event_serials.last_number + 1
            RETURNING last_number
            """)?.int("last_number") ?? 1
    }

    /// Adds one.
    /// - Throws: `EventError.nameTaken`.
    func insert(_ webhook: StoredWebhook, in transaction: any Transaction) async throws {
        try await refusingTakenName(webhook) {
            try await transaction.execute(
                """
                -- webhooks.insert
                INSERT INTO webhooks (id, serial, name_key, revision, definition, job_id, job_serial, job_name, owner_id, owner_name, secret,
                    secret_since, old_secret, old_secret_until, created_at, updated_at)
                VALUES (\(webhook.id), \(webhook.serial), \(EventsRoom.key(webhook.definition.name)), \(webhook.revision),
                    \(try JSONCodec.text(webhook.definition)), \(webhook.job.id), \(webhook.job.serial), \(webhook.job.name),
                    \(webhook.owner.id), \(webhook.owner.name), \(webhook.secret), \(webhook.secretSince), \(webhook.oldSecret),
                    \(webhook.oldSecretUntil), \(webhook.createdAt), \(webhook.updatedAt))
                """)
        }
    }

    /// Saves one that the transaction has locked.
    /// - Throws: `EventError.nameTaken`.
    func save(_ webhook: StoredWebhook, in transaction: any Transaction) async throws {
        try await refusingTakenName(webhook) {
            try await transaction.execute(
                """
                -- webhooks.save
                UPDATE webhooks
                SET name_key = \(EventsRoom.key(webhook.definition.name)), revision = \(webhook.revision),
                    definition = \(try JSONCodec.text(webhook.definition)), job_id = \(webhook.job.id), job_serial = \(webhook.job.serial),
                    job_name = \(webhook.job.name), owner_id = \(webhook.owner.id), owner_name = \(webhook.owner.name),
                    secret = \(webhook.secret), secret_since = \(webhook.secretSince), old_secret = \(webhook.oldSecret),
                    old_secret_until = \(webhook.oldSecretUntil), updated_at = \(webhook.updatedAt)
                WHERE id = \(webhook.id)
                """)
        }
    }

    /// Removes one with its deliveries.
    func remove(_ id: WebhookID, in transaction: any Transaction) async throws {
        try await transaction.write([
            "-- webhooks.remove_marks\nDELETE FROM webhook_marks WHERE webhook_id = \(id)",
            "-- webhooks.remove_deliveries\nDELETE FROM webhook_deliveries WHERE webhook_id = \(id)",
            "-- webhooks.remove\nDELETE FROM webhooks WHERE id = \(id)",
        ])
    }

    /// Some sealed secret; nil when there is none.
    func anySealed(in transaction: any Transaction) async throws -> (id: WebhookID, sealed: String)? {
        try await transaction.first("-- webhooks.any_sealed\nSELECT id, secret FROM webhooks ORDER BY id LIMIT 1")
            .map { (try $0.id("id"), try $0.text("secret")) }
    }

    private func refusingTakenName(_ webhook: StoredWebhook, _ work: () async throws -> Int) async throws {
        do { _ = try await work() } catch StoreError.duplicate { throw EventError.nameTaken(.webhook, webhook.definition.name) }
    }

    private static func read(_ row: Row) throws -> StoredWebhook {
        StoredWebhook(
            id: try row.id("id"), serial: try row.text("serial"), revision: try row.int("revision"),
            definition: try EventRows.value(row, "definition"),
            job: ScheduledJob(id: try row.id("job_id"), serial: try row.text("job_serial"), name: try row.text("job_name")),
            owner: ScheduleOwner(id: try row.id("owner_id"), name: try row.text("owner_name")), secret: try row.text("secret"),
            secretSince: try row.time("secret_since"), oldSecret: try row.optionalText("old_secret"),
            oldSecretUntil: try row.optionalTime("old_secret_until"), createdAt: try row.time("created_at"),
            updatedAt: try row.time("updated_at"))
    }
}

/// Values in columns of text.
enum EventRows {
    /// A value that is kept as JSON.
    static func value<Value: Decodable>(_ row: Row, _ column: String) throws -> Value {
        do {
            return try JSONCodec.decode(Value.self, from: Array(try row.text(column).utf8))
        } catch is DecodingError {
            throw StoreError.unexpectedValue(column: column)
        } catch is JSONFault {
            throw StoreError.unexpectedValue(column: column)
        }
    }
}
