import Contracts
import Store
import Vocabulary
import Web

/// The store of messages to webhooks in SQL, and of the marks by which those are known that come again.
struct SQLDeliveryStore: Sendable {
    private static let columns = SQL(
        trusted: """
            id, webhook_id, state, reason, execution, received_at, address, name, bytes, duplicate_of, redelivery_of, headers, body, note,
            is_whole, launch, next_try_at, tries
            """)
    /// So many are kept of each webhook: such as came for the first time, and duplicates.
    static let (mostKept, mostDuplicates) = (1_000, 200)

    /// One delivery of a webhook.
    func delivery(_ id: WebhookDeliveryID, of webhook: WebhookID, in transaction: any Transaction) async throws -> StoredDelivery? {
        try await transaction.first(
            """
            -- webhook_deliveries.find
            SELECT \(Self.columns) FROM webhook_deliveries WHERE id = \(id) AND webhook_id = \(webhook)
            """
        ).map(Self.read)
    }

    /// A page, newest first.
    func page(
        of webhook: WebhookID, _ query: WebhookDeliveryQuery, before cursor: String?, limit: Int, in transaction: any Transaction
    ) async throws -> [WebhookDelivery] {
        let inState: SQL = query.state.map { "AND state = \($0)" } ?? ""
        let older: SQL = cursor.map { "AND id < \($0)" } ?? ""
        return try await transaction.query(
            """
            -- webhook_deliveries.page
            SELECT \(Self.columns) FROM webhook_deliveries
            WHERE webhook_id = \(webhook) \(inState) \(older)
            ORDER BY id DESC
            LIMIT \(limit)
            """
        ).map { try Self.read($0).delivery }
    }

