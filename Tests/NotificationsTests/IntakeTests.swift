import Contracts
import Store
import Testing
import Vocabulary

@testable import Notifications

@Suite("Events and routes")
struct IntakeTests {
    private func titles(_ house: NotificationsHouse) async throws -> [String] {
        try await house.deliveries().flatMap(\.events).map(\.title)
    }

    @Test("a route takes the events of its kinds, and nothing is told of a state that was not reached")
    func kinds() async throws {
        let house = try await NotificationsHouse()
        try await house.webhook()
        try await house.route([.failed, .lost])
        try await house.ended(
            .sample("J1.1", .failed), .sample("J2.1", .succeeded, job: nil), .sample("J3.1", .lost, job: nil),
            .sample("J4.1", .cancelled, job: nil))
        let kinds = try await house.deliveries().flatMap(\.events).map(\.kind)

        #expect(kinds == [.failed, .lost])
    }

    @Test("news that come twice are taken once")
    func twice() async throws {
        let house = try await NotificationsHouse()
        try await house.webhook()
        try await house.route([.failed])
        let id = try await house.ended(.sample("J1.1", .failed))
        try await house.ended(.sample("J1.1", .failed), id: id)
        try await house.ended(.sample("J1.2", .failed))
        let deliveries = try await house.deliveries()

        #expect(deliveries.map { $0.events.first?.execution } == ["J1.1", "J1.2"])
    }

    @Test("recovery is the first success after failures, and the N-th failure in a row is told once")
    func inARow() async throws {
        let house = try await NotificationsHouse()
        try await house.webhook()
        try await house.route([.failedRepeatedly, .recovered]) { $0.filter.failures = 3 }
        for (number, state) in [ExecutionState.failed, .failed, .lost, .failed, .cancelled, .succeeded, .succeeded, .failed].enumerated() {
            try await house.ended(.sample("J1.\(number + 1)", state))
        }
        let events = try await house.deliveries().flatMap(\.events)

        #expect(events.map(\.kind) == [.failedRepeatedly, .recovered])
        #expect(events.map(\.execution) == ["J1.3", "J1.6"])
        #expect(events[1].title == "nightly (J1.6) succeeded again after 4 failures")
    }

    @Test("a route that wants the particular and the general hears of one thing once")
    func once() async throws {
        let house = try await NotificationsHouse()
        try await house.webhook()
        try await house.route([.failed, .failedRepeatedly, .succeeded, .recovered]) { $0.filter.failures = 2 }
        for (number, state) in [ExecutionState.failed, .failed, .failed, .succeeded].enumerated() {
            try await house.ended(.sample("J1.\(number + 1)", state))
        }
        let kinds = try await house.deliveries().flatMap(\.events).map(\.kind)

        #expect(kinds == [.failed, .failedRepeatedly, .failed, .recovered])
    }

    @Test(
        "filters by job, starter, schedule and severity",
        arguments: [
            (NotificationFilter(kinds: [.failed], jobs: ["night*"]), ["nightly", "night-2"]),
            (NotificationFilter(kinds: [.failed], jobs: ["J20260001"]), ["nightly", "night-2"]),
            (NotificationFilter(kinds: [.failed], jobs: [Execution.job.text]), ["nightly", "night-2"]),
            (NotificationFilter(kinds: [.failed], startedBy: ["schedule *"]), ["night-2"]),
            (NotificationFilter(kinds: [.failed], scheduled: false), ["nightly", "uptime"]),
            (NotificationFilter(kinds: [.failed], scheduled: true), ["night-2"]),
            (NotificationFilter(kinds: [.failed], severity: .critical), []),
            (NotificationFilter(kinds: [.failed], targets: ["*"]), []),
        ] as [(NotificationFilter, [String])])
    func filters(filter: NotificationFilter, expected: [String]) async throws {
        let house = try await NotificationsHouse()
        try await house.webhook()
        try await house.route([.failed]) { $0.filter = filter }
        try await house.ended(
            .sample("J1.1", .failed), .sample("J1.2", .failed, name: "night-2", startedBy: "schedule S20260001 (anna)"),
            .sample("C1", .failed, name: "uptime", job: nil))
        let titles = try await titles(house)

        #expect(titles.map { String($0.prefix { $0 != " " }) } == expected)
    }

