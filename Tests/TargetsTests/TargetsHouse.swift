import Contracts
import Crypto
import Foundation
import Logging
import Store
import Support
import Synchronization
import Targets
import Testing
import Vault
import Vocabulary
import Web

/// The Targets room with its own database, called as others call it.
struct TargetsHouse {
    let peer: LocalPeer
    let clock = ManualClock()
    let database: any Database
    let vault: Vault
    /// The tests that were asked of Executions.
    let probes = Probes()
    /// The batches that were asked of Executions, and what is answered.
    let errands = Errands()
    let service: TargetsService
    let user = Caller.user(UserID(trusted: "01990000-0000-7000-8000-00000000000a"), name: "anna", role: .administrator)

    final class Probes: Sendable {
        private let asked = Mutex<[ProbeTarget]>([])
        var all: [ProbeTarget] { asked.withLock { $0 } }
        func add(_ probe: ProbeTarget) { asked.withLock { $0.append(probe) } }
    }

    /// Stands in for Executions and its workers.
    final class Errands: Sendable {
        private let state = Mutex<(asked: [Errand], answer: @Sendable (Errand) throws -> ErrandResult)>(
            ([], { _ in throw Problem.unavailable("No worker did it in time.") }))
        var all: [Errand] { state.withLock { $0.asked } }
        /// Says what is answered from now on.
        func answer(_ answer: @escaping @Sendable (Errand) throws -> ErrandResult) { state.withLock { $0.answer = answer } }
        func run(_ errand: Errand) throws -> ErrandResult {
            let answer = state.withLock { state in
                state.asked.append(errand)
                return state.answer
            }
            return try answer(errand)
        }
    }

    init() async throws {
        database = try await TestDatabase.make(TargetsService.migrations, service: TargetsService.name)
        vault = Vault(try #require(KeyRing([1: SymmetricKey(size: .bits256)])))
        peer = LocalPeer(ids: SystemIDs(), logger: Logger(label: "targets-tests"))
        var routes = Routes()
        service = TargetsService(
            database: database, peer: peer, vault: vault, news: .unheard(database), clock: clock, ids: SystemIDs(),
            logger: Logger(label: "targets-tests"))
        service.routes(into: &routes)
        let errands = errands
        routes.serve(ExecutionsAPI.runErrand) { call in try errands.run(call.body.errand) }
        routes.serve(ExecutionsAPI.cancelErrand) { _ in Nothing() }
        let probes = probes
        routes.serve(ExecutionsAPI.probe) { call in
            probes.add(call.body)
            return ConnectionTest(succeeded: true, attempts: [], milliseconds: 1, worker: "w1")
        }
        peer.attach(routes)
    }

    func call<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String] = [:], _ input: Input
    ) async throws -> Output {
        let caller = endpoint.permission == .service ? Caller.service("jobs") : user
        return try await peer.call(endpoint, path, input, as: caller)
    }

    /// Adds a target.
    @discardableResult
    func add(_ target: SaveTarget) async throws -> Target { try await call(TargetsAPI.create, [:], target) }

    /// Adds a target with one SSH connection.
    @discardableResult
    func add(
        _ name: String, host: String? = nil, user: String? = "root", credential: CredentialID? = nil, jump: TargetID? = nil,
        tags: [String] = [], policy: HostKeyPolicy = .strict
    ) async throws -> Target {
        let method = ConnectionMethod(kind: .ssh, host: host, user: user, credential: credential, jump: jump)
        return try await add(SaveTarget(name: name, tags: tags, connections: [method], hostKeyPolicy: policy))
    }

    func show(_ reference: String) async throws -> Target {
        try await call(TargetsAPI.show, ["target": reference], Nothing())
    }

    func names(_ filter: String?) async throws -> [String] {
        try await call(TargetsAPI.list, [:], TargetQuery(filter: filter, limit: 500)).items.map(\.name)
    }

    @discardableResult
    func password(_ name: String, _ password: String = "secret-1") async throws -> Credential {
        let save = SaveCredential(name: name, kind: .password, username: "deploy", password: Secret(password))
        return try await call(TargetsAPI.createCredential, [:], save)
    }

    func importing(
        _ format: ImportFormat, _ text: String, dryRun: Bool = false, credential: CredentialID? = nil
    ) async throws -> ImportReceipt {
        try await call(TargetsAPI.importTargets, [:], ImportTargets(format: format, text: text, dryRun: dryRun, credential: credential))
    }

    func exporting(_ format: ExportFormat, _ filter: String? = nil) async throws -> String {
        let download = try await call(TargetsAPI.export, [:], ExportTargets(format: format, filter: filter))
        var bytes: [UInt8] = []
        for try await piece in download.body { bytes += piece }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The problem that a call ends with.
func problem<Answer>(of body: () async throws -> Answer) async -> Problem? {
    do {
        _ = try await body()
        Issue.record("the call succeeded")
        return nil
    } catch {
        return error as? Problem
    }
}
