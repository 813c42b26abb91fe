import Contracts
import Ledger
import Logging
import ServiceLifecycle
import Store
import Vocabulary
import Web

/// The Audit service: who did what, and proof that nobody changed the record.
package struct AuditService: Service {
    /// The name of the service, its database and its identity.
    package static let name = AuditAPI.name
    /// The schema, to be brought up to date before the service is made.
    package static let migrations: [Migration] = AuditMigrations.all

    private let room: AuditRoom
    private let forward: ForwardOperations?

    /// Works on its own database, asks Executions for evidence through `peer`, and forwards to `sink` if there is one. `host` is what the machine is called in
    /// what is forwarded.
    package init(
        database: any Database, peer: any Peer, keys: LedgerKeys, settings: AuditSettings = AuditSettings(), sink: (any EventSink)? = nil,
        host: String = "-", clock: any WallClock, ids: any IDSource, logger: Logger
    ) {
        room = AuditRoom(database: database, peer: peer, clock: clock, ids: ids, keys: keys, settings: settings, logger: logger)
        forward = sink.map { [room] in ForwardOperations(room: room, sink: $0, host: host) }
    }

    /// Adds all endpoints of `AuditAPI`.
    package func routes(into routes: inout Routes) { AuditRoutes(room: room).add(to: &routes) }

    /// Signs the ends of the chains that are not signed yet, and returns how many.
    /// - Throws: `StoreError`, or why they could not be written outside.
    @discardableResult
    package func signHeads() async throws -> Int { try await HeadOperations(room: room).sign() }

    /// Forwards what was not forwarded yet, a page of each chain, and returns how many messages; nil while another process does.
    /// - Throws: `StoreError`, or why they could not be sent.
    package func forwardOnce() async throws -> Int? { try await forward?.tick() }

    /// Checks every entry, against heads that were kept outside too, and returns what is wrong.
    /// - Throws: `StoreError`.
    package func verify(
        heads: [LedgerHead] = [], progress: @Sendable (AuditProgress) async -> Void = { _ in }
    ) async throws -> [AuditFault] { try await VerifyOperations(room: room).run(heads: heads, progress) }

    /// How long the chains are, and how much of them is not forwarded yet.
    /// - Throws: `StoreError`.
    package func metrics() async throws -> [Metric] {
        let ends = try await room.store.chains(in: room.database)
        let heads = try await room.store.lastHeads(in: room.database)
        var metrics = [
            Metric(
                "opsconductor_audit_entries_total", .counter, "Entries of each chain of the audit log.",
                ends.map { Metric.Sample(Double($0.number), [("source", $0.source)]) }),
            Metric(
                "opsconductor_audit_unsigned_entries", .gauge, "Entries behind the last signed head.",
                ends.map { Metric.Sample(Double($0.number - (heads[$0.source]?.number ?? 0)), [("source", $0.source)]) }),
        ]
        if let forward {
            metrics.append(
                Metric(
                    "opsconductor_audit_unforwarded_entries", .gauge, "Entries that were not forwarded to syslog yet.",
                    try await forward.lag().map { Metric.Sample(Double($0.entries), [("source", $0.source)]) }))
        }
        return metrics
    }

    /// Signs and forwards until the service is shut down.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                let heads = HeadOperations(room: room)
                group.addTask { await heads.run() }
                if let forward { group.addTask { await forward.run() } }
            }
        }
    }
}
