import Contracts
import Store
import Vocabulary
import Web

/// Many executions at once: one statement, however many they are.
extension SQLExecutionStore {
    /// See `ExecutionStore`.
    package func lock(_ keys: [Int], unlessLocked: Bool, in transaction: any Transaction) async throws -> [StoredExecution] {
        let how = unlessLocked ? transaction.dialect.skipLocked : transaction.dialect.forUpdate
        return try await all(transaction.dialect.isAmong("key", keys), how, in: transaction)
    }

    /// See `ExecutionStore`.
    package func lock(_ ids: [ExecutionID], in transaction: any Transaction) async throws -> [StoredExecution] {
        try await all(transaction.dialect.isAmong("id", ids), transaction.dialect.forUpdate, in: transaction)
    }

    private func all(_ condition: SQL, _ how: SQL, in transaction: any Transaction) async throws -> [StoredExecution] {
        // In one order everywhere, so that transactions do not lock each other out.
        try await transaction.query(Self.select("\(condition) ORDER BY key \(how)")).map(Self.read)
    }

    /// See `ExecutionStore`.
    package func content(_ key: Int, in transaction: any Transaction) async throws -> ExecutionContent? {
        try await contents([key], in: transaction)[key]
    }

    /// See `ExecutionStore`.
    package func contents(_ keys: [Int], in transaction: any Transaction) async throws -> [Int: ExecutionContent] {
        if keys.isEmpty { return [:] }
        let rows = try await transaction.query(
            """
            -- executions.content
            SELECT key, definition, parameters, secrets, left_out FROM executions WHERE \(transaction.dialect.isAmong("key", keys))
            """)
        return try Dictionary(uniqueKeysWithValues: rows.map { (try $0.int("key"), try Self.content($0)) })
    }

    private static func content(_ row: Row) throws -> ExecutionContent {
        ExecutionContent(
            definition: try JSONCodec.decode(JobDefinition.self, from: Array(row.text("definition").utf8)),
            parameters: try JSONCodec.decode([String: JSONValue].self, from: Array(row.text("parameters").utf8)),
            sealedSecrets: try row.optionalText("secrets"),
            leftOut: try JSONCodec.decode([String].self, from: Array(row.text("left_out").utf8)))
    }
}
