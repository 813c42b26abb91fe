import Contracts
import Foundation
import Store
import Support
import Testing
import Vocabulary
import Web

@testable import Schedules

@Suite("Messages to webhooks")
struct WebhookReceivingTests {
    @Test("a signed message starts the job with the mapped values, in its owner's name")
    func starts() async throws {
        let house = try await EventsHouse()
        _ = try await house.deploy()
        let webhook = try await house.webhook(
            .deploy {
                $0.run = TriggeredRun(
                    parameters: [
                        "branch": MappedValue(from: "body.ref.name"), "count": MappedValue(from: "headers.x-count"),
                        "force": MappedValue(from: "body.force", default: true), "stage": MappedValue(value: "live"),
                        "token": MappedValue(from: "body.tokens[0]"),
                    ],
                    targets: "tag = canary", maxParallel: 3, priority: .high, locks: ["deploy"])
            })
        var request = house.signed(#"{"ref":{"name":"main"},"tokens":["hush-hush"]}"#, name: "d-1")
        request = RawRequest(body: request.body, headers: request.headers + [("X-Count", "5")])

        let answer = try await house.send(webhook.id.text, request)

        #expect(answer.status == 202)
        let receipt = try JSONCodec.decode(WebhookReceipt.self, from: Array(answer.text.utf8))
        #expect((receipt.state, receipt.execution, receipt.reason) == (.started, "J20260001.0001", nil))
        let order = try #require(house.others.orders.first)
        #expect(order.parameters == ["branch": "main", "count": 5, "force": true, "stage": "live"])
        #expect(order.secretParameters == ["token": Secret("hush-hush")])
        #expect((order.targets, order.maxParallel, order.priority, order.locks) == ("tag = canary", 3, .high, ["deploy"]))
        #expect(order.trigger.kind == .webhook)
        #expect((order.trigger.name, order.trigger.serial, order.trigger.owner) == ("Deploy", webhook.serial, "anna"))
        #expect(webhook.serial == "W20260001")

        let delivery = try #require(try await house.deliveries(webhook).first)
        #expect((delivery.state, delivery.execution, delivery.address, delivery.name) == (.started, "J20260001.0001", "192.0.2.7", "d-1"))
        let detail = try await house.detail(webhook, delivery)
        // What a secret parameter comes from is never recorded, and nothing that proves the sender.
        #expect(detail.body == .object(["ref": .object(["name": "main"]), "tokens": .array(["•••"])]))
        #expect(detail.headers["x-opsconductor-signature"] == "•••")
        #expect(detail.headers["user-agent"] == "tests")
        #expect(!detail.canBeRedelivered)
        let rows = try await house.database.query("-- test.rows\nSELECT body, headers, launch FROM webhook_deliveries")
        for row in rows {
            #expect(try row.optionalText("launch") == nil)
            let text = try (row.optionalText("body") ?? "") + (row.optionalText("headers") ?? "")
            #expect(!text.contains("hush-hush") && !text.contains(EventsHouse.secret))
        }
    }

    @Test("the same message again is answered as the first one and starts nothing")
    func replay() async throws {
        let house = try await EventsHouse()
        _ = try await house.deploy()
        let webhook = try await house.webhook(.deploy())
        let request = house.signed(#"{"branch":"main"}"#, name: "d-1")
        let first = try await house.send(webhook.id.text, request)

        let again = try await house.send(webhook.id.text, request)
        // Names of deliveries are not signed: another one makes it no other message.
        let renamed = try await house.send(
            webhook.id.text, RawRequest(body: request.body, headers: request.headers.dropLast() + [("X-OpsConductor-Delivery", "d-2")]))
        // A sender that tries again signs with a new time, and keeps the name.
        house.clock.advance(by: .seconds(20))
        let retried = try await house.send(webhook.id.text, house.signed(#"{"branch":"main"}"#, name: "d-1"))

        #expect(first.status == 202)
        for answer in [again, renamed, retried] { #expect(answer == first) }
        #expect(house.others.orders.count == 1)
        let deliveries = try await house.deliveries(webhook)
        #expect(deliveries.map(\.state) == [.duplicate, .duplicate, .duplicate, .started])
        #expect(deliveries.first?.duplicateOf == deliveries.last?.id)
        #expect(deliveries.first?.execution == "J20260001.0001")

        let other = try await house.send(webhook.id.text, house.signed(#"{"branch":"main"}"#, name: "d-3"))
        #expect(other.status == 202 && other != first)
        #expect(house.others.orders.count == 2)
    }

    @Test("messages that come many times at once start one run")
    func race() async throws {
        let house = try await EventsHouse()
        _ = try await house.deploy()
        let webhook = try await house.webhook(.deploy())
        let request = house.signed(#"{"branch":"main"}"#)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<12 { group.addTask { try await house.send(webhook.id.text, request).status } }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses == Array(repeating: 202, count: 12))
        #expect(house.others.orders.count == 1)
    }

    @Test("a path into the body can name deliveries, as senders need that sign a new time with each try")
    func deliveryId() async throws {
        let house = try await EventsHouse()
        _ = try await house.deploy()
        let webhook = try await house.webhook(.deploy(.stripe) { $0.deliveryId = "body.id" })
        func send(_ id: Int) async throws -> Int {
            house.clock.advance(by: .seconds(10))
            let (body, seconds) = (#"{"id":\#(id),"branch":"main"}"#, String(house.clock.now().milliseconds / 1000))
            let code = EventsHouse.code("\(seconds).\(body)", EventsHouse.secret)
            return try await house.send(
                webhook.id.text,
                RawRequest(
                    body: Array(body.utf8),
                    headers: [("Content-Type", "application/json"), ("Stripe-Signature", "t=\(seconds),v1=\(code)")])
            ).status
        }
        for id in [1, 1, 2] { #expect(try await send(id) == 202) }
        #expect(house.others.orders.count == 2)
    }

    @Test("who sent it must be proved, and a webhook that is not there cannot be told from one that is")
    func unproved() async throws {
        let house = try await EventsHouse()
        _ = try await house.deploy()
        let webhook = try await house.webhook(.deploy())
        let right = house.signed(#"{"branch":"main"}"#)
        let wrong = [
            try await house.send(webhook.id.text, house.signed(#"{"branch":"main"}"#, secret: "another-secret-altogether"), from: "a"),
            try await house.send(
                webhook.id.text, RawRequest(body: Array("{}".utf8), headers: [("Content-Type", "application/json")]), from: "b"),
            try await house.send("01990000-0000-7000-8000-00000000abcd", right, from: "c"),
            try await house.send("no-id", right, from: "d"),
            try await house.send(webhook.serial, right, from: "e"),
        ]
        for answer in wrong { #expect(answer == wrong[0]) }
        #expect(wrong[0].status == 401)
        #expect(house.others.orders.isEmpty)
        #expect(try await house.deliveries(webhook).isEmpty)
    }

    @Test("an address that proves nothing has to wait, and others do not")
    func throttled() async throws {
        let house = try await EventsHouse()
        _ = try await house.deploy()
        let webhook = try await house.webhook(.deploy())
        for _ in 0..<ReceiveOperations.mostUnproved {
            #expect(try await house.send(webhook.id.text, house.signed("{}", secret: "another-secret-altogether")).status == 401)
        }
        #expect(try await house.send(webhook.id.text, house.signed(#"{"branch":"a"}"#)).status == 429)
        #expect(try await house.send(webhook.id.text, house.signed(#"{"branch":"a"}"#), from: "192.0.2.8").status == 202)
        house.clock.advance(by: .seconds(61))
        #expect(try await house.send(webhook.id.text, house.signed(#"{"branch":"b"}"#)).status == 202)
    }

    @Test("messages that were signed too long ago or ahead are refused, and kept without what came")
    func stale() async throws {
        let house = try await EventsHouse()
        _ = try await house.deploy()
        let webhook = try await house.webhook(.deploy { $0.replaySeconds = 60 })
        for seconds in [-61, 61, -100_000] {
            let at = house.clock.now() + .seconds(seconds)
            let answer = try await house.send(webhook.id.text, house.signed(#"{"branch":"main"}"#, at: at))
            #expect(answer.status == 401)
            #expect(answer.text.contains("\(abs(seconds)) seconds"))
        }
        for seconds in [-60, 60] {
            let at = house.clock.now() + .seconds(seconds)
            #expect(try await house.send(webhook.id.text, house.signed(#"{"branch":"main"}"#, at: at)).status == 202)
        }
        #expect(try await house.deliveries(webhook).filter { $0.state == .refused }.count == 3)
        #expect(house.others.orders.count == 2)
    }

    @Test("a rotated secret counts beside the new one for a while, and not at all when told so")
    func rotation() async throws {
        let house = try await EventsHouse()
        _ = try await house.deploy()
        let webhook = try await house.webhook(.deploy())
        let path = ["webhook": "deploy"]
        let rotated = try await house.call(SchedulesAPI.rotateWebhook, path, RotateWebhook(overlapSeconds: 100))
        let second = try #require(rotated.secret)
        #expect(rotated.webhook.oldSecretUntil == house.clock.now() + .seconds(100))
        func status(_ body: String, _ secret: String) async throws -> Int {
            try await house.send(webhook.id.text, house.signed(#"{"branch":"\#(body)"}"#, secret: secret)).status
        }
        #expect(try await status("a", EventsHouse.secret) == 202)
        #expect(try await status("b", second) == 202)
        house.clock.advance(by: .seconds(100))
        #expect(try await status("c", EventsHouse.secret) == 401)
        #expect(try await status("d", second) == 202)

        let third = try await house.call(
            SchedulesAPI.rotateWebhook, path, RotateWebhook(overlapSeconds: 0, secret: Secret("made-by-the-sender")))
        #expect(third.secret == nil)
        #expect(try await status("e", second) == 401)
        #expect(try await status("f", "made-by-the-sender") == 202)
        let notes = try await NewsDesk.lying(in: house.database, for: "audit")
        #expect(notes.map(\.kind) == ["webhook.created", "webhook.secret_rotated", "webhook.secret_rotated"])
        #expect(!notes.contains { $0.payload.contains(second) || $0.payload.contains("made-by-the-sender") })
        let sealed = try await house.database.query("-- test.secrets\nSELECT secret FROM webhooks")
        #expect(
            try !sealed.contains {
                try Base64.decode($0.text("secret")).map { String(decoding: $0, as: UTF8.self) }?.contains("made-by") ?? true
            })
    }

    @Test("what the filter does not match is kept and ignored; a filter that cannot be told refuses")
    func filter() async throws {
        let house = try await EventsHouse()
        _ = try await house.deploy()
        let webhook = try await house.webhook(
            .deploy { $0.filter = #"body.action == "push" and headers["x-event"] != "ping" and body.size > 3"# })
        func send(_ body: String) async throws -> (status: Int, text: String) {
            try await house.send(webhook.id.text, house.signed(body))
        }
        let ignored = try await send(#"{"branch":"main","action":"open"}"#)
        #expect(ignored.status == 202)
        #expect(ignored.text.contains(#""state":"ignored""#) && ignored.text.contains("The filter does not match."))
        let unclear = try await send(#"{"branch":"main","action":"push"}"#)
        #expect(unclear.status == 422 && unclear.text.contains("The filter cannot be told"))
        #expect(try await send(#"{"branch":"main","action":"push","size":4}"#).status == 202)
        #expect(house.others.orders.count == 1)
        #expect(try await house.deliveries(webhook).map(\.state) == [.started, .refused, .ignored])

        _ = try await house.call(
            SchedulesAPI.updateWebhook, ["webhook": webhook.serial], SaveWebhook(definition: .deploy { $0.enabled = false }))
        let disabled = try await send(#"{"branch":"other"}"#)
        #expect(disabled.status == 202 && disabled.text.contains("disabled"))
    }

    @Test("a message that was refused may be sent again when the reason is gone")
    func refusedAgain() async throws {
        let house = try await EventsHouse()
        _ = try await house.deploy()
        let webhook = try await house.webhook(.deploy())
        let request = house.signed(#"{"branch":"main"}"#)
        house.others.change { $0.ownerRole = .viewer }
        let refused = try await house.send(webhook.id.text, request)
        #expect(refused.status == 422 && refused.text.contains("anna, who answers for this webhook, may not run jobs any more"))
        house.others.change { $0.ownerRole = .operator }
        #expect(try await house.send(webhook.id.text, request).status == 202)
        #expect(house.others.orders.count == 1)
        #expect(try await house.deliveries(webhook).map(\.state) == [.started, .refused])
    }

    @Test("a message is taken although its run cannot be started yet, and starts one run as soon as it can")
    func later() async throws {
        let house = try await EventsHouse()
        _ = try await house.deploy()
        let webhook = try await house.webhook(.deploy { $0.run?.parameters?["token"] = MappedValue(from: "body.token") })
        house.others.change { $0.isAway = true }
        let request = house.signed(#"{"branch":"main","token":"hush-hush"}"#)
        let answer = try await house.send(webhook.id.text, request)
        #expect(answer.status == 202 && answer.text.contains(#""state":"received""#))
        let row = try #require(try await house.database.query("-- test.launch\nSELECT launch FROM webhook_deliveries").first)
        let sealed = try row.text("launch")
        #expect(Base64.decode(sealed).map { !String(decoding: $0, as: UTF8.self).contains("hush") } == true)

        let loop = EventLoop(room: house.room)
        house.clock.advance(by: .seconds(3))
        #expect(try await loop.tick() == 1)
        #expect(try await loop.tick() == 0)
        house.others.change { $0.isAway = false }
        house.clock.advance(by: .seconds(200))
        #expect(try await loop.tick() == 1)
        house.clock.advance(by: .seconds(200))
        #expect(try await loop.tick() == 0)
        let delivery = try #require(try await house.deliveries(webhook).first)
        #expect((delivery.state, delivery.reason, delivery.execution) == (.started, nil, "J20260001.0001"))
        #expect(house.others.orders.map(\.secretParameters) == [["token": Secret("hush-hush")]])
    }
}