    /// The newest delivery of each of some webhooks.
    func last(of webhooks: [WebhookID], in transaction: any Transaction) async throws -> [WebhookID: WebhookDelivery] {
        if webhooks.isEmpty { return [:] }
        let rows = try await transaction.query(
            """
            -- webhook_deliveries.last
            SELECT \(Self.columns) FROM webhook_deliveries
            WHERE id IN (SELECT MAX(id) FROM webhook_deliveries WHERE webhook_id IN \(SQL.list(webhooks)) GROUP BY webhook_id)
            """)
        return Dictionary(try rows.map { try Self.read($0).delivery }.map { ($0.webhook, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The delivery that has one of these marks.
    func marked(
        _ marks: [String], of webhook: WebhookID, at now: Timestamp, in transaction: any Transaction
    ) async throws -> WebhookDelivery? {
        try await transaction.first(
            """
            -- webhook_marks.find
            SELECT \(Self.columns) FROM webhook_deliveries
            WHERE id IN (
                SELECT delivery_id FROM webhook_marks WHERE webhook_id = \(webhook) AND mark IN \(SQL.list(marks)) AND until > \(now))
            ORDER BY id
            LIMIT 1
            """
        ).map { try Self.read($0).delivery }
    }

    /// Marks a delivery; marks whose time is over go.
    /// - Throws: `StoreError.duplicate` when another delivery has one of them.
    func mark(
        _ delivery: WebhookDelivery, _ marks: [String], until: Timestamp, at now: Timestamp, in transaction: any Transaction
    ) async throws {
        try await transaction.execute(
            """
            -- webhook_marks.free
            DELETE FROM webhook_marks WHERE webhook_id = \(delivery.webhook) AND mark IN \(SQL.list(marks)) AND until <= \(now)
            """)
        for mark in Set(marks).sorted() {
            try await transaction.execute(
                """
                -- webhook_marks.add
                INSERT INTO webhook_marks (webhook_id, mark, delivery_id, until)
                VALUES (\(delivery.webhook), \(mark), \(delivery.id), \(until))
                """)
        }
    }

    /// Lets a message come again that started nothing.
    func unmark(_ id: WebhookDeliveryID, in transaction: any Transaction) async throws {
        try await transaction.execute("-- webhook_marks.drop\nDELETE FROM webhook_marks WHERE delivery_id = \(id)")
    }

    /// Adds one.
    func insert(_ stored: StoredDelivery, in transaction: any Transaction) async throws {
        let delivery = stored.delivery
        try await transaction.execute(
            """
            -- webhook_deliveries.insert
            INSERT INTO webhook_deliveries (id, webhook_id, state, reason, execution, received_at, address, name, bytes, duplicate_of,
                redelivery_of, headers, body, note, is_whole, launch, next_try_at, tries)
            VALUES (\(delivery.id), \(delivery.webhook), \(delivery.state), \(delivery.reason), \(delivery.execution),
                \(delivery.receivedAt), \(delivery.address), \(delivery.name), \(delivery.bytes), \(delivery.duplicateOf),
                \(delivery.redeliveryOf), \(try stored.headers.map { try JSONCodec.text($0) }),
                \(try stored.body.map { try JSONCodec.text($0) }), \(stored.note), \(stored.isWhole), \(stored.launch),
                \(stored.nextTryAt), \(stored.tries))
            """)
    }

    /// What became of one whose run was to be started; false when that was known already.
    func finish(
        _ id: WebhookDeliveryID, _ state: WebhookDeliveryState, reason: String?, execution: String?, in transaction: any Transaction
    ) async throws -> Bool {
        try await transaction.execute(
            """
            -- webhook_deliveries.finish
            UPDATE webhook_deliveries
            SET state = \(state), reason = \(reason), execution = \(execution), launch = NULL, next_try_at = NULL
            WHERE id = \(id) AND state = 'received'
            """) == 1
    }

    /// Puts off the next try.
    func wait(_ id: WebhookDeliveryID, until: Timestamp, reason: String?, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- webhook_deliveries.wait
            UPDATE webhook_deliveries SET next_try_at = \(until), reason = \(reason) WHERE id = \(id) AND state = 'received'
            """)
    }

    /// Claims some whose run is to be started, until the lease is over.
    func claim(until lease: Timestamp, at now: Timestamp, limit: Int, in transaction: any Transaction) async throws -> [StoredDelivery] {
        try await transaction.query(
            """
            -- webhook_deliveries.claim
            WITH due AS MATERIALIZED (
                SELECT id FROM webhook_deliveries WHERE next_try_at <= \(now) ORDER BY next_try_at LIMIT \(limit)
                \(transaction.dialect.skipLocked))
            UPDATE webhook_deliveries SET next_try_at = \(lease), tries = tries + 1
            WHERE id IN (SELECT id FROM due)
            RETURNING \(Self.columns)
            """
        ).map(Self.read)
    }

    /// Forgets what is over: marks, the bodies of a webhook's old deliveries, and its deliveries beyond those that are kept.
    func prune(_ webhook: WebhookID, bodiesBefore: Timestamp, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- webhook_deliveries.forget_bodies
            UPDATE webhook_deliveries SET headers = NULL, body = NULL, note = 'It is not kept any more.'
            WHERE webhook_id = \(webhook) AND received_at < \(bodiesBefore) AND headers IS NOT NULL
            """)
        for (state, most) in [("duplicate_of IS NULL" as SQL, Self.mostKept), ("duplicate_of IS NOT NULL", Self.mostDuplicates)] {
            try await transaction.execute(
                """
                -- webhook_deliveries.prune
                DELETE FROM webhook_deliveries
                WHERE webhook_id = \(webhook) AND \(state) AND next_try_at IS NULL
                    AND NOT EXISTS (SELECT 1 FROM webhook_marks WHERE delivery_id = webhook_deliveries.id)
                    AND id < (
                    SELECT MIN(id) FROM (
                        SELECT id FROM webhook_deliveries WHERE webhook_id = \(webhook) AND \(state) ORDER BY id DESC LIMIT \(most)) AS kept)
                """)
        }
    }

    /// Forgets marks whose time is over.
    func pruneMarks(at now: Timestamp, in transaction: any Transaction) async throws {
        try await transaction.execute("-- webhook_marks.prune\nDELETE FROM webhook_marks WHERE until <= \(now)")
    }

    private static func read(_ row: Row) throws -> StoredDelivery {
        StoredDelivery(
            delivery: WebhookDelivery(
                id: try row.id("id"), webhook: try row.id("webhook_id"), state: try row.word("state"),
                reason: try row.optionalText("reason"),
                execution: try row.optionalText("execution"), receivedAt: try row.time("received_at"),
                address: try row.optionalText("address"), name: try row.optionalText("name"), bytes: try row.int("bytes"),
                duplicateOf: try row.optionalId("duplicate_of"), redeliveryOf: try row.optionalId("redelivery_of")),
            headers: try row.optionalText("headers") == nil ? nil : try EventRows.value(row, "headers"),
            body: try row.optionalText("body") == nil ? nil : try EventRows.value(row, "body"),
            note: try row.optionalText("note"), isWhole: try row.bool("is_whole"), launch: try row.optionalText("launch"),
            nextTryAt: try row.optionalTime("next_try_at"), tries: try row.int("tries"))
    }
}
