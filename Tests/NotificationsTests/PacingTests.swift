import Contracts
import Store
import Testing
import Vocabulary

@testable import Notifications

@Suite("Digests, quiet hours and throttles")
struct PacingTests {
    private func house(_ change: @escaping (inout SaveNotificationRoute) -> Void) async throws -> NotificationsHouse {
        let house = try await NotificationsHouse()
        try await house.webhook()
        try await house.route([.failed, .lost, .recovered], change)
        return house
    }

    private func fail(_ house: NotificationsHouse, _ number: Int, _ state: ExecutionState = .failed) async throws {
        try await house.ended(.sample("C\(number)", state, name: "command", job: nil))
    }

    @Test("a digest gathers what happens and sends one message")
    func digest() async throws {
        let house = try await house { $0.digestMinutes = 10 }
        try await fail(house, 1)
        house.clock.advance(by: .seconds(300))
        try await fail(house, 2)
        try await fail(house, 3, .lost)
        let early = try await house.send()
        let held = try #require(try await house.deliveries().first)
        house.clock.advance(by: .seconds(301))
        let sent = try await house.send()
        try await fail(house, 4)
        let deliveries = try await house.deliveries()

        #expect((early, sent) == (0, 1))
        #expect((held.state, held.eventCount) == (.held, 3))
        #expect(held.reason?.contains("gathered") == true)
        #expect(deliveries.map(\.state) == [.sent, .held])
        #expect(deliveries[0].subject == "[OpsConductor] 3 events: 2 failed, 1 lost")
    }

    @Test("in quiet hours everything but what is critical waits for their end, across a change of the clocks")
    func quiet() async throws {
        // 2026-03-29 is the day on which Berlin loses the hour from 2 to 3; the window ends at 06:00 summer time.
        let house = try await house {
            $0.quietHours = QuietHours(zone: "Europe/Berlin", from: "22:00", to: "06:00")
        }
        let start = try #require(Timestamp("2026-03-28T22:30:00Z"))
        house.clock.advance(by: start - house.clock.now())
        try await fail(house, 1)
        try await fail(house, 2)
        try await fail(house, 3, .lost)
        let critical = try await house.send()
        let held = try await house.deliveries(DeliveryQuery(state: .held))
        let before = try #require(Timestamp("2026-03-29T03:59:59Z"))
        house.clock.advance(by: before - house.clock.now())
        let quiet = try await house.send()
        house.clock.advance(by: .seconds(1))
        let ended = try await house.send()

        #expect((critical, quiet, ended) == (1, 0, 1))
        #expect(held.map(\.eventCount) == [2])
        #expect(held.first?.dueAt == Timestamp("2026-03-29T04:00:00Z"))
    }

    @Test("nothing passes quiet hours where critical events do not either")
    func silence() async throws {
        let house = try await house {
            $0.quietHours = QuietHours(zone: "UTC", from: "00:00", to: "24:00", criticalPasses: false)
        }
        try await fail(house, 1, .lost)
        let sent = try await house.send()

        #expect(sent == 0)
    }

    @Test("a digest that comes due in quiet hours waits for their end")
    func digestInQuiet() async throws {
        let house = try await house {
            $0.digestMinutes = 60
            $0.quietHours = QuietHours(zone: "UTC", from: "22:00", to: "06:00")
        }
        let start = try #require(Timestamp("2027-01-10T21:30:00Z"))
        house.clock.advance(by: start - house.clock.now())
        try await fail(house, 1)
        house.clock.advance(by: .seconds(3601))
        let quiet = try await house.send()
        try await fail(house, 2)
        let morning = try #require(Timestamp("2027-01-11T06:00:00Z"))
        house.clock.advance(by: morning - house.clock.now())
        let sent = try await house.send()
        let deliveries = try await house.deliveries()

        #expect((quiet, sent) == (0, 1))
        #expect(deliveries.map(\.eventCount) == [2])
    }

    @Test("beyond the most messages of an hour the rest goes into one")
    func throttle() async throws {
        let house = try await house { $0.mostPerHour = 2 }
        for number in 1...6 {
            try await fail(house, number)
            house.clock.advance(by: .seconds(60))
        }
        let early = try await house.send()
        house.clock.advance(by: .seconds(3600))
        let later = try await house.send()
        let counts = try await house.deliveries().map(\.eventCount)

        #expect((early, later) == (2, 1))
        #expect(counts == [1, 1, 4])
    }

    @Test("a message of very many events tells of fifty and says how many more there are")
    func manyEvents() async throws {
        let house = try await house { $0.digestMinutes = 10 }
        for number in 1...60 { try await fail(house, number) }
        house.clock.advance(by: .seconds(601))
        try await house.send()
        let body = try #require(house.outside.requests.first?.body.map { String(decoding: $0, as: UTF8.self) })
        let delivery = try #require(try await house.deliveries().first)

        #expect(body.contains("And 10 more."))
        #expect(body.contains("\"event_count\":60"))
        #expect(delivery.subject == "[OpsConductor] 60 events: 60 failed")
    }
}
