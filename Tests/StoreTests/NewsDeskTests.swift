import Logging
import Store
import Support
import Synchronization
import Testing
import Vocabulary

@Suite("News desk", .timeLimit(.minutes(1)))
struct NewsDeskTests {
    private static let schema = [
        Migration(1, "news", sqlite: Outbox.news.statements(.sqlite), postgresql: Outbox.news.statements(.postgresql))
    ]
    private static let audit = NewsEndpoint(.post, "/api/audit/internal/news", needs: .service, "Takes notes")
    private static let mail = NewsEndpoint(.post, "/api/mail/internal/news", needs: .service, "Takes news")

    /// Remembers what arrived where, and is away for some.
    private final class Town: Peer {
        let arrived = Mutex<[String: [NewsDelivery]]>([:])
        let away = Mutex<Set<String>>([])

        func call<Input, Output>(
            _ endpoint: Endpoint<Input, Output>, _ path: [String: String], _ input: Input, as caller: Caller, idempotencyKey: String?
        ) async throws -> Output {
            guard let delivery = input as? NewsDelivery, let nothing = Nothing() as? Output, caller == .service("jobs"),
                !away.withLock({ $0.contains(endpoint.path) })
            else { throw Problem.unavailable("Away.") }
            arrived.withLock { $0[endpoint.path, default: []].append(delivery) }
            return nothing
        }

        func kinds(_ endpoint: NewsEndpoint) -> [String] {
            arrived.withLock { ($0[endpoint.path] ?? []).flatMap(\.items).map(\.kind) }
        }
    }

    private func desk(_ database: any Database, _ town: Town) -> NewsDesk {
        NewsDesk(
            from: "jobs", database: database, peer: town, receivers: ["audit": Self.audit, "mail": Self.mail], clock: ManualClock(),
            ids: SystemIDs(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test("each receiver gets its own items, in order and in one delivery", arguments: StoreMaker.all)
    func order(maker: StoreMaker) async throws {
        try await maker.withDatabase(Self.schema) { database in
            let town = Town()
            let desk = desk(database, town)
            let now = Timestamp(milliseconds: 7)
            try await database.transact { transaction in
                try await desk.tell("mail", "one", ["a": 1], in: transaction, at: now)
                try await desk.note(AuditNote("job.updated", .init("job", "1", "J1"), by: "jobs", at: now), in: transaction)
                try await desk.tell("mail", "two", ["a": 2], in: transaction, at: now)
            }

            let handed = try await desk.tick()
            #expect(handed == 3)
            #expect(town.kinds(Self.mail) == ["one", "two"] && town.kinds(Self.audit) == ["job.updated"])
            let deliveries = town.arrived.withLock { $0[Self.mail.path] } ?? []
            #expect(deliveries.map(\.from) == ["jobs"] && deliveries[0].items.map(\.payload) == [#"{"a":1}"#, #"{"a":2}"#])
            let again = try await desk.tick()
            #expect(again == 0)
        }
    }

    @Test("a receiver that is away loses nothing and holds up nobody else")
    func away() async throws {
        try await StoreMaker.sqliteMemory.withDatabase(Self.schema) { database in
            let town = Town()
            let desk = desk(database, town)
            town.away.withLock { _ = $0.insert(Self.audit.path) }
            try await database.transact { transaction in
                try await desk.tell("audit", "one", [1], in: transaction, at: Timestamp(milliseconds: 7))
                try await desk.tell("mail", "one", [1], in: transaction, at: Timestamp(milliseconds: 7))
            }

            let handed = try await desk.tick()
            #expect(handed == 1 && town.kinds(Self.mail) == ["one"] && town.kinds(Self.audit).isEmpty)
            town.away.withLock { $0 = [] }
            let later = try await desk.tick()
            #expect(later == 1 && town.kinds(Self.audit) == ["one"])
        }
    }

    @Test("what a transaction told that was undone is not told")
    func undone() async throws {
        struct ChangedMind: Error {}
        try await StoreMaker.sqliteMemory.withDatabase(Self.schema) { database in
            let town = Town()
            let desk = desk(database, town)
            await #expect(throws: ChangedMind.self) {
                try await database.transact { transaction in
                    try await desk.tell("mail", "one", [1], in: transaction, at: Timestamp(milliseconds: 7))
                    throw ChangedMind()
                }
            }

            let handed = try await desk.tick()
            #expect(handed == 0)
        }
    }
}
