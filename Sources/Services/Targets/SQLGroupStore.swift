import Contracts
import Flow
import Store
import Vocabulary

/// The saved groups in SQL.
struct SQLGroupStore: GroupStore {
    private static let columns: SQL = "id, name, description, filter, updated_at"

    func group(_ reference: String, in reading: any Reading) async throws -> TargetGroup? {
        let row = try await reading.first(
            """
            -- target_groups.show
            SELECT \(Self.columns)
            FROM target_groups
            WHERE id = \(reference.lowercased()) OR name_key = \(FilterText.folded(reference))
            ORDER BY name_key
            LIMIT 1
            """)
        return try row.map(Self.group)
    }

    func page(after: String?, limit: Int?, in reading: any Reading) async throws -> [TargetGroup] {
        let tail: SQL = limit.map { "LIMIT \($0)" } ?? ""
        return try await reading.query(
            """
            -- target_groups.page
            SELECT \(Self.columns)
            FROM target_groups
            WHERE name_key > \(after ?? "")
            ORDER BY name_key
            \(tail)
            """
        ).map(Self.group)
    }

    func count(in reading: any Reading) async throws -> Int {
        let row = try await reading.first("-- target_groups.count\nSELECT COUNT(*) AS total FROM target_groups")
        return try row?.int("total") ?? 0
    }

    func filters(in reading: any Reading) async throws -> [String: String] {
        let rows = try await reading.query("-- target_groups.filters\nSELECT name_key, filter FROM target_groups ORDER BY name_key")
        return try rows.reduce(into: [:]) { $0[try $1.text("name_key")] = try $1.text("filter") }
    }

    func insert(_ group: TargetGroup, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- target_groups.insert
            INSERT INTO target_groups (id, name, name_key, description, filter, created_at, updated_at)
            VALUES (\(group.id), \(group.name), \(FilterText.folded(group.name)), \(group.description), \(group.filter),
                \(group.updatedAt), \(group.updatedAt))
            """)
    }

    func save(_ group: TargetGroup, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- target_groups.save
            UPDATE target_groups
            SET name = \(group.name), name_key = \(FilterText.folded(group.name)), description = \(group.description),
                filter = \(group.filter), updated_at = \(group.updatedAt)
            WHERE id = \(group.id)
            """)
    }

    func delete(_ id: TargetGroupID, in transaction: any Transaction) async throws {
        try await transaction.execute("-- target_groups.delete\nDELETE FROM target_groups WHERE id = \(id)")
    }

    private static func group(_ row: Row) throws -> TargetGroup {
        TargetGroup(
            id: try row.id("id"), name: try row.text("name"), description: try row.text("description"),
            filter: try row.text("filter"), count: 0, updatedAt: try row.time("updated_at"))
    }
}
