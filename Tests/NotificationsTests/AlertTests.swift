import Contracts
import Store
import Testing
import Vocabulary

@testable import Notifications

@Suite("Alerts")
struct AlertTests {
    private func remind(_ house: NotificationsHouse) async throws -> Int { try await Courier(room: house.room, name: "r").remind() }

    @Test("failures of a job are one alert, which its success ends")
    func lifetime() async throws {
        let house = try await NotificationsHouse()
        try await house.ended(.sample("J1.1", .failed), .sample("J1.2", .lost), .sample("C1", .failed, job: nil))
        let open = try await house.alerts(all: false)
        try await house.ended(.sample("J1.3", .succeeded))
        let left = try await house.alerts(all: false)
        let ended = try await house.alerts()
        try await house.ended(.sample("J1.4", .failed))
        let anew = try await house.alerts(all: false)

        #expect(open.map(\.subject) == ["job nightly"])
        #expect((open[0].events, open[0].severity, open[0].execution, open[0].state) == (2, .critical, "J1.2", .open))
        #expect(left.isEmpty)
        #expect((ended[0].state, ended[0].resolvedBy) == (.resolved, nil))
        #expect(anew.count == 1 && anew[0].id != ended[0].id)
    }

    @Test("people acknowledge and resolve, with their name and a note")
    func people() async throws {
        let house = try await NotificationsHouse()
        try await house.ended(.sample("J1.1", .failed))
        let id = try #require(try await house.alerts().first?.id.text)
        let refused = try await house.problem {
            try await house.call(NotificationsAPI.acknowledge, ["alert": id], AlertNote(), as: house.viewer)
        }
        let mine: Alert = try await house.call(NotificationsAPI.acknowledge, ["alert": id], AlertNote(note: "Disk is full."))
        try await house.ended(.sample("J1.2", .failed))
        let still: Alert = try await house.call(NotificationsAPI.showAlert, ["alert": id], Nothing())
        let done: Alert = try await house.call(NotificationsAPI.resolve, ["alert": id], AlertNote())
        let over = try await house.problem { try await house.call(NotificationsAPI.resolve, ["alert": id], AlertNote()) }

        #expect(refused.slug == "forbidden")
        #expect((mine.state, mine.acknowledgedBy, mine.note) == (.acknowledged, "anna", "Disk is full."))
        #expect((still.state, still.events) == (.acknowledged, 2))
        #expect((done.state, done.resolvedBy, done.note) == (.resolved, "anna", "Disk is full."))
        #expect(over.status == 409)
    }

    @Test("an alert that nobody acknowledges is reminded of, until somebody does or it is over")
    func reminders() async throws {
        let house = try await NotificationsHouse()
        try await house.webhook()
        try await house.route([.failed]) { $0.repeatMinutes = 30 }
        try await house.ended(.sample("J1.1", .failed))
        try await house.send()
        let early = try await remind(house)
        house.clock.advance(by: .seconds(1801))
        let first = try await remind(house)
        let again = try await remind(house)
        house.clock.advance(by: .seconds(1801))
        let second = try await remind(house)
        try await house.send()
        let subjects = try await house.deliveries().map(\.subject)
        let id = try #require(try await house.alerts().first?.id.text)
        let _: Alert = try await house.call(NotificationsAPI.acknowledge, ["alert": id], AlertNote())
        house.clock.advance(by: .seconds(1801))
        try await house.ended(.sample("J1.2", .failed))
        house.clock.advance(by: .seconds(1801))
        let acknowledged = try await remind(house)

        #expect((early, first, again, second, acknowledged) == (0, 1, 0, 1, 0))
        #expect(
            subjects == [
                "[OpsConductor] nightly (J1.1) failed on 1 of 2 targets",
                "[OpsConductor] Reminder 1: nightly (J1.1) failed on 1 of 2 targets",
                "[OpsConductor] Reminder 2: nightly (J1.1) failed on 1 of 2 targets",
            ])
    }

    @Test("reminders end with the alert and with the route")
    func ends() async throws {
        let house = try await NotificationsHouse()
        try await house.webhook()
        try await house.route([.failed]) { $0.repeatMinutes = 30 }
        try await house.route([.failed], name: "other") { $0.repeatMinutes = 30 }
        try await house.ended(.sample("J1.1", .failed))
        let _: Nothing = try await house.call(NotificationsAPI.deleteRoute, ["route": "other"], Nothing())
        house.clock.advance(by: .seconds(1801))
        let one = try await remind(house)
        try await house.ended(.sample("J1.2", .succeeded))
        house.clock.advance(by: .seconds(1801))
        let none = try await remind(house)

        #expect((one, none) == (1, 0))
    }

    @Test("what is over for long enough is removed, with everything that hung on it")
    func retention() async throws {
        let house = try await NotificationsHouse()
        try await house.webhook()
        try await house.route([.failed])
        try await house.ended(.sample("J1.1", .failed), .sample("J1.2", .succeeded))
        try await house.send()
        house.clock.advance(by: .seconds(31 * 86_400))
        try await house.ended(.sample("J1.3", .failed))
        try await CourierLoop(room: house.room).prune()
        var counts: [Int] = []
        for table in ["deliveries", "delivery_events", "events", "attempts", "alerts", "heard"] {
            let row = try await house.database.query(SQL(trusted: "SELECT COUNT(*) AS number FROM \(table)")).first
            counts.append(try row?.int("number") ?? -1)
        }

        #expect(counts == [1, 1, 1, 0, 1, 1])
    }
}
