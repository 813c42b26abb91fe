import Contracts
import Store
import Testing
import Vocabulary

@testable import Notifications

@Suite("Channels")
struct ChannelTests {
    @Test("a webhook is kept with its secrets sealed and never shown")
    func secrets() async throws {
        let house = try await NotificationsHouse()
        let made = try await house.webhook {
            $0.headers = ["X-Key": Secret("h3ader-value")]
            $0.signingSecret = Secret("s1gning-secret")
        }
        let rows = try await house.database.query("SELECT url, headers, signing_secret FROM channels")
        let row = try #require(rows.first)
        let stored = [try row.bytes("url"), try row.bytes("headers"), try row.bytes("signing_secret")]
        let shown = try StoredJSON.text(made)

        #expect(made.destination == "https://hooks.example")
        #expect((made.headers, made.signed, made.method) == (["X-Key"], true, .post))
        for secret in ["t0k3n", "h3ader", "s1gning"] {
            #expect(!shown.contains(secret))
            #expect(!stored.contains { String(decoding: $0, as: UTF8.self).contains(secret) })
        }
    }

    @Test("absent secrets stay, and header fields do not travel to another host")
    func keeps() async throws {
        let house = try await NotificationsHouse()
        try await house.webhook { $0.headers = ["X-Key": Secret("value")] }
        let kept: NotificationChannel = try await house.call(
            NotificationsAPI.updateChannel, ["channel": "HOOK"],
            SaveNotificationChannel(name: "hook", kind: .webhook, description: "new", revision: 1))
        let elsewhere = try await house.problem {
            try await house.call(
                NotificationsAPI.updateChannel, ["channel": "hook"],
                SaveNotificationChannel(name: "hook", kind: .webhook, url: Secret("https://evil.example/")))
        }
        let stale = try await house.problem {
            try await house.call(
                NotificationsAPI.updateChannel, ["channel": "hook"], SaveNotificationChannel(name: "hook", kind: .webhook, revision: 1))
        }

        #expect((kept.description, kept.headers, kept.destination, kept.revision) == ("new", ["X-Key"], "https://hooks.example", 2))
        #expect(elsewhere.errors?.map(\.pointer) == ["#/headers"])
        #expect(stale.slug == "stale-revision")
    }

    @Test("a channel that routes use is not deleted, one that is free is")
    func deletes() async throws {
        let house = try await NotificationsHouse()
        try await house.webhook()
        try await house.route([.failed])
        let used = try await house.problem { try await house.call(NotificationsAPI.deleteChannel, ["channel": "hook"], Nothing()) }
        let _: Nothing = try await house.call(NotificationsAPI.deleteRoute, ["route": "route"], Nothing())
        let _: Nothing = try await house.call(NotificationsAPI.deleteChannel, ["channel": "hook"], Nothing())
        let left: Page<NotificationChannel> = try await house.call(NotificationsAPI.channels, [:], PageQuery())

        #expect(used.detail.contains("`route`"))
        #expect(left.items.isEmpty)
    }

