import Contracts
import Flow
import Store
import Vocabulary

/// How tags of many targets are changed at once.
extension SQLTargetStore {
    func tag(
        _ ids: [TargetID], add: [String], remove: [String], at now: Timestamp, in transaction: any Transaction
    ) async throws -> [TargetID] {
        let wanted = SQL.texts(ids.map(\.text), transaction.dialect)
        let removed = SQL.texts(remove.map(FilterText.folded), transaction.dialect)
        var changes: [SQL] = add.map {
            "NOT EXISTS (SELECT 1 FROM target_tags g WHERE g.target_id = t.id AND g.tag_key = \(FilterText.folded($0)))"
        }
        changes.append(
            "EXISTS (SELECT 1 FROM target_tags g WHERE g.target_id = t.id AND g.tag_key IN (SELECT value FROM \(removed)))")
        let changed: [TargetID] = try await transaction.query(
            """
            -- target_tags.would_change
            SELECT t.id
            FROM targets t
            WHERE t.id IN (SELECT value FROM \(wanted)) AND (\(SQL.join(changes, " OR ")))
            ORDER BY t.name_key
            """
        ).map { try $0.id("id") }
        let touched = SQL.texts(changed.map(\.text), transaction.dialect)
        for tag in add {
            try await transaction.execute(
                """
                -- target_tags.add
                INSERT INTO target_tags (target_id, tag, tag_key)
                SELECT t.id, \(tag), \(FilterText.folded(tag))
                FROM targets t
                WHERE t.id IN (SELECT value FROM \(touched))
                ON CONFLICT (target_id, tag_key) DO NOTHING
                """)
        }
        try await transaction.execute(
            """
            -- target_tags.remove
            DELETE FROM target_tags
            WHERE target_id IN (SELECT value FROM \(touched)) AND tag_key IN (SELECT value FROM \(removed))
            """)
        try await transaction.execute(
            """
            -- targets.touch
            UPDATE targets
            SET revision = revision + 1, updated_at = \(now)
            WHERE id IN (SELECT value FROM \(touched))
            """)
        return changed
    }

    func overTagged(_ ids: [TargetID], most: Int, in transaction: any Transaction) async throws -> String? {
        let wanted = SQL.texts(ids.map(\.text), transaction.dialect)
        return try await transaction.first(
            """
            -- target_tags.too_many
            SELECT t.name
            FROM targets t
            WHERE t.id IN (SELECT value FROM \(wanted))
                AND (SELECT COUNT(*) FROM target_tags g WHERE g.target_id = t.id) > \(most)
            ORDER BY t.name_key
            LIMIT 1
            """)?.text("name")
    }
}
