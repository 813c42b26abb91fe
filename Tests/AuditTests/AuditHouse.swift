import Contracts
import Crypto
import Ledger
import Logging
import Store
import Support
import Testing
import Vocabulary
import Web

@testable import Audit

/// The room Audit as it runs: real routes, real peer; only the clock is moved by hand.
struct AuditHouse {
    let clock = ManualClock()
    let peer: LocalPeer
    let service: AuditService
    let database: any Database
    static let administrator = Caller.user(UserID(trusted: "01990000-0000-7000-8000-0000000000aa"), name: "ada", role: .administrator)

    /// The keys of all houses of these tests.
    static let keys: LedgerKeys = {
        let key = SymmetricKey(data: [UInt8](repeating: 9, count: 32))
        guard let keys = LedgerKeys(seals: [key], signers: [key]) else { preconditionFailure("a key of 32 bytes is one") }
        return keys
    }()

    init(
        _ database: (any Database)? = nil, settings: AuditSettings = AuditSettings(), sink: (any EventSink)? = nil,
        also others: (inout Routes) -> Void = { _ in }
    ) async throws {
        let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        if let database {
            self.database = database
        } else {
            self.database = try await TestDatabase.make(AuditService.migrations, service: AuditService.name)
        }
        peer = LocalPeer(ids: SystemIDs(), logger: logger)
        service = AuditService(
            database: self.database, peer: peer, keys: Self.keys, settings: settings, sink: sink, host: "here", clock: clock,
            ids: SystemIDs(), logger: logger)
        var routes = Routes()
        service.routes(into: &routes)
        others(&routes)
        peer.attach(routes)
    }

    /// Calls an endpoint as an administrator.
    func call<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String] = [:], _ input: Input, as caller: Caller = administrator
    ) async throws -> Output {
        try await peer.call(endpoint, path, input, as: caller)
    }

    /// An item as a service would tell it.
    func item(_ note: AuditNote, id: String = SystemIDs().next()) throws -> NewsItem {
        let news = try Outbox.News(topic: "audit", kind: note.action, encoding: note)
        return NewsItem(id: id, kind: news.kind, payload: news.payload, createdAt: note.at)
    }

    /// Has a service tell notes.
    func tell(_ source: String, _ items: [NewsItem]) async throws {
        let _: Nothing = try await peer.call(AuditAPI.news, [:], NewsDelivery(from: source, items: items), as: .service(source))
    }

    /// Has a service tell so many changes of jobs, a second apart.
    func tellChanges(_ source: String, _ count: Int) async throws {
        for start in stride(from: 0, to: count, by: 200) {
            try await tell(source, try (start..<min(count, start + 200)).map { try item(Self.change($0, source, at: tick())) })
        }
    }

    private func tick() -> Timestamp {
        clock.advance(by: .seconds(1))
        return clock.now()
    }

    /// The n-th change of a job.
    static func change(_ number: Int, _ source: String, at: Timestamp) -> AuditNote {
        AuditNote(
            "job.updated", .init("job", "01990000-0000-7000-8000-\(String(100_000_000_000 + number))", "J\(number)"),
            before: .object(["version": .integer(Int64(number)), "note": "old \u{1F600} \"quoted\""]),
            after: .object(["version": .integer(Int64(number + 1)), "note": "new", "share": .number(0.1)]),
            origin: Origin(caller: administrator, address: "192.0.2.7", userAgent: "test", requestId: "r\(number)"), by: source, at: at)
    }

    /// Everything that the log has, newest first.
    func all(_ query: AuditQuery = AuditQuery(limit: 500)) async throws -> [AuditRecord] {
        try await call(AuditAPI.list, [:], query).items
    }

    /// What an endpoint streams.
    func bytes<Input>(_ endpoint: Endpoint<Input, Download>, _ input: Input) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await piece in try await call(endpoint, [:], input).body { bytes += piece }
        return bytes
    }
}

/// A sink that remembers, and is away while it is told so.
actor RememberingSink: EventSink {
    private(set) var messages: [String] = []
    private var isAway = false
    struct Away: Error {}

    func send(_ messages: [[UInt8]]) async throws {
        if isAway { throw Away() }
        self.messages += messages.map { String(decoding: $0, as: UTF8.self) }
    }

    func leave(_ isAway: Bool) { self.isAway = isAway }
    func close() async {}
}

extension AuditHouse {
    /// A house with a copy of the data.
    func copy() async throws -> AuditHouse {
        let copy = try await AuditHouse()
        for table in ["audit_chains", "audit_entries", "audit_heads"] {
            let columns: [String] =
                switch table {
                case "audit_chains": ["source", "number", "hash", "at"]
                case "audit_heads": ["source", "number", "hash", "at", "key", "signature"]
                default: ["source", "number", "id", "content", "hash", "seal"] + SQLAuditStore.columns
                }
            let list = columns.joined(separator: ", ")
            let rows = try await database.query(SQL(trusted: "SELECT \(list) FROM \(table) ORDER BY source, number"))
            try await copy.database.transact { transaction in
                try await transaction.insert("INSERT INTO \(table) (\(list))", rows.map { row in columns.map { row[$0] } })
            }
        }
        return copy
    }
}
