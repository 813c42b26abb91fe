import Bus
import Contracts
import Crypto
import Foundation
import Jobs
import Logging
import Store
import Support
import Synchronization
import Testing
import Vault
import Vocabulary
import Web

@testable import Schedules

/// Webhooks and rules as they run, beside the real room of jobs. Users and Executions are other rooms; here they say what tests tell them to.
struct EventsHouse {
    static let anna = Caller.user(UserID.sample, name: "anna", role: .operator)

    let clock = ManualClock()
    let others = Others()
    let database: any Database
    let room: EventsRoom
    let peer: LocalPeer
    let routes: Routes

    /// What the other rooms say and were asked.
    final class Others: Sendable {
        struct State {
            var ownerRole: Role? = .operator
            var orders: [StartExecutions.Order] = []
            var receipts: [String: RunReceipt] = [:]
            var isAway = false
            var problem: Problem?
            var targets: [TargetID] = []
            var asked: [AskTargets] = []
        }
        let state = Mutex(State())

        func change(_ body: (inout sending State) -> Void) { state.withLock { body(&$0) } }
        /// The executions that were started, each once.
        var orders: [StartExecutions.Order] { state.withLock { $0.orders } }

        func start(_ input: StartExecutions) throws -> StartedExecutions {
            try state.withLock { state in
                if state.isAway { throw Problem.unavailable("Executions is away.") }
                if let problem = state.problem {
                    return StartedExecutions(results: input.orders.map { _ in StartResult(problem: problem) })
                }
                return StartedExecutions(
                    results: input.orders.map { order in
                        if let known = state.receipts[order.idempotencyKey] { return StartResult(receipt: known) }
                        state.orders.append(order)
                        let number = state.orders.count
                        let receipt = RunReceipt(
                            id: ExecutionID(trusted: "01990000-0000-7000-8000-00000000000\(number % 10)"), serial: "J20260001.000\(number)",
                            targets: 1, leftOut: [])
                        state.receipts[order.idempotencyKey] = receipt
                        return StartResult(receipt: receipt)
                    })
            }
        }
    }

