import Contracts
import Foundation
import Testing
import Vocabulary

@testable import Notifications

@Suite("Messages")
struct NoticeTests {
    private static let content = EventContent.sample(.failed, publicURL: "https://ops.example")

    private func render(_ text: String) throws -> String { try NoticeTemplate(parsing: text).render(Self.content) }

    private func mistake(_ body: () throws -> Void) -> NoticeMistake? {
        do { try body() } catch let mistake as NoticeMistake { return mistake } catch {}
        return nil
    }

    @Test("values and expressions are inserted, null is nothing, and braces can be written")
    func renders() throws {
        let text = try render(
            #"{{ job.name }}: {{ execution.failed + 1 }} [{{ approval.name }}] {{ "{{" }} {{ upper(execution.state) }} {{ "}}" }}"#)

        #expect(text == "nightly-backup: 3 [] {{ FAILED }}")
    }

    @Test(
        "what is no template is refused with its place",
        arguments: [
            ("{{ job.name", 1, 1), ("a\n {{ job.nmae }}", 2, 2), ("{% for x in events %}{% endfor %}", 1, 1), ("{{ }}", 1, 1),
            ("{{ 1 + }}", 1, 1), ("x {# y #}", 1, 3), ("{{ events }}", 1, 1),
        ])
    func refuses(text: String, line: Int, column: Int) throws {
        let found = mistake { _ = try NoticeTemplate(parsing: text) }

        #expect((found?.line, found?.column) == (line, column))
    }

    @Test("a template that explodes is cut with a sentence, or ends with one, and soon")
    func explodes() throws {
        let long = try render(String(repeating: "{{ join(range(0, 9999), \"xxxxxxxxxx\") }}", count: 10))
        let work = mistake {
            _ = try render("{{ \(Array(repeating: "join(range(0, 9999), \"x\")", count: 100).joined(separator: " + ")) }}")
        }
        let many = mistake { _ = try NoticeTemplate(parsing: String(repeating: "{{ 1 }}", count: 201)) }

