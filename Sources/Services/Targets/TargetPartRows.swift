import Contracts
import Store
import Vocabulary
import Web

/// What hangs on a target. Each kind has a table of its own, by which targets are found; for reading, all of a target's are also in the
/// column `parts`: a JSON array with tags, facts, methods and host keys, each an array with an array for each row.
struct TargetParts {
    let tags: [String]
    let facts: [String: String]
    let methods: [ConnectionMethod]
    let hostKeys: [PinnedHostKey]

    /// The column's value for the rows that the tables have for `t.id`.
    static func rendered(_ dialect: Dialect) -> SQL {
        func rows(_ columns: SQL, _ table: SQL, by order: SQL) -> SQL {
            dialect.rows(of: columns, from: table, where: "target_id = t.id", by: order)
        }
        return dialect.document(of: [
            rows("tag", "target_tags", by: "tag_key"), rows("name, value", "target_facts", by: "name_key"),
            rows("kind, host, port, username, credential_id, jump_id, connect_timeout_seconds", "target_methods", by: "position"),
            rows("algorithm, blob, fingerprint, pinned_at, pinned_by", "target_host_keys", by: "pinned_at, fingerprint"),
        ])
    }

    /// The column's value for a target.
    static func document(of target: Target) throws -> String {
        let facts = target.facts.sorted { ($0.key.lowercased(), $0.key) < ($1.key.lowercased(), $1.key) }
        return try JSONCodec.text(
            [
                .array(target.tags.map { .array([.string($0)]) }), .array(facts.map { .array([.string($0), .string($1)]) }),
                .array(target.connections.map(\.partRow)), .array(target.hostKeys.map(\.partRow)),
            ] as [JSONValue])
    }

    /// Reads the column of a row.
    init(_ row: Row) throws {
        let kinds = try PartRow.all(in: row)
        tags = try kinds[0].map { try $0.text(0) }
        facts = try Dictionary(kinds[1].map { (try $0.text(0), try $0.text(1)) }) { first, _ in first }
        methods = try kinds[2].map(ConnectionMethod.init)
        hostKeys = try kinds[3].map(PinnedHostKey.init)
    }
}

extension ConnectionMethod {
    fileprivate init(_ row: PartRow) throws {
        guard let kind = ConnectionKind(rawValue: try row.text(0)) else { throw PartRow.unexpected }
        self.init(
            kind: kind, host: row.optionalText(1), port: row.whole(2), user: row.optionalText(3),
            credential: row.optionalText(4).map(CredentialID.init(trusted:)), jump: row.optionalText(5).map(TargetID.init(trusted:)),
            connectTimeoutSeconds: row.whole(6))
    }

    fileprivate var partRow: JSONValue {
        .array([
            .string(kind.rawValue), JSONValue(host), JSONValue(port), JSONValue(user), JSONValue(credential?.text), JSONValue(jump?.text),
            JSONValue(connectTimeoutSeconds),
        ])
    }
}

extension PinnedHostKey {
    fileprivate init(_ row: PartRow) throws {
        guard let pinnedAt = row.whole(3) else { throw PartRow.unexpected }
        self.init(
            algorithm: try row.text(0), blob: try row.text(1), fingerprint: try row.text(2),
            pinnedAt: Timestamp(milliseconds: Int64(pinnedAt)), pinnedBy: try row.text(4))
    }

    fileprivate var partRow: JSONValue {
        .array([.string(algorithm), .string(blob), .string(fingerprint), .integer(pinnedAt.milliseconds), .string(pinnedBy)])
    }
}

extension JSONValue {
    fileprivate init(_ text: String?) { self = text.map(JSONValue.string) ?? .null }
    fileprivate init(_ number: Int?) { self = number.map { .integer(Int64($0)) } ?? .null }
}

/// One row inside the column.
private struct PartRow {
    let values: [JSONNode]

    static let unexpected = StoreError.unexpectedValue(column: "parts")

    /// The rows of the four kinds.
    static func all(in row: Row) throws -> [[PartRow]] {
        guard case .array(let kinds) = try JSONParser.parse(try row.text("parts").utf8), kinds.count == 4 else { throw unexpected }
        return try kinds.map { kind in
            if kind == .null { return [] }
            guard case .array(let rows) = kind else { throw unexpected }
            return try rows.map { row in
                guard case .array(let values) = row else { throw unexpected }
                return PartRow(values: values)
            }
        }
    }

    func optionalText(_ position: Int) -> String? {
        guard case .string(let text) = values[position] else { return nil }
        return text
    }

    func text(_ position: Int) throws -> String {
        guard let text = optionalText(position) else { throw Self.unexpected }
        return text
    }

    func whole(_ position: Int) -> Int? { values[position].whole.map(Int.init) }
}