    init() async throws {
        let news = Migration(1, "news", sqlite: Outbox.news.statements(.sqlite), postgresql: Outbox.news.statements(.postgresql))
        database = try await TestDatabase.make([news] + EventMigrations.steps(from: 2), service: SchedulesService.name)
        let jobs = try await TestDatabase.make(JobsService.migrations, service: JobsService.name)
        let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        peer = LocalPeer(ids: SystemIDs(), logger: logger)
        room = EventsRoom(
            database: database, peer: peer, vault: Vault(try #require(KeyRing.fleeting())), brake: InProcessTally(clock: clock),
            news: .unheard(database), clock: clock, ids: CountingIDs(), logger: logger,
            schedule: { $0.lowercased() == "nightly" ? (ScheduleID.sample, "nightly") : nil })
        var routes = Routes()
        EventRoutes(room: room).add(to: &routes)
        JobsService(database: jobs, peer: peer, news: .unheard(jobs), clock: clock, ids: SystemIDs()).routes(into: &routes)
        let others = others
        routes.serve(UsersAPI.find) { _ in
            let role = others.state.withLock { $0.ownerRole }
            return FoundUser(
                user: role.map {
                    User(
                        id: .sample, username: "anna", displayName: "Anna", role: $0, isActive: true, revision: 1,
                        createdAt: Timestamp(milliseconds: 0), updatedAt: Timestamp(milliseconds: 0))
                })
        }
        routes.serve(ExecutionsAPI.startMany) { try others.start($0.body) }
        routes.serve(ExecutionsAPI.targets) { call in
            others.change { $0.asked.append(call.body) }
            return ExecutionTargets(targets: others.state.withLock { $0.targets })
        }
        self.routes = routes
        peer.attach(routes)
    }

    func call<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String] = [:], _ input: Input, as caller: Caller = anna
    ) async throws -> Output {
        try await peer.call(endpoint, path, input, as: caller, idempotencyKey: nil)
    }

    func job(_ yaml: String) async throws -> Job { try await call(JobsAPI.create, [:], SaveJob(yaml: yaml)) }

    /// A job `deploy` with a parameter of each type that messages fill.
    func deploy() async throws -> Job { try await job(Self.deployText) }

    static let deployText = """
        name: deploy
        targets: tag = web
        parameters:
          - {name: branch, type: string, required: true}
          - {name: count, type: integer, default: 1}
          - {name: force, type: boolean, default: false}
          - {name: stage, type: choice, choices: [test, live], default: test}
          - {name: token, type: secret}
        steps:
          - {name: show, command: "echo {{ parameters.branch }} {{ parameters.count }}", standard_input: "{{ parameters.token }}"}
        """

    func webhook(_ definition: WebhookDefinition, secret: String = EventsHouse.secret) async throws -> Webhook {
        try await call(SchedulesAPI.createWebhook, [:], SaveWebhook(definition: definition, secret: Secret(secret))).webhook
    }

    static let secret = "It's-a-Secret-to-Everybody"

    /// Sends a message as it comes from outside; what is answered with its status.
    func send(_ hook: String, _ request: RawRequest, from address: String = "192.0.2.7") async throws -> (status: Int, text: String) {
        let route = try #require(routes.all.first { $0.key == SchedulesAPI.receive.key })
        let call = WireCall(
            method: .post, query: request.query, body: request.body, path: ["hook": hook], caller: .anonymous, address: address,
            requestId: "request", headers: request.headers)
        do {
            let answer = try await route.wireHandler(call)
            guard case .bytes(let bytes) = answer.body else { return (answer.status, "") }
            return (answer.status, String(decoding: bytes, as: UTF8.self))
        } catch let error as any ProblemConvertible {
            return (error.problem.status, error.problem.detail)
        }
    }

    /// A message in our own format, signed now.
    func signed(_ body: String, name: String? = nil, secret: String = EventsHouse.secret, at: Timestamp? = nil) -> RawRequest {
        let seconds = String((at ?? clock.now()).milliseconds / 1000)
        let names = name.map { [(WebhookSignature.nameHeader, $0)] } ?? []
        return RawRequest(
            body: Array(body.utf8),
            headers: [
                ("Content-Type", "application/json"), ("User-Agent", "tests"), (WebhookSignature.timestampHeader, seconds),
                (WebhookSignature.signatureHeader, "v1=\(Self.code(seconds + "." + body, secret))"),
            ] + names)
    }

    /// HMAC-SHA256 in hexadecimal digits.
    static func code(_ text: String, _ secret: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: Array(secret.utf8)))
        return code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    func deliveries(_ webhook: Webhook) async throws -> [WebhookDelivery] {
        try await call(SchedulesAPI.deliveries, ["webhook": webhook.serial], WebhookDeliveryQuery()).items
    }

    func detail(_ webhook: Webhook, _ delivery: WebhookDelivery) async throws -> WebhookDeliveryDetail {
        try await call(SchedulesAPI.delivery, ["webhook": webhook.serial, "delivery": delivery.id.text], Nothing())
    }

    /// The problem that a call ends with.
    func problem(_ work: () async throws -> Void) async throws -> Problem {
        do { try await work() } catch let problem as Problem { return problem }
        Issue.record("nothing was refused")
        throw CancellationError()
    }
}

/// Ids in the order in which they are made, however fast that is.
private final class CountingIDs: IDSource {
    private let last = Mutex<Int64>(1_790_000_000_000)

    func next() -> String {
        let number = last.withLock { last in
            last += 1
            return last
        }
        return UUIDv7.text(milliseconds: number, random: [UInt8](repeating: 0, count: 10))
    }
}

extension WebhookDefinition {
    /// A webhook that deploys a branch.
    static func deploy(_ format: WebhookFormat = .opsconductor, change: (inout WebhookDefinition) -> Void = { _ in }) -> WebhookDefinition {
        var definition = WebhookDefinition(
            name: "Deploy", job: "deploy", format: format, run: TriggeredRun(parameters: ["branch": MappedValue(from: "body.branch")]))
        change(&definition)
        return definition
    }
}
