import Contracts
import Flow
import Store
import Vocabulary

/// How tags of many targets are changed at once.
extension SQLTargetStore {
    func tag(
        _ ids: [TargetID], add: [String], remove: [String], at now: Timestamp, in transaction: any Transaction
    ) async throws -> [TargetID] {
        let wanted = ids.map(\.text)
        let removed = remove.map(FilterText.folded)
        var changes: [SQL] = add.map {
            "NOT EXISTS (SELECT 1 FROM target_tags g WHERE g.target_id = t.id AND g.tag_key = \(FilterText.folded($0)))"
        }
        changes.append(
            "EXISTS (SELECT 1 FROM target_tags g WHERE g.target_id = t.id AND \(transaction.dialect.isOne("g.tag_key", of: removed)))")
        let changed: [TargetID] = try await transaction.query(
            """
            -- target_tags.would_change
            SELECT t.id
            FROM targets t
            WHERE \(transaction.dialect.isOne("t.id", of: wanted)) AND (\(SQL.join(changes, " OR ")))
            ORDER BY t.name_key
            """
        ).map { try $0.id("id") }
        let touched = changed.map(\.text)
        for tag in add {
            try await transaction.execute(
                """
                -- target_tags.add
                INSERT INTO target_tags (target_id, tag, tag_key)
                SELECT t.id, \(tag), \(FilterText.folded(tag))
                FROM targets t
                WHERE \(transaction.dialect.isOne("t.id", of: touched))
                ON CONFLICT (target_id, tag_key) DO NOTHING
                """)
        }
        try await transaction.execute(
            """
            -- target_tags.remove
            DELETE FROM target_tags
            WHERE \(transaction.dialect.isOne("target_id", of: touched)) AND \(transaction.dialect.isOne("tag_key", of: removed))
            """)
        try await transaction.execute(
            """
            -- targets.touch
            UPDATE targets AS t
            SET revision = revision + 1, updated_at = \(now), parts = \(TargetParts.rendered(transaction.dialect))
            WHERE \(transaction.dialect.isOne("t.id", of: touched))
            """)
        return changed
    }

    func overTagged(_ ids: [TargetID], most: Int, in reading: any Reading) async throws -> String? {
        let wanted = ids.map(\.text)
        return try await reading.first(
            """
            -- target_tags.too_many
            SELECT t.name
            FROM targets t
            WHERE \(reading.dialect.isOne("t.id", of: wanted))
                AND (SELECT COUNT(*) FROM target_tags g WHERE g.target_id = t.id) > \(most)
            ORDER BY t.name_key
            LIMIT 1
            """)?.text("name")
    }
}
