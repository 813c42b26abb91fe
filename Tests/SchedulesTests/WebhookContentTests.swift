import Contracts
import Flow
import Foundation
import Store
import Support
import Testing
import Vocabulary
import Web

@testable import Schedules

@Suite("What comes to webhooks")
struct WebhookContentTests {
    private func message(_ type: String?, _ body: String, _ format: WebhookFormat = .opsconductor) throws -> WebhookMessage {
        try WebhookMessage(
            RawRequest(body: Array(body.utf8), headers: type.map { [("Content-Type", $0)] } ?? []), format: format)
    }

    @Test("JSON and forms are read, anything else is not")
    func mediaTypes() throws {
        #expect(
            try message("application/json; charset=utf-8", #"{"a":[1,2.5,null]}"#).body == .object(["a": .array([1, .number(2.5), .null])]))
        #expect(try message("application/cloudevents+json", "3").body == 3)
        #expect(try message("application/json", "").body == .object([:]))
        let form = try message("application/x-www-form-urlencoded", "a=1+2&b=%C3%A4&b=x&c")
        #expect(form.body == .object(["a": "1 2", "b": .array(["ä", "x"]), "c": ""]))
        #expect(try message("application/x-www-form-urlencoded", "payload=%7B%22a%22%3A1%7D", .github).body == .object(["a": 1]))
        #expect(try message("application/x-www-form-urlencoded", "payload=%7B%22a%22%3A1%7D").body == .object(["payload": #"{"a":1}"#]))
        for (type, body, status) in [
            (nil, "{}", 415), ("text/plain", "{}", 415), ("application/xml", "<a/>", 415), ("application/json", "{", 400),
            ("application/json", "{}{}", 400), ("application/x-www-form-urlencoded", "a=%ff", 400),
            ("application/x-www-form-urlencoded", "a=%00", 422), ("application/json", String(repeating: "[", count: 100_000), 400),
        ] {
            do {
                _ = try message(type, body)
                Issue.record("\(type ?? "nothing") was read")
            } catch let error as any ProblemConvertible {
                #expect(error.problem.status == status)
            }
        }
    }

    @Test("values are read at paths, by their type, with defaults and constants")
    func mapping() {
        let job = TriggeredJob(
            job: ScheduledJob(id: .sample, serial: "J1", name: "deploy"),
            parameters: [
                ParameterDefinition(name: "text", type: .string), ParameterDefinition(name: "number", type: .integer, default: 7),
                ParameterDefinition(name: "flag", type: .boolean), ParameterDefinition(name: "stage", type: .choice, choices: ["a", "2"]),
                ParameterDefinition(name: "must", type: .string, required: true), ParameterDefinition(name: "pin", type: .secret),
            ])
        func read(_ values: [String: MappedValue], _ body: JSONValue) -> EventMapping.Result {
            EventMapping(values: values, job: job).read(WebhookMessage(headers: ["X-A": "b"], body: body).tree)
        }
        let all = read(
            [
                "text": MappedValue(from: "body.list"), "number": MappedValue(from: "body.n"), "flag": MappedValue(from: "body.f"),
                "stage": MappedValue(from: "body.stages[-1]"), "must": MappedValue(from: #"headers["x-a"]"#),
                "pin": MappedValue(from: "body.pin"),
            ],
            .object(["list": .array([1, "x"]), "n": "12", "f": "true", "stages": .array(["a", 2]), "pin": 4711]))
        #expect(all.mistake == nil)
        #expect(all.given == ["text": #"[1,"x"]"#, "number": 12, "flag": true, "stage": "2", "must": "b", "pin": "4711"])
        #expect(all.tried.last == TriedParameter(name: "pin", source: "body.pin", value: "•••"))
        #expect(!"\(all.tried)".contains("4711"))

        let few = read(
            [
                "text": MappedValue(from: "body.none", default: "d"), "must": MappedValue(value: "c"),
                "number": MappedValue(from: "body.none.deep"),
            ],
            .object(["none": .null]))
        #expect(few.given == ["text": "d", "must": "c"])
        #expect(few.tried.map(\.source) == ["default", "job", "job", "job", "constant", "job"])

        let wrong = read(
            [
                "text": MappedValue(from: "body.a.b"), "number": MappedValue(from: "body.n"), "flag": MappedValue(from: "body.f"),
                "stage": MappedValue(from: "body.s"), "must": MappedValue(from: "body.x"),
            ],
            .object(["a": 3, "n": "012", "f": "yes", "s": "b"]))
        #expect(wrong.given.isEmpty)
        #expect(wrong.tried.compactMap(\.error).count == 5)
        #expect(wrong.mistake?.contains("must is required, and there is nothing at body.x") == true)
    }

    @Test("hostile values reach the job as they are and nothing else: its templates quote them")
    func hostile() async throws {
        let house = try await EventsHouse()
        _ = try await house.deploy()
        let webhook = try await house.webhook(.deploy())
        let hostile = [
            "; rm -rf / #", "$(reboot)", "`id`", "' || true '", "\" ; \"", "a\nb", "\\", "{{ parameters.token }}", "${IFS}", "-rf",
            "\u{202e}drawkcab", String(repeating: "x", count: 60_000),
        ]
        for value in hostile {
            let body = try JSONCodec.text(JSONValue.object(["branch": .string(value)]))
            #expect(try await house.send(webhook.id.text, house.signed(body)).status == 202)
        }
        #expect(house.others.orders.map { $0.parameters["branch"] } == hostile.map { .string($0) })
        let template = try Template(parsing: "echo {{ parameters.branch }}")
        for value in hostile.dropLast() {
            let values = TemplateValues(["parameters": .object(["branch": .string(value)])])
            let line = try template.render(for: .shell, values: values)
            let shell = Process()
            shell.executableURL = URL(fileURLWithPath: "/bin/sh")
            shell.arguments = ["-c", line.replacing("echo ", with: "printf %s ")]
            let pipe = Pipe()
            shell.standardOutput = pipe
            try shell.run()
            let printed = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            shell.waitUntilExit()
            #expect(printed == value)
        }
        for (value, status) in [("a\u{0}b", 422), (String(repeating: "x", count: 70_000), 422)] {
            let body = try JSONCodec.text(JSONValue.object(["branch": .string(value)]))
            #expect(try await house.send(webhook.id.text, house.signed(body)).status == status)
        }
        #expect(house.others.orders.count == hostile.count)
    }

    @Test("messages that are too long are refused before they are read")
    func tooLong() async throws {
        let house = try await EventsHouse()
        _ = try await house.deploy()
        let webhook = try await house.webhook(.deploy { $0.bodyLimitBytes = 1000 })
        let long = #"{"branch":"\#(String(repeating: "x", count: 1000))"}"#
        #expect(try await house.send(webhook.id.text, house.signed(long)).status == 413)
        let delivery = try #require(try await house.deliveries(webhook).first)
        #expect(delivery.state == .refused && delivery.bytes == long.utf8.count)
        let detail = try await house.detail(webhook, delivery)
        #expect(detail.body == nil && detail.headers["content-type"] == "application/json")
        #expect(detail.headers["x-opsconductor-signature"] == "•••")
    }

    @Test("masks leave everything else, also where there is nothing")
    func masks() throws {
        let mask = try ValueMask(["body.a", "body.users[*].email", "body.map[*]", "body.list[-1]", "body.none.deep", "headers.x-key"])
        let message = WebhookMessage(
            headers: ["X-Key": "k", "X-Other": "o", "X-Api-Token": "t"],
            body: .object([
                "a": .object(["b": 1]), "users": .array([.object(["email": "e", "name": "n"]), 3]), "map": .object(["x": 1, "y": .null]),
                "list": .array([1, 2]), "c": 5,
            ]))
        let kept = message.recorded(mask)
        #expect(
            kept.body
                == .object([
                    "a": "•••", "users": .array([.object(["email": "•••", "name": "n"]), 3]), "map": .object(["x": "•••", "y": .null]),
                    "list": .array([1, "•••"]), "c": 5,
                ]))
        #expect(kept.headers == ["x-key": "•••", "x-other": "o", "x-api-token": "•••"])
        let nothing = message.recorded(try ValueMask(["headers", "body"]))
        #expect(nothing.body == "•••" && nothing.headers.values.allSatisfy { $0 == "•••" })
        for wrong in ["", "body.", "body[", "body[**]"] { #expect(throws: ValuePathError.self) { _ = try ValueMask([wrong]) } }
    }

    @Test("a dry run with what was recorded, and with a sample, shows what would be and starts nothing")
    func dryRun() async throws {
        let house = try await EventsHouse()
        _ = try await house.deploy()
        let webhook = try await house.webhook(.deploy { $0.filter = "body.go == true" })
        _ = try await house.send(webhook.id.text, house.signed(#"{"branch":"main","go":false}"#))
        let delivery = try #require(try await house.deliveries(webhook).first)
        let asIs = try await house.call(SchedulesAPI.tryWebhook, [:], TryWebhook(webhook: "deploy", delivery: delivery.id))
        #expect((asIs.state, asIs.matches, asIs.targets) == (.ignored, false, "tag = web"))
        let changed = WebhookDefinition.deploy { $0.run?.targets = "tag = db" }
        let other = try await house.call(
            SchedulesAPI.tryWebhook, [:], TryWebhook(webhook: "deploy", definition: changed, delivery: delivery.id))
        #expect((other.state, other.matches, other.targets) == (.started, nil, "tag = db"))
        #expect(other.parameters.first == TriedParameter(name: "branch", source: "body.branch", value: "main"))
        let sample = WebhookSample(headers: ["X-Event": "push"], body: .object([:]))
        let fresh = try await house.call(
            SchedulesAPI.tryWebhook, [:],
            TryWebhook(definition: .deploy { $0.run?.parameters?["branch"] = MappedValue(from: "headers.x-event") }, sample: sample))
        #expect((fresh.state, fresh.parameters.first?.value) == (.started, "push"))
        let none = try await house.call(SchedulesAPI.tryWebhook, [:], TryWebhook(definition: .deploy(), sample: sample))
        #expect(none.state == .refused && none.reason?.contains("branch is required") == true)
        for input in [TryWebhook(), TryWebhook(webhook: "deploy"), TryWebhook(definition: .deploy(), delivery: delivery.id)] {
            #expect(try await house.problem { _ = try await house.call(SchedulesAPI.tryWebhook, [:], input) }.status == 422)
        }
        #expect(house.others.orders.isEmpty)
    }

    @Test("a recorded message can be done again, each time with a run of its own, unless parts of it are masked")
    func redeliver() async throws {
        let house = try await EventsHouse()
        _ = try await house.deploy()
        let webhook = try await house.webhook(.deploy { $0.masks = ["body.pin"] })
        _ = try await house.send(webhook.id.text, house.signed(#"{"branch":"main"}"#))
        let first = try #require(try await house.deliveries(webhook).first)
        let path = ["webhook": webhook.serial, "delivery": first.id.text]
        for _ in 0..<2 { #expect(try await house.call(SchedulesAPI.redeliver, path, Nothing()).state == .started) }
        #expect(house.others.orders.map { $0.parameters["branch"] } == ["main", "main", "main"])
        #expect(try await house.deliveries(webhook).first?.redeliveryOf == first.id)
        #expect(try await NewsDesk.lying(in: house.database, for: "audit").last?.kind == "webhook.redelivered")

        _ = try await house.send(webhook.id.text, house.signed(#"{"branch":"main","pin":1}"#))
        let masked = try #require(try await house.deliveries(webhook).first)
        let problem = try await house.problem {
            _ = try await house.call(SchedulesAPI.redeliver, ["webhook": webhook.serial, "delivery": masked.id.text], Nothing())
        }
        #expect(problem.status == 409)
    }

    @Test("bodies go after their days, and deliveries when there are too many; what is known by its mark stays known")
    func pruning() async throws {
        let house = try await EventsHouse()
        _ = try await house.deploy()
        let webhook = try await house.webhook(.deploy { $0.keepDays = 1 })
        _ = try await house.send(webhook.id.text, house.signed(#"{"branch":"main"}"#))
        let loop = EventLoop(room: house.room)
        try await loop.prune()
        let first = try #require(try await house.deliveries(webhook).first)
        #expect(try await house.detail(webhook, first).body != nil)
        house.clock.advance(by: .seconds(90_000))
        try await loop.prune()
        let detail = try await house.detail(webhook, first)
        #expect(detail.body == nil && detail.headers.isEmpty && detail.delivery.state == .started)
        let marks = try await house.database.query("-- test.marks\nSELECT mark FROM webhook_marks")
        #expect(marks.isEmpty)
    }
}
