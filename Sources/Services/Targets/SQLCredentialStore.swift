import Contracts
import Flow
import Store
import Vocabulary

/// The credentials in SQL.
struct SQLCredentialStore: CredentialStore {
    private static let columns: SQL = """
        c.id, c.name, c.kind, c.username, c.description, c.password, c.private_key, c.passphrase, c.certificate, c.public_key, c.snmp_authentication,
            c.revision, c.created_at, c.updated_at,
            (SELECT COUNT(DISTINCT m.target_id) FROM target_methods m WHERE m.credential_id = c.id) AS used_by
        """

    func credential(_ reference: String, in reading: any Reading) async throws -> StoredCredential? {
        let row = try await reading.first(
            """
            -- credentials.show
            SELECT \(Self.columns)
            FROM credentials c
            WHERE c.id = \(reference.lowercased()) OR c.name_key = \(FilterText.folded(reference))
            ORDER BY c.name_key
            LIMIT 1
            """)
        return try row.map(Self.credential)
    }

    func credentials(_ ids: [CredentialID], in reading: any Reading) async throws -> [StoredCredential] {
        guard !ids.isEmpty else { return [] }
        return try await reading.query(
            """
            -- credentials.by_id
            SELECT \(Self.columns)
            FROM credentials c
            WHERE \(reading.dialect.isOne("c.id", of: ids.map(\.text)))
            ORDER BY c.name_key
            """
        ).map(Self.credential)
    }

    func page(after: String?, limit: Int?, in reading: any Reading) async throws -> [Credential] {
        let tail: SQL = limit.map { "LIMIT \($0)" } ?? ""
        return try await reading.query(
            """
            -- credentials.page
            SELECT \(Self.columns)
            FROM credentials c
            WHERE c.name_key > \(after ?? "")
            ORDER BY c.name_key
            \(tail)
            """
        ).map { try Self.credential($0).credential }
    }

    func anySealed(in reading: any Reading) async throws -> StoredCredential? {
        let row = try await reading.first(
            """
            -- credentials.any_sealed
            SELECT \(Self.columns)
            FROM credentials c
            WHERE c.password IS NOT NULL OR c.private_key IS NOT NULL
            ORDER BY c.id
            LIMIT 1
            """)
        return try row.map(Self.credential)
    }

    func count(in reading: any Reading) async throws -> Int {
        let row = try await reading.first("-- credentials.count\nSELECT COUNT(*) AS total FROM credentials")
        return try row?.int("total") ?? 0
    }

    func insert(_ stored: StoredCredential, in transaction: any Transaction) async throws {
        let credential = stored.credential
        try await transaction.execute(
            """
            -- credentials.insert
            INSERT INTO credentials (id, name, name_key, kind, username, description, password, private_key, passphrase,
                certificate, public_key, snmp_authentication, revision, created_at, updated_at)
            VALUES (\(credential.id), \(credential.name), \(FilterText.folded(credential.name)), \(credential.kind),
                \(credential.username), \(credential.description), \(stored.password), \(stored.privateKey), \(stored.passphrase),
                \(stored.certificate), \(credential.publicKey), \(credential.snmpAuthentication), \(credential.revision),
                \(credential.createdAt), \(credential.updatedAt))
            """)
    }

    func save(_ stored: StoredCredential, in transaction: any Transaction) async throws {
        let credential = stored.credential
        let saved = try await transaction.execute(
            """
            -- credentials.save
            UPDATE credentials
            SET name = \(credential.name), name_key = \(FilterText.folded(credential.name)), kind = \(credential.kind),
                username = \(credential.username), description = \(credential.description), password = \(stored.password),
                private_key = \(stored.privateKey), passphrase = \(stored.passphrase), certificate = \(stored.certificate),
                public_key = \(credential.publicKey), snmp_authentication = \(credential.snmpAuthentication), revision = \(credential.revision), updated_at = \(credential.updatedAt)
            WHERE id = \(credential.id) AND revision = \(credential.revision - 1)
            """)
        guard saved == 1 else {
            throw TargetError.staleRevision(sent: credential.revision - 1, current: credential.revision)
        }
    }

    func delete(_ id: CredentialID, in transaction: any Transaction) async throws {
        try await transaction.execute("-- credentials.delete\nDELETE FROM credentials WHERE id = \(id)")
    }

    func users(of id: CredentialID, in reading: any Reading) async throws -> (names: [String], count: Int) {
        let rows = try await reading.query(
            """
            -- credentials.users
            SELECT t.name, COUNT(*) OVER () AS total
            FROM targets t
            WHERE t.id IN (SELECT target_id FROM target_methods WHERE credential_id = \(id))
            ORDER BY t.name_key
            LIMIT 5
            """)
        return (try rows.map { try $0.text("name") }, try rows.first?.int("total") ?? 0)
    }

    private static func credential(_ row: Row) throws -> StoredCredential {
        let credential = Credential(
            id: try row.id("id"), name: try row.text("name"), kind: try row.word("kind"), username: try row.text("username"),
            description: try row.text("description"), publicKey: try row.optionalText("public_key"),
            snmpAuthentication: try row.optionalText("snmp_authentication").flatMap(SNMPAuthentication.init(rawValue:)),
            usedBy: try row.int("used_by"), revision: try row.int("revision"), createdAt: try row.time("created_at"),
            updatedAt: try row.time("updated_at"))
        return StoredCredential(
            credential: credential, password: try row.optionalBytes("password"), privateKey: try row.optionalBytes("private_key"),
            passphrase: try row.optionalBytes("passphrase"), certificate: try row.optionalText("certificate"))
    }
}