        #expect(long.utf8.count <= NoticeLimit.body)
        #expect(long.hasSuffix("(The message was cut here: it may have at most 20000 bytes.)"))
        #expect(work?.detail.isEmpty == false)
        #expect(many?.detail.contains("at most 200 placeholders") == true)
    }

    @Test("a cut message keeps whole characters")
    func cuts() {
        let text = NoticeLimit.cut(String(repeating: "é", count: 200), to: 120)

        #expect(text.utf8.count <= 120)
        #expect(text.hasPrefix("ééé"))
        #expect(!text.contains("\u{fffd}"))
    }

    @Test("a template that fails when it is used does not keep the message from being sent, and says why")
    func survives() {
        let event = TellableEvent(
            summary: NotificationEvent(id: "1", kind: .failed, severity: .warning, title: "It failed", at: .sample), content: Self.content)
        let notice = NoticeWriter.notice(
            id: "1", events: [event], kinds: [.failed: 1], subject: "{{ execution.seconds / 0 }}", body: "{{ nonsense }}")

        #expect(notice.subject.contains("nightly-backup (J20260001.0007) failed"))
        #expect(notice.warnings.count == 2)
        #expect(notice.body.contains("could not be used"))
    }

    @Test("the usual text leaves out what is not known")
    func usual() {
        var content = Self.content
        content["execution"] = nil
        let event = TellableEvent(
            summary: NotificationEvent(id: "1", kind: .unhealthy, severity: .warning, title: "web-01 is unhealthy", at: .sample),
            content: content)
        let notice = NoticeWriter.notice(id: "1", events: [event], kinds: [.failed: 1], subject: nil, body: nil)

        #expect(!notice.body.contains("Took") && !notice.body.contains("Page") && notice.body.contains("Severity:   warning"))
        #expect(!notice.body.contains("\n\n\n"))
    }

    @Test("mail has no header field that a value made, and text beyond ASCII is encoded")
    func mail() throws {
        var notice = Notice.test("Zeile 1\nZeile 2 ä", id: "0199", at: try #require(Timestamp("2026-11-26T18:04:48Z")))
        notice.subject = NoticeWriter.oneLine("Über\r\nBcc: evil@example.org")
        let message = String(
            decoding: MailFormat.message(
                notice, from: "ops@example.org", named: "Ops, \"Team\"", to: ["a@example.org", "b@example.org"], at: notice.at),
            as: UTF8.self)
        let parts = message.split(separator: "\r\n\r\n", maxSplits: 1).map(String.init)
        let head = parts[0].components(separatedBy: "\r\n")

        #expect(head.contains("Date: Thu, 26 Nov 2026 18:04:48 +0000"))
        #expect(head.contains("Message-ID: <0199@example.org>"))
        #expect(head.contains("Auto-Submitted: auto-generated"))
        #expect(!head.contains { $0.hasPrefix("Bcc") })
        #expect(head.contains { $0.hasPrefix("Subject: =?utf-8?B?") } && head.contains { $0.hasPrefix("From: =?utf-8?B?") })
        #expect(head.allSatisfy { $0.utf8.count <= 78 })
        let body = try #require(Data(base64Encoded: parts[1], options: .ignoreUnknownCharacters))
        #expect(String(decoding: body, as: UTF8.self) == "Zeile 1\r\nZeile 2 ä")
    }

    @Test(
        "addresses of mail are plain",
        arguments: [
            ("a@example.org", true), ("a.b+c@sub.example.org", true), ("a@localhost", true), ("a@b@c", false), ("a b@example.org", false),
            ("a@example.org\r\nX", false), ("\"a\"@example.org", false), ("@example.org", false), ("a@", false), ("a@-x.org", false),
            ("a..b@example.org", false), ("ä@example.org", false),
        ])
    func addresses(text: String, isOne: Bool) { #expect(MailFormat.isAddress(text) == isOne) }

    @Test("Slack and Teams take values as text, never as syntax")
    func formats() throws {
        var notice = Notice.test("<!channel> & <http://evil.example|x> *bold* [a](b)", id: "1", at: .sample)
        notice.link = "https://ops.example/runs/1"
        let slack = NoticeTemplate.json(ChannelFormats.slack(notice))
        let teams = NoticeTemplate.json(ChannelFormats.teams(notice))

        #expect(!slack.contains("<!channel>") && slack.contains("&lt;!channel&gt;"))
        #expect(slack.contains("\"url\":\"https://ops.example/runs/1\""))
        #expect(teams.contains("AdaptiveCard") && teams.contains("\\\\*bold\\\\*") && teams.contains("Action.OpenUrl"))
    }

    @Test("a preview shows a sample of every kind, and a real execution, in every format")
    func previews() async throws {
        let house = try await NotificationsHouse()
        for kind in NotificationEventKind.allCases {
            let shown: NotificationPreview = try await house.call(
                NotificationsAPI.preview, [:], PreviewNotification(kind: kind, channel: .slack))
            #expect(shown.event.kind == kind)
            #expect(shown.warnings.isEmpty && shown.subject.hasPrefix("[OpsConductor] ") && shown.payload?.contains("blocks") == true)
        }
        let real: NotificationPreview = try await house.call(
            NotificationsAPI.preview, [:],
            PreviewNotification(subject: "{{ execution.serial }}", execution: "J20260001.0001", channel: .email))
        let nobody = try await house.problem {
            try await house.call(NotificationsAPI.preview, [:], PreviewNotification(execution: "J1"))
        }
        let vocabulary: NotificationVocabulary = try await house.call(NotificationsAPI.vocabulary, [:], Nothing())

        #expect(real.subject == "J20260001.0001")
        #expect(real.body.contains("https://ops.example/runs/J20260001.0001"))
        #expect(real.payload?.contains("Message-ID") == true)
        #expect(nobody.slug == "not-found")
        #expect(vocabulary.kinds.count == NotificationEventKind.allCases.count)
    }
}