    @Test("approvals and pauses are told")
    func others() async throws {
        let house = try await NotificationsHouse()
        try await house.webhook()
        try await house.route([.approvalNeeded, .paused]) { $0.body = "{{ approval.name }}/{{ execution.serial }}" }
        var paused = Execution.sample("J1.2", .running)
        paused.hold = Hold(.failures, "3 of 10 targets failed.", since: house.clock.now())
        try await house.tell(
            .init(
                topic: "", kind: ExecutionNews.approvalNeeded,
                encoding: ExecutionNews.ApprovalNeeded(execution: .sample("J1.1", .running), step: 2, name: "restart", until: nil)))
        try await house.tell(.init(topic: "", kind: ExecutionNews.paused, encoding: ExecutionNews.Paused(execution: paused)))
        try await house.send()
        let bodies = house.outside.requests.compactMap { $0.body.map { String(decoding: $0, as: UTF8.self) } }

        #expect(bodies.count == 2)
        #expect(bodies[0].contains("\"text\":\"restart/J1.1\""))
        #expect(bodies[1].contains("3 of 10 targets failed."))
    }

    @Test("news that nobody can read hold up nothing, and unknown kinds are nobody's")
    func unreadable() async throws {
        let house = try await NotificationsHouse()
        try await house.webhook()
        try await house.route([.failed])
        try await house.tell(.init(topic: "", kind: ExecutionNews.ended, payload: "{}"))
        try await house.tell(.init(topic: "", kind: "something.new", payload: "[]"))
        try await house.ended(.sample("J1.1", .failed))
        let count = try await house.deliveries().count

        #expect(count == 1)
    }

    @Test("routes that are disabled, or whose channel is, hear of nothing, and drop what they had not sent")
    func disabled() async throws {
        let house = try await NotificationsHouse()
        try await house.webhook()
        let route = try await house.route([.failed])
        try await house.ended(.sample("J1.1", .failed))
        var save = SaveNotificationRoute(name: "route", enabled: false, filter: route.filter, channels: ["hook"])
        let _: NotificationRoute = try await house.call(NotificationsAPI.updateRoute, ["route": "route"], save)
        try await house.ended(.sample("J1.2", .failed))
        save.enabled = true
        let _: NotificationRoute = try await house.call(NotificationsAPI.updateRoute, ["route": "route"], save)
        let _: NotificationChannel = try await house.call(
            NotificationsAPI.updateChannel, ["channel": "hook"], SaveNotificationChannel(name: "hook", kind: .webhook, enabled: false))
        try await house.ended(.sample("J1.3", .failed))
        let deliveries = try await house.deliveries()
        let sent = try await house.send()

        #expect(deliveries.map(\.state) == [.dropped])
        #expect(sent == 0)
    }

    @Test("the mistakes of a route are named at once, with their places")
    func mistakes() async throws {
        let house = try await NotificationsHouse()
        try await house.webhook()
        let problem = try await house.problem {
            try await house.route([.failed], to: ["hook", "nobody"]) {
                $0.filter.failures = 4
                $0.quietHours = QuietHours(zone: "Mars/Olympus", from: "25:00", to: "06:00")
                $0.subject = "{{ job.nmae }}"
                $0.body = "{% for x in y %}"
            }
        }

        #expect(
            Set(problem.errors?.compactMap(\.pointer) ?? []) == [
                "#/channels/1", "#/filter/failures", "#/quiet_hours/zone", "#/subject", "#/body",
            ])
        #expect(problem.errors?.contains { $0.detail.contains("did you mean job.name?") } == true)
        #expect(problem.errors?.contains { $0.detail.contains("no loops") } == true)
    }
}
