import Contracts
import Crypto
import Foundation
import Outbound
import Store
import Testing
import Vocabulary

@testable import Notifications

@Suite("Sending")
struct CourierTests {
    private func house(_ change: (inout SaveNotificationRoute) -> Void = { _ in }) async throws -> NotificationsHouse {
        let house = try await NotificationsHouse()
        try await house.webhook { $0.signingSecret = Secret("s1gning") }
        try await house.route([.failed, .succeeded, .lost], change)
        return house
    }

    private func header(_ request: OutboundRequest, _ name: String) -> String? { request.headers.first { $0.name == name }?.value }

    @Test("a message is sent once, signed over its time and body, under the id of its delivery")
    func signs() async throws {
        let house = try await house()
        try await house.ended(.sample("J1.1", .failed))
        let attempts = [try await house.send(), try await house.send()]
        let request = try #require(house.outside.requests.first)
        let delivery = try #require(try await house.deliveries().first)
        let time = try #require(header(request, "X-OpsConductor-Timestamp"))
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("\(time).".utf8) + Data(request.body ?? []), using: SymmetricKey(data: Data("s1gning".utf8)))
        let digits = code.map { String(format: "%02x", $0) }.joined()

        #expect(attempts == [1, 0])
        #expect(request.url == "https://hooks.example/hook/t0k3n-of-the-path")
        #expect(header(request, "X-OpsConductor-Signature") == "v1=\(digits)")
        #expect(header(request, "X-OpsConductor-Delivery") == delivery.id)
        #expect(time == String(house.clock.now().milliseconds / 1000))
        #expect(
            (delivery.state, delivery.attempts, delivery.subject) == (.sent, 1, "[OpsConductor] nightly (J1.1) failed on 1 of 2 targets"))
        #expect(delivery.history.first?.answer.contains("•••") == true)
    }

    @Test("what fails is tried again later and later, under the same id, and then given up with the reason")
    func retries() async throws {
        let house = try await house()
        try await house.ended(.sample("J1.1", .failed))
        house.outside.answer(.success(500), .failure(OutboundError(.timeout, "It took too long.")))
        try await house.send()
        let early = try await house.send()
        house.clock.advance(by: .seconds(6))
        try await house.send()
        house.clock.advance(by: .seconds(17))
        try await house.send()
        let delivery = try #require(try await house.deliveries().first)
        let shown: NotificationDelivery = try await house.call(NotificationsAPI.showDelivery, ["delivery": delivery.id], Nothing())

        #expect(early == 0)
        #expect((shown.state, shown.attempts) == (.sent, 3))
        #expect(shown.history.map(\.sent) == [false, false, true])
        #expect(shown.history[1].answer == "It took too long.")
        #expect(Set(house.outside.requests.compactMap { header($0, "X-OpsConductor-Delivery") }) == [delivery.id])
    }

    @Test("after eight hours it is given up, with the last reason")
    func givesUp() async throws {
        let house = try await house()
        try await house.ended(.sample("J1.1", .failed))
        for _ in 0..<60 { house.outside.answer(.success(503)) }
        for _ in 0..<60 {
            try await house.send()
            house.clock.advance(by: .seconds(600))
        }
        let delivery = try #require(try await house.deliveries().first)

        #expect(delivery.state == .failed)
        #expect(delivery.reason?.hasPrefix("HTTP 503") == true)
        #expect(delivery.endedAt != nil)
        #expect(delivery.attempts > 20)
        let shown: NotificationDelivery = try await house.call(NotificationsAPI.showDelivery, ["delivery": delivery.id], Nothing())
        #expect(shown.history.count == 20)
    }

    @Test(
        "what cannot come right by waiting is given up at once",
        arguments: [
            Result.success(410), .success(400), .success(302), .failure(OutboundError(.forbiddenAddress, "It leads to 10.0.0.1.")),
            .failure(OutboundError(.malformed, "No.")),
        ] as [Result<Int, OutboundError>])
    func permanent(answer: Result<Int, OutboundError>) async throws {
        let house = try await house()
        try await house.ended(.sample("J1.1", .failed))
        house.outside.answer(answer)
        try await house.send()
        let delivery = try #require(try await house.deliveries().first)

        #expect((delivery.state, delivery.attempts) == (.failed, 1))
    }

    @Test("a channel that fails again and again rests, is tried with one message, and goes on when that works")
    func rests() async throws {
        let house = try await house()
        for number in 1...8 { try await house.ended(.sample("J1.\(number)", .failed, job: nil)) }
        for _ in 0..<6 { house.outside.answer(.success(503)) }
        let begin = house.clock.now()
        let first = try await house.send()
        let resting: NotificationChannel = try await house.call(NotificationsAPI.showChannel, ["channel": "hook"], Nothing())
        house.clock.advance(by: .seconds(31))
        let trial = try await house.send()
        house.clock.advance(by: .seconds(61))
        let rest = try await house.send()
        let states = try await house.deliveries().map(\.state)
        let well: NotificationChannel = try await house.call(NotificationsAPI.showChannel, ["channel": "hook"], Nothing())

        #expect((first, trial) == (5, 1))
        #expect((resting.health.failures, resting.health.pausedUntil) == (5, begin + .seconds(30)))
        #expect(rest == 8)
        #expect(states.allSatisfy { $0 == .sent })
        #expect((well.health.failures, well.health.pausedUntil, well.health.lastError) == (0, nil, nil))
    }

    @Test("messages of a route keep their order, and one that waits for its next attempt is overtaken")
    func order() async throws {
        let house = try await house()
        try await house.ended(.sample("J1.1", .failed), .sample("J1.2", .failed), .sample("J1.3", .failed))
        house.outside.answer(.success(503))
        try await house.send()
        house.clock.advance(by: .seconds(10))
        try await house.send()
        let serials = house.outside.requests.compactMap { request in
            request.body.flatMap { String(decoding: $0, as: UTF8.self).firstMatch(of: /"serial":"(J1\.\d)"/)?.1 }
        }

        #expect(serials == ["J1.1", "J1.2", "J1.3", "J1.1"])
    }

    @Test(
        "what a sender took and did not end is sent by another one when its lease is over, under the same id; the first has nothing to say then"
    )
    func leases() async throws {
        let house = try await house()
        try await house.ended(.sample("J1.1", .failed))
        let (lost, other) = (Courier(room: house.room, name: "lost"), Courier(room: house.room, name: "other"))
        let taken = try await lost.choose(atMost: 8)
        let early = try await other.choose(atMost: 8)
        house.clock.advance(by: .seconds(10))
        try await lost.renew()
        house.clock.advance(by: .seconds(10))
        let renewed = try await other.choose(atMost: 8)
        house.clock.advance(by: .seconds(6))
        let late = try await other.choose(atMost: 8)
        for delivery in late { try await other.carry(delivery) }
        house.outside.answer(.success(500))
        for delivery in taken { try await lost.carry(delivery) }
        let delivery = try #require(try await house.deliveries().first)

        #expect((taken.count, early.count, renewed.count, late.count) == (1, 0, 0, 1))
        #expect((delivery.state, delivery.attempts) == (.sent, 1))
        #expect(Set(house.outside.requests.compactMap { header($0, "X-OpsConductor-Delivery") }) == [delivery.id])
    }

    @Test("several senders at once send each message once")
    func many() async throws {
        let house = try await house()
        for name in ["b", "c", "d"] {
            try await house.webhook(name)
            try await house.route([.failed], to: [name], name: name)
        }
        for number in 1...20 { try await house.ended(.sample("J1.\(number)", .failed, job: nil)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { try await house.send() } }
            try await group.waitForAll()
        }
        try await house.send()
        let ids = house.outside.requests.compactMap { header($0, "X-OpsConductor-Delivery") }

        #expect(ids.count == 80)
        #expect(Set(ids).count == 80)
    }

    @Test("what has ended is sent again under its id when somebody asks")
    func again() async throws {
        let house = try await house()
        try await house.ended(.sample("J1.1", .failed))
        let waiting = try #require(try await house.deliveries().first)
        let early = try await house.problem { try await house.call(NotificationsAPI.sendAgain, ["delivery": waiting.id], Nothing()) }
        try await house.send()
        let asked: NotificationDelivery = try await house.call(NotificationsAPI.sendAgain, ["delivery": waiting.id], Nothing())
        try await house.send()
        let ids = house.outside.requests.compactMap { header($0, "X-OpsConductor-Delivery") }

        #expect(early.status == 409)
        #expect(asked.state == .waiting)
        #expect(ids == [waiting.id, waiting.id])
    }

    @Test("a wait that the other side asks for is kept to, within reason")
    func patience() {
        func pause(_ attempts: Int, _ asked: Duration? = nil) -> Duration { Patience.pause(after: attempts, id: "x", asked: asked) }

        #expect((Duration.milliseconds(4500)...Duration.milliseconds(5500)).contains(pause(1)))
        #expect((Duration.milliseconds(13_500)...Duration.milliseconds(16_500)).contains(pause(2)))
        #expect(pause(50) <= .seconds(990))
        #expect(pause(1, .seconds(120)) == .seconds(120))
        #expect(pause(1, .seconds(86_400)) == .seconds(3600))
        #expect(Patience.rest(after: 4) == nil)
        #expect(
            (Patience.rest(after: 5), Patience.rest(after: 6), Patience.rest(after: 500)) == (.seconds(30), .seconds(60), .seconds(600)))
    }
}
