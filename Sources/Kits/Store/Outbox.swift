import Foundation
import Vocabulary

/// Events that must not be lost. They are written in the same transaction as the change they tell of and handed on afterwards,
/// at least once, by `OutboxRelay`; whoever consumes them remembers their ids.
package struct Outbox: Sendable {
    /// What is told over the bus, the topic being the bus's.
    package static let bus = Outbox(table: "outbox", isSortedByTopic: false)
    /// What other services are told, the topic being the service's name; see `NewsDesk`.
    package static let news = Outbox(table: "news", isSortedByTopic: true)

    private let table: SQL
    private let isSortedByTopic: Bool

    private init(table: StaticString, isSortedByTopic: Bool) {
        self.table = SQL(trusted: "\(table)")
        self.isSortedByTopic = isSortedByTopic
    }

    /// An event before it is written.
    package struct News: Sendable, Hashable {
        /// Who should hear of it, for example `executions`.
        package let topic: String
        /// What happened, for example `execution.finished`.
        package let kind: String
        /// JSON text.
        package let payload: String

        /// Takes JSON text.
        package init(topic: String, kind: String, payload: String) {
            self.topic = topic
            self.kind = kind
            self.payload = payload
        }

        /// Encodes `content` as JSON with the property names as they are.
        /// - Throws: `EncodingError`.
        package init(topic: String, kind: String, encoding content: some Encodable) throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            self.init(topic: topic, kind: kind, payload: String(decoding: try encoder.encode(content), as: UTF8.self))
        }
    }

    /// An event as its consumers get it.
    package struct Event: Sendable, Hashable {
        /// A UUIDv7; the same one when the event comes twice.
        package let id: String
        /// Who should hear of it.
        package let topic: String
        /// What happened.
        package let kind: String
        /// JSON text.
        package let payload: String
        /// When it was written.
        package let createdAt: Timestamp

        /// Reads a payload that `News` encoded.
        /// - Throws: `DecodingError`.
        package func content<Content: Decodable>(as type: Content.Type = Content.self) throws -> Content {
            try JSONDecoder().decode(type, from: Data(payload.utf8))
        }
    }

    /// The statements of a migration that creates it.
    package func statements(_ dialect: Dialect) -> [String] {
        let position =
            switch dialect {
            case .sqlite: "position INTEGER PRIMARY KEY AUTOINCREMENT"
            case .postgresql:
                "position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, writer XID8 NOT NULL DEFAULT pg_current_xact_id()"
            }
        let create = """
            CREATE TABLE \(table.text) (
                \(position),
                id TEXT NOT NULL UNIQUE,
                topic TEXT NOT NULL,
                kind TEXT NOT NULL,
                payload TEXT NOT NULL,
                created_at BIGINT NOT NULL
            )
            """
        return isSortedByTopic ? [create, "CREATE INDEX \(table.text)_by_topic ON \(table.text) (topic, position)"] : [create]
    }

    /// Writes events in the order given; they become visible with the transaction. Ring the relay after it.
    package func append(
        _ news: [News], in transaction: any Transaction, at now: Timestamp, ids: any IDSource = SystemIDs()
    ) async throws {
        try await transaction.write(appending(news, at: now, ids: ids))
    }

    /// The statements that write events, for a transaction that is made of statements.
    func appending(_ news: [News], at now: Timestamp, ids: any IDSource) -> [SQL] {
        SQL.inserts(
            "-- outbox.append\nINSERT INTO \(table.text) (id, topic, kind, payload, created_at)",
            news.map { [.of(ids.next()), .of($0.topic), .of($0.kind), .of($0.payload), .of(now)] }, "")
    }

    /// The oldest events that were not delivered, with their places. Writers that are still at work may yet fill a place before
    /// one that is visible, so on engines with many writers only what is older than all of them is read.
    func undelivered(
        of topic: String? = nil, in transaction: any Transaction, atMost limit: Int
    ) async throws -> [(position: Int, event: Event)] {
        let settled: SQL =
            switch transaction.dialect {
            case .sqlite: "1 = 1"
            case .postgresql: "writer < pg_snapshot_xmin(pg_current_snapshot())"
            }
        let wanted: SQL = topic.map { "topic = \($0)" } ?? "1 = 1"
        let rows = try await transaction.query(
            """
            -- outbox.undelivered
            SELECT position, id, topic, kind, payload, created_at
            FROM \(table)
            WHERE \(wanted) AND \(settled)
            ORDER BY position
            LIMIT \(limit)
            """)
        return try rows.map { row in
            let event = Event(
                id: try row.text("id"), topic: try row.text("topic"), kind: try row.text("kind"),
                payload: try row.text("payload"), createdAt: try row.time("created_at"))
            return (try row.int("position"), event)
        }
    }

    /// How many events of each topic were not delivered, and since when.
    func waiting(in transaction: any Reading) async throws -> [String: (count: Int, oldest: Timestamp)] {
        let rows = try await transaction.query(
            "-- outbox.waiting\nSELECT topic, COUNT(*) AS number, MIN(created_at) AS oldest FROM \(table) GROUP BY topic")
        let found = try rows.map { (try $0.text("topic"), (count: try $0.int("number"), oldest: try $0.time("oldest"))) }
        return Dictionary(uniqueKeysWithValues: found)
    }

    /// Forgets events that were delivered. When that is lost again they are delivered twice, which their consumers notice.
    func remove(_ positions: [Int], from database: any Database) async throws {
        try await database.transact(
            ["-- outbox.remove\nDELETE FROM \(table) WHERE \(database.dialect.isAmong("position", positions))"], kept: .soon)
    }
}
