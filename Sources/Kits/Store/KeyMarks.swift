/// What a database keeps to recognise the secret keys that it was sealed with: for each key version one sealed mark, which only that key opens.
package enum KeyMarks {
    /// The statements of a migration that creates the marks of a service.
    package static func statements(_ dialect: Dialect) -> [String] {
        let bytes =
            switch dialect {
            case .sqlite: "BLOB"
            case .postgresql: "BYTEA"
            }
        return [
            """
            CREATE TABLE key_marks (
                key_version BIGINT NOT NULL PRIMARY KEY,
                mark \(bytes) NOT NULL
            )
            """
        ]
    }

    /// The marks, by key version.
    package static func all(in transaction: any Transaction) async throws -> [[UInt8]] {
        try await transaction.query(
            """
            -- key_marks.list
            SELECT mark
            FROM key_marks
            ORDER BY key_version
            """
        ).map { try $0.bytes("mark") }
    }

    /// Keeps the mark of a key version; one that is there already stays.
    package static func add(_ mark: [UInt8], version: Int, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- key_marks.add
            INSERT INTO key_marks (key_version, mark)
            VALUES (\(version), \(mark))
            ON CONFLICT (key_version) DO NOTHING
            """)
    }
}
