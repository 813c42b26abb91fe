import Contracts
import Store
import Vocabulary
import Web

/// The store of rules about events in SQL.
struct SQLEventRuleStore: Sendable {
    private static let columns = SQL(
        trusted: """
            id, serial, revision, definition, source_id, job_id, job_serial, job_name, owner_id, owner_name, created_at, updated_at
            """)

    /// The rule with this id, serial or name.
    func rule(_ reference: String, isLocked: Bool = false, in transaction: any Transaction) async throws -> StoredEventRule? {
        let key = EventsRoom.key(reference)
        return try await transaction.first(
            """
            -- event_rules.find
            SELECT \(Self.columns) FROM event_rules
            WHERE id = \(reference.lowercased()) OR serial = \(reference.uppercased()) OR name_key = \(key)
            ORDER BY CASE WHEN name_key = \(key) THEN 1 ELSE 0 END, id
            LIMIT 1
            \(isLocked ? transaction.dialect.forUpdate : "")
            """
        ).map(Self.read)
    }

    /// The rule with this name.
    func rule(named name: String, in transaction: any Transaction) async throws -> StoredEventRule? {
        try await transaction.first(
            "-- event_rules.by_name\nSELECT \(Self.columns) FROM event_rules WHERE name_key = \(EventsRoom.key(name))"
        ).map(Self.read)
    }

    /// A page by name.
    func page(after cursor: String?, limit: Int, in transaction: any Transaction) async throws -> [StoredEventRule] {
        try await transaction.query(
            """
            -- event_rules.page
            SELECT \(Self.columns) FROM event_rules WHERE name_key > \(cursor ?? "") ORDER BY name_key LIMIT \(limit)
            """
        ).map(Self.read)
    }

    /// How many there are.
    func count(in transaction: any Transaction) async throws -> Int {
        try await transaction.first("-- event_rules.count\nSELECT COUNT(*) AS total FROM event_rules")?.int("total") ?? 0
    }

    /// The enabled rules that may be about some kinds of events.
    func enabled(_ kinds: Set<EventKind>, in transaction: any Transaction) async throws -> [StoredEventRule] {
        try await transaction.query(
            """
            -- event_rules.enabled
            SELECT \(Self.columns) FROM event_rules
            WHERE is_enabled = 1 AND kind IN \(SQL.list(kinds.map(\.rawValue).sorted())) ORDER BY id
            """
        ).map(Self.read)
    }

    /// Locks rules, so that nobody else decides by what they did; those that are gone or disabled are left out.
    func lock(_ ids: Set<EventRuleID>, in transaction: any Transaction) async throws -> [EventRuleID: StoredEventRule] {
        let rows = try await transaction.query(
            """
            -- event_rules.lock
            SELECT \(Self.columns) FROM event_rules
            WHERE is_enabled = 1 AND id IN \(SQL.list(ids.map(\.text).sorted())) ORDER BY id
            \(transaction.dialect.forUpdate)
            """)
        return Dictionary(try rows.map(Self.read).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Adds one.
    /// - Throws: `EventError.nameTaken`.
    func insert(_ rule: StoredEventRule, in transaction: any Transaction) async throws {
        try await refusingTakenName(rule) {
            try await transaction.execute(
                """
                -- event_rules.insert
                INSERT INTO event_rules (id, serial, name_key, revision, definition, is_enabled, kind, source_id, job_id, job_serial, job_name,
                    owner_id, owner_name, created_at, updated_at)
                VALUES (\(rule.id), \(rule.serial), \(EventsRoom.key(rule.definition.name)), \(rule.revision),
                    \(try JSONCodec.text(rule.definition)), \(rule.definition.enabled ?? true), \(rule.kind), \(rule.source), \(rule.job.id),
                    \(rule.job.serial), \(rule.job.name), \(rule.owner.id), \(rule.owner.name), \(rule.createdAt), \(rule.updatedAt))
                """)
        }
    }

    /// Saves one that the transaction has locked.
    /// - Throws: `EventError.nameTaken`.
    func save(_ rule: StoredEventRule, in transaction: any Transaction) async throws {
        try await refusingTakenName(rule) {
            try await transaction.execute(
                """
                -- event_rules.save
                UPDATE event_rules
                SET name_key = \(EventsRoom.key(rule.definition.name)), revision = \(rule.revision),
                    definition = \(try JSONCodec.text(rule.definition)), is_enabled = \(rule.definition.enabled ?? true), kind = \(rule.kind),
                    source_id = \(rule.source), job_id = \(rule.job.id), job_serial = \(rule.job.serial), job_name = \(rule.job.name),
                    owner_id = \(rule.owner.id), owner_name = \(rule.owner.name), updated_at = \(rule.updatedAt)
                WHERE id = \(rule.id)
                """)
        }
    }

    /// Removes one with its history.
    func remove(_ id: EventRuleID, in transaction: any Transaction) async throws {
        try await transaction.write([
            "-- event_rules.remove_firings\nDELETE FROM rule_firings WHERE rule_id = \(id)",
            "-- event_rules.remove\nDELETE FROM event_rules WHERE id = \(id)",
        ])
    }

    private func refusingTakenName(_ rule: StoredEventRule, _ work: () async throws -> Int) async throws {
        do { _ = try await work() } catch StoreError.duplicate { throw EventError.nameTaken(.rule, rule.definition.name) }
    }

    private static func read(_ row: Row) throws -> StoredEventRule {
        StoredEventRule(
            id: try row.id("id"), serial: try row.text("serial"), revision: try row.int("revision"),
            definition: try EventRows.value(row, "definition"), source: try row.optionalText("source_id"),
            job: ScheduledJob(id: try row.id("job_id"), serial: try row.text("job_serial"), name: try row.text("job_name")),
            owner: ScheduleOwner(id: try row.id("owner_id"), name: try row.text("owner_name")), createdAt: try row.time("created_at"),
            updatedAt: try row.time("updated_at"))
    }
}
