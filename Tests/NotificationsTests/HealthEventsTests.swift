import Contracts
import Store
import Testing
import Vocabulary

@Suite("Events of targets")
struct HealthEventsTests {
    private func change(_ to: HealthState, name: String = "web-01", environment: String = "production") -> HealthNews.Change {
        let target = TargetSnapshot(
            id: TargetID(trusted: "01990000-0000-7000-8000-0000000000\(name == "web-01" ? "dd" : "ee")"), serial: "T20260001", name: name,
            host: "web-01.example.org",
            type: .server,
            os: "", environment: environment, location: "", tags: [], facts: [:])
        return HealthNews.Change(
            target: target, from: .unknown, to: to, cause: to == .healthy ? nil : "Nobody accepts connections.", since: .sample)
    }

    private func tell(_ house: NotificationsHouse, _ changes: HealthNews.Change...) async throws {
        try await house.tell(.init(topic: "", kind: HealthNews.changed, encoding: HealthNews.Changed(changes: changes)))
    }

    @Test("a target that goes down and comes back is told, opens an alert and ends it")
    func told() async throws {
        let house = try await NotificationsHouse()
        try await house.webhook()
        try await house.route([.unhealthy, .healthy]) { $0.filter.environments = ["prod*"] }
        try await tell(house, change(.critical), change(.critical, name: "test-01", environment: "test"), change(.unknown))
        let open = try await house.alerts(all: false)
        try await tell(house, change(.warning))
        try await tell(house, change(.healthy))
        try await house.send()
        let events = try await house.deliveries().flatMap(\.events)
        let left = try await house.alerts(all: false)
        let body = try #require(house.outside.requests.first?.body.map { String(decoding: $0, as: UTF8.self) })

        #expect(events.map(\.kind) == [.unhealthy, .unhealthy, .healthy])
        #expect(events.map(\.severity) == [.critical, .warning, .info])
        #expect(events[0].title == "web-01 is down: Nobody accepts connections.")
        #expect(Set(open.map(\.subject)) == ["target web-01", "target test-01"])
        #expect(left.map(\.subject) == ["target test-01"])
        #expect(body.contains("https://ops.example/targets/T20260001"))
    }

    @Test("a route by name of the target takes its events only, and none that have no target")
    func filters() async throws {
        let house = try await NotificationsHouse()
        try await house.webhook()
        try await house.route([.unhealthy, .failed]) { $0.filter.targets = ["web-*"] }
        try await tell(house, change(.critical), change(.critical, name: "db-01"))
        try await house.ended(.sample("J1.1", .failed))
        let targets = try await house.deliveries().flatMap(\.events).map(\.target)

        #expect(targets == ["web-01"])
    }
}
