import Logging
import Vocabulary

/// Where a service tells others what must not be missed. What is told in a transaction is kept with it in the service's table `news`, and handed to each
/// receiver in order, at least once, in batches; a receiver that is away holds up nobody else.
package final class NewsDesk: Sendable {
    private let relays: [String: OutboxRelay]
    private let database: any Database
    private let ids: any IDSource

    /// The audit log, whose notes are many and which nobody waits for: it is told once a second, so that work that is much goes first.
    private static let audit = "audit"

    private static func pace(of receiver: String) -> Duration { receiver == audit ? .seconds(1) : .milliseconds(100) }

    /// `receivers` are the services that are told, by name, and where they take news. The own service may be among them.
    package init(
        from service: String, database: any Database, peer: any Peer, receivers: [String: NewsEndpoint], clock: any WallClock,
        ids: any IDSource, logger: Logger
    ) {
        (self.database, self.ids) = (database, ids)
        relays = Dictionary(
            uniqueKeysWithValues: receivers.map { name, endpoint in
                let relay = OutboxRelay(
                    .news, topic: name, database: database, clock: clock, logger: logger, pace: Self.pace(of: name), batch: 500,
                    publishAll: { events in
                        let items = events.map { NewsItem(id: $0.id, kind: $0.kind, payload: $0.payload, createdAt: $0.createdAt) }
                        let _: Nothing = try await peer.call(
                            endpoint, [:], NewsDelivery(from: service, items: items), as: .service(service))
                    })
                return (name, relay)
            })
    }

    /// Keeps an item for a receiver with the transaction; `ring` after it. `content` is encoded as JSON with the property names as they are.
    /// - Throws: `EncodingError`, `StoreError`.
    package func tell(
        _ receiver: String, _ kind: String, _ content: some Encodable, in transaction: any Transaction, at now: Timestamp
    ) async throws {
        try await tell([Outbox.News(topic: receiver, kind: kind, encoding: content)], in: transaction, at: now)
    }

    /// Keeps items, whose topics are receivers, with the transaction; `ring` after it.
    /// - Throws: `StoreError`.
    package func tell(_ news: [Outbox.News], in transaction: any Transaction, at now: Timestamp) async throws {
        try await Outbox.news.append(news, in: transaction, at: now, ids: ids)
    }

    /// Keeps a note of what was done for the audit log with the transaction that does it; `ring` after it.
    /// - Throws: `EncodingError`, `StoreError`.
    package func note(_ note: AuditNote, in transaction: any Transaction) async throws {
        try await tell(Self.audit, note.action, note, in: transaction, at: note.at)
    }

    /// Keeps notes, all in one statement where there are few; as `note`.
    /// - Throws: `EncodingError`, `StoreError`.
    package func note(_ notes: [AuditNote], in transaction: any Transaction) async throws {
        guard let first = notes.first else { return }
        try await tell(try notes.map(Self.news), in: transaction, at: first.at)
    }

    /// The statements that keep notes, for a transaction that is made of statements.
    /// - Throws: `EncodingError`.
    package func statements(of notes: [AuditNote]) throws -> [SQL] {
        guard let first = notes.first else { return [] }
        return Outbox.news.appending(try notes.map(Self.news), at: first.at, ids: ids)
    }

    private static func news(_ note: AuditNote) throws -> Outbox.News { try Outbox.News(topic: audit, kind: note.action, encoding: note) }

    /// Says that something was told; returns at once.
    package func ring() {
        for relay in relays.values { relay.ring() }
    }

    /// How much waits for each receiver by name, none included, and since when.
    /// - Throws: `StoreError`.
    package func backlog() async throws -> [(receiver: String, count: Int, oldest: Timestamp?)] {
        let waiting = try await database.read { try await Outbox.news.waiting(in: $0) }
        return relays.keys.sorted().map { ($0, waiting[$0]?.count ?? 0, waiting[$0]?.oldest) }
    }

    /// Hands on until the task is cancelled.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            for relay in relays.values { group.addTask { await relay.run() } }
        }
    }

    /// Hands on a batch to every receiver that is there, and returns how many items.
    /// - Throws: `StoreError`.
    @discardableResult
    package func tick() async throws -> Int {
        var handed = 0
        for name in relays.keys.sorted() {
            do { handed += try await relays[name]?.tick() ?? 0 } catch let problem as Problem where problem.status == 503 { continue }
        }
        return handed
    }
}
