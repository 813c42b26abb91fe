import Contracts
import Crypto
import Logging
import Outbound
import Store
import Support
import Synchronization
import Testing
import Vault
import Vocabulary
import Web

@testable import Notifications

/// The Notifications room with its own database, called as others call it. What goes out is kept here, and answered as the test says.
struct NotificationsHouse {
    let peer: LocalPeer
    let clock = ManualClock()
    let database: any Database
    let room: NotificationsRoom
    let outside = Outside()
    let vault: Vault
    let user = Caller.user(UserID(trusted: "01990000-0000-7000-8000-00000000000a"), name: "anna", role: .administrator)
    let viewer = Caller.user(UserID(trusted: "01990000-0000-7000-8000-00000000000b"), name: "vera", role: .viewer)

    /// What went out.
    final class Outside: Outbound {
        struct State {
            var requests: [OutboundRequest] = []
            var mails: [OutboundMail] = []
            var answers: [Result<Int, OutboundError>] = []
        }
        private let state = Mutex(State())
        var requests: [OutboundRequest] { state.withLock { $0.requests } }
        var mails: [OutboundMail] { state.withLock { $0.mails } }

        /// Answers the next requests so, and all others with 200.
        func answer(_ answers: Result<Int, OutboundError>...) { state.withLock { $0.answers += answers } }

        func send(_ request: OutboundRequest) async throws -> OutboundResponse {
            let answer: Result<Int, OutboundError> = state.withLock { state in
                state.requests.append(request)
                return state.answers.isEmpty ? .success(200) : state.answers.removeFirst()
            }
            return OutboundResponse(status: try answer.get(), body: Array("\(request.url) says hello".utf8))
        }

        func send(_ mail: OutboundMail) async throws -> MailReceipt {
            let answer: Result<Int, OutboundError> = state.withLock { state in
                state.mails.append(mail)
                return state.answers.isEmpty ? .success(250) : state.answers.removeFirst()
            }
            return MailReceipt(answer: "\(try answer.get()) taken", refusals: [])
        }
    }

    init(keys: KeyRing? = nil) async throws {
        database = try await TestDatabase.make(NotificationsService.migrations, service: NotificationsService.name)
        vault = Vault(try #require(keys ?? KeyRing([1: SymmetricKey(size: .bits256)])))
        peer = LocalPeer(ids: SystemIDs(), logger: Logger(label: "notifications-tests"))
        room = NotificationsRoom(
            database: database, peer: peer, vault: vault, outbound: outside, news: .unheard(database), clock: clock, ids: SystemIDs(),
            settings: NotificationsSettings(publicURL: "https://ops.example"), logger: Logger(label: "notifications-tests"))
        var routes = Routes()
        NotificationsService(room).routes(into: &routes)
        routes.serve(ExecutionsAPI.find) { call in
            guard call.body.execution == "J20260001.0001" else { throw Problem.notFound("execution `\(call.body.execution)`") }
            return .sample("J20260001.0001", .failed)
        }
        peer.attach(routes)
    }

    func call<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String] = [:], _ input: Input, as caller: Caller? = nil
    ) async throws -> Output {
        try await peer.call(endpoint, path, input, as: caller ?? (endpoint.permission == .service ? .service("executions") : user))
    }

    func problem<Output>(_ body: () async throws -> Output) async throws -> Problem {
        do { _ = try await body() } catch let problem as Problem { return problem }
        throw Problem.invalid("It was taken.")
    }

    @discardableResult
    func webhook(_ name: String = "hook", _ change: (inout SaveNotificationChannel) -> Void = { _ in }) async throws -> NotificationChannel
    {
        var save = SaveNotificationChannel(name: name, kind: .webhook, url: Secret("https://hooks.example/\(name)/t0k3n-of-the-path"))
        change(&save)
        return try await call(NotificationsAPI.createChannel, [:], save)
    }

    @discardableResult
    func route(
        _ kinds: [NotificationEventKind], to channels: [String] = ["hook"], name: String = "route",
        _ change: (inout SaveNotificationRoute) -> Void = { _ in }
    ) async throws -> NotificationRoute {
        var save = SaveNotificationRoute(name: name, filter: NotificationFilter(kinds: kinds), channels: channels)
        change(&save)
        return try await call(NotificationsAPI.createRoute, [:], save)
    }

    /// Tells of executions that ended, in one item of news; returns its id.
    @discardableResult
    func ended(_ executions: Execution..., id: String? = nil) async throws -> String {
        let news = try Outbox.News(topic: "", kind: ExecutionNews.ended, encoding: ExecutionNews.Ended(executions: executions))
        return try await tell(news, id: id)
    }

    @discardableResult
    func tell(_ news: Outbox.News, id: String? = nil) async throws -> String {
        let id = id ?? SystemIDs().next()
        let item = NewsItem(id: id, kind: news.kind, payload: news.payload, createdAt: clock.now())
        let _: Nothing = try await call(NotificationsAPI.news, [:], NewsDelivery(from: "executions", items: [item]))
        // What is told at the same millisecond has no order in lists.
        clock.advance(by: .milliseconds(1))
        return id
    }

    /// Sends what can be sent, over and over until nothing more can be. Returns how many attempts there were.
    @discardableResult
    func send() async throws -> Int {
        let courier = Courier(room: room, name: SystemIDs().next())
        var count = 0
        while true {
            let chosen = try await courier.choose(atMost: 32)
            if chosen.isEmpty { return count }
            for delivery in chosen {
                try await courier.carry(delivery)
                count += 1
            }
        }
    }

    func deliveries(_ query: DeliveryQuery = DeliveryQuery()) async throws -> [NotificationDelivery] {
        try await call(NotificationsAPI.deliveries, [:], query).items.reversed()
    }

    func alerts(all: Bool = true) async throws -> [Alert] { try await call(NotificationsAPI.alerts, [:], AlertQuery(all: all)).items }
}

extension Execution {
    static let job = JobID(trusted: "01990000-0000-7000-8000-0000000000aa")

    /// An execution that ended.
    static func sample(
        _ serial: String, _ state: ExecutionState, name: String = "nightly", job: JobID? = Self.job, startedBy: String = "anna",
        at: Timestamp = .sample
    ) -> Execution {
        Execution(
            id: ExecutionID(trusted: SystemIDs().next()), serial: serial, kind: job == nil ? .command : .job, job: job,
            jobSerial: job == nil ? nil : "J20260001", name: name, jobVersion: job == nil ? nil : 3, state: state,
            counts: BranchCounts(
                total: 2, waiting: 0, running: 0, succeeded: state == .succeeded ? 2 : 1, failed: state == .failed ? 1 : 0, cancelled: 0,
                unclear: 0),
            targets: "environment = production", maxParallel: 1, startedBy: startedBy,
            trigger: startedBy.hasPrefix("schedule ") ? RunTrigger(kind: .schedule, name: startedBy) : nil, createdAt: at, startedAt: at,
            endedAt: at + .seconds(7),
            lastSequence: 1)
    }
}