    @Test("all mistakes of a channel are named at once, with their places")
    func mistakes() async throws {
        let house = try await NotificationsHouse()
        let hook = try await house.problem {
            try await house.webhook("bad name!") {
                $0.url = Secret("ftp://x")
                $0.headers = ["Host": Secret("x"), "Bad Name": Secret("y"), "X-Fine": Secret("a\nb")]
                $0.template = "{\"a\": {{ nonsense.name }}}"
            }
        }
        let mail = try await house.problem {
            try await house.call(
                NotificationsAPI.createChannel, [:],
                SaveNotificationChannel(
                    name: "mail", kind: .email, recipients: ["a@example.org", "b@x\r\nBcc: c@example.org", "plain"],
                    url: Secret("https://x.example"),
                    template: "x"))
        }

        #expect(
            Set(hook.errors?.compactMap(\.pointer) ?? []) == [
                "#/name", "#/url", "#/headers/Host", "#/headers/Bad Name", "#/headers/X-Fine", "#/template",
            ])
        #expect(Set(mail.errors?.compactMap(\.pointer) ?? []) == ["#/recipients/1", "#/recipients/2", "#/url", "#/template"])
    }

    @Test("a template that begins like JSON has to be JSON, and values stay parts of its texts")
    func templates() async throws {
        let house = try await NotificationsHouse()
        let broken = try await house.problem { try await house.webhook { $0.template = "{\"text\": {{ event.title }}}" } }
        try await house.webhook { $0.template = "{\"text\": \"{{ event.title }}\", \"failed\": {{ execution.failed }}}" }
        try await house.route([.failed])
        try await house.ended(.sample("J1.1", .failed, name: "a\"b\\c"))
        try await house.send()
        let body = try #require(house.outside.requests.first?.body)
        let sent: [String: JSONValue] = try StoredJSON.value(String(decoding: body, as: UTF8.self))

        #expect(broken.errors?.first?.pointer == "#/template")
        #expect(sent == ["text": "a\"b\\c (J1.1) failed on 1 of 2 targets", "failed": 1])
    }

    @Test("a test is sent for real, says what came of it and shows no secret that the other side repeats")
    func tests() async throws {
        let house = try await NotificationsHouse()
        try await house.webhook()
        house.outside.answer(.success(503))
        let failed: NotificationTest = try await house.call(NotificationsAPI.testChannel, ["channel": "hook"], Nothing())
        let worked: NotificationTest = try await house.call(NotificationsAPI.testChannel, ["channel": "hook"], Nothing())

        #expect((failed.sent, worked.sent) == (false, true))
        #expect(failed.answer.hasPrefix("HTTP 503"))
        #expect(!worked.answer.contains("t0k3n-of-the-path"))
        #expect(
            house.outside.requests.last?.headers.contains { $0.name == "X-OpsConductor-Delivery" && $0.value == worked.messageId } == true)
    }

    @Test("the mail server keeps its password sealed, and does not let it be sent elsewhere or in the clear")
    func mailServer() async throws {
        let house = try await NotificationsHouse()
        func save(_ host: String, _ security: MailSecurity = .startTLS, password: String?) async throws -> MailServerState {
            let save = SaveMailServer(
                host: host, port: 587, security: security, username: "mailer", password: password.map { Secret($0) },
                sender: "ops@example.org")
            return try await house.call(NotificationsAPI.saveMailServer, [:], save)
        }
        let none: MailServerState = try await house.call(NotificationsAPI.mailServer, [:], Nothing())
        let first = try await save("mail.example", password: "p4ssword")
        let kept = try await save("mail.example", password: nil)
        let elsewhere = try await house.problem { try await save("evil.example", password: nil) }
        let clear = try await house.problem { try await save("mail.example", .none, password: "p4ssword") }

        #expect(none.server == nil)
        #expect((first.server?.hasPassword, kept.server?.hasPassword, kept.server?.revision) == (true, true, 2))
        #expect(try !StoredJSON.text(kept).contains("p4ssword"))
        #expect(elsewhere.errors?.first?.pointer == "#/password")
        #expect(clear.errors?.first?.pointer == "#/security")
    }

    @Test("mail cannot be tested without a mail server, and goes through it once there is one")
    func mailTest() async throws {
        let house = try await NotificationsHouse()
        let save = SaveNotificationChannel(name: "mail", kind: .email, recipients: ["a@example.org"])
        let _: NotificationChannel = try await house.call(NotificationsAPI.createChannel, [:], save)
        let missing = try await house.problem { try await house.call(NotificationsAPI.testChannel, ["channel": "mail"], Nothing()) }
        let server = SaveMailServer(
            host: "mail.example", port: 465, security: .tls, username: "mailer", password: Secret("p4ssword"), sender: "ops@example.org")
        let _: MailServerState = try await house.call(NotificationsAPI.saveMailServer, [:], server)
        let test: NotificationTest = try await house.call(NotificationsAPI.testChannel, ["channel": "mail"], Nothing())
        let mail = try #require(house.outside.mails.first)

        #expect(missing.status == 409)
        #expect(test.sent)
        #expect((mail.host, mail.port, mail.login?.username, mail.login?.password.reveal()) == ("mail.example", 465, "mailer", "p4ssword"))
        #expect(String(decoding: mail.message, as: UTF8.self).contains("Message-ID: <\(test.messageId)@example.org>"))
    }

    @Test("every change leaves a note for Audit, without secrets")
    func audit() async throws {
        let house = try await NotificationsHouse()
        try await house.webhook { $0.signingSecret = Secret("s1gning") }
        try await house.route([.failed])
        let notes = try await NewsDesk.lying(in: house.database, for: "audit")

        #expect(notes.map(\.kind) == ["channel.created", "notification_route.created"])
        #expect(!notes.contains { $0.payload.contains("s1gning") || $0.payload.contains("t0k3n") })
        #expect(notes[0].payload.contains("\"signed\":true"))
    }

    @Test("who may only read changes nothing")
    func permissions() async throws {
        let house = try await NotificationsHouse()
        let refused = try await house.problem {
            try await house.call(
                NotificationsAPI.createChannel, [:], SaveNotificationChannel(name: "x", kind: .slack, url: Secret("https://x.example")),
                as: house.viewer)
        }
        let seen: Page<NotificationChannel> = try await house.call(NotificationsAPI.channels, [:], PageQuery(), as: house.viewer)

        #expect(refused.slug == "forbidden")
        #expect(seen.items.isEmpty)
    }
}
