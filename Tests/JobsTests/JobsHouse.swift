import Contracts
import Logging
import Store
import Support
import Synchronization
import Testing
import Vocabulary
import Web

@testable import Jobs

/// The Jobs room as it runs: real routes, real peer, SQLite in memory. Executions is another room; here it only writes down what it is asked.
struct JobsHouse {
    static let operatorCaller = Caller.user(UserID.sample, name: "olga", role: .operator)
    static let viewer = Caller.user(UserID(trusted: "01990000-0000-7000-8000-000000000002"), name: "vera", role: .viewer)

    let clock = ManualClock()
    let started = Started()
    let database: any Database
    private let peer: LocalPeer
    private let routes: Routes

    /// Everybody is there; the one who is a viewer may not run jobs.
    private static func user(_ id: UserID) -> User {
        let now = Timestamp(milliseconds: 0)
        return User(
            id: id, username: "u", displayName: "U", role: id == viewer.user ? .viewer : .operator, isActive: true, revision: 1,
            createdAt: now,
            updatedAt: now)
    }

    /// What Executions was asked to start.
    final class Started: Sendable {
        private let orders = Mutex<[StartExecutions.Order]>([])
        func add(_ more: [StartExecutions.Order]) { orders.withLock { $0 += more } }
        var launched: [StartExecutions.Order] { orders.withLock { $0 } }
        private let calls = Mutex<[Call<StartExecution>]>([])
        func add(_ call: Call<StartExecution>) { calls.withLock { $0.append(call) } }
        var all: [Call<StartExecution>] { calls.withLock { $0 } }
    }

    init() async throws {
        database = try await TestDatabase.make(JobsService.migrations, service: JobsService.name)
        peer = LocalPeer(ids: SystemIDs(), logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        let service = JobsService(database: database, peer: peer, news: .unheard(database), clock: clock, ids: SystemIDs())
        var routes = Routes()
        service.routes(into: &routes)
        let started = started
        routes.serve(ExecutionsAPI.start) { call in
            started.add(call)
            return RunReceipt.sample
        }
        routes.serve(ExecutionsAPI.startMany) { call in
            started.add(call.body.orders)
            return StartedExecutions(results: call.body.orders.map { _ in StartResult(receipt: .sample) })
        }
        routes.serve(UsersAPI.find) { call in FoundUser(user: call.body.id.map(Self.user)) }
        self.routes = routes
        peer.attach(routes)
    }

    func call<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String] = [:], _ input: Input, as caller: Caller = operatorCaller,
        once key: String? = nil
    ) async throws -> Output {
        try await peer.call(endpoint, path, input, as: caller, idempotencyKey: key)
    }

    /// Calls an endpoint from outside, with a JSON body.
    func send<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, body: String, as caller: Caller = operatorCaller
    ) async throws -> WireAnswer {
        let route = try #require(routes.all.first { $0.key == endpoint.key })
        return try await route.wireHandler(
            WireCall(method: endpoint.method, body: Array(body.utf8), caller: caller, requestId: "request"))
    }

    func create(_ yaml: String) async throws -> Job { try await call(JobsAPI.create, [:], SaveJob(yaml: yaml)) }

    func check(_ yaml: String) async throws -> JobCheck { try await call(JobsAPI.check, [:], CheckJob(yaml: yaml)) }

    /// The problem that a call ends with.
    func problem(_ work: () async throws -> Void) async throws -> Problem {
        do {
            try await work()
        } catch let problem as Problem {
            return problem
        }
        Issue.record("nothing was refused")
        throw CancellationError()
    }
}

extension RunReceipt {
    static let sample = RunReceipt(
        id: .sample, serial: "J20260001.0001", targets: 2, leftOut: [])
}

enum Sample {
    static let minimal = "name: hello\nsteps:\n  - name: greet\n    command: echo hello\n"
    static let full = """
        # Restarts a service.
        name: Restart service
        description: Restarts a service and waits until it answers
        targets: tag = web
        max_parallel: 5
        timeout_seconds: 600
        parameters:
          - name: service
            type: string
            required: true
            pattern: "[a-z-]+"
          - name: token
            type: secret
          - name: mode
            type: choice
            choices: [soft, hard]
            default: soft
        steps:
          - name: restart
            command: systemctl restart {{ parameters.service }}
            retries: {attempts: 3, delay_seconds: 2, factor: 1.5}
            accepted_exit_codes: [0, 3]
          - name: wait
            script:
              interpreter: /bin/bash
              text: |
                for i in 1 2 3; do
                  curl -fsS "http://{{ target.host }}/" && exit 0
                done
                exit 1
              arguments: [-x, 5]
            environment:
              PORT: 8080
            standard_input: "{{ parameters.token }}"
            on_failure: continue
            runs: always
            repeatable: true
        """
}
