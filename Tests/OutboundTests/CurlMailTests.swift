import CurlDriver
import Outbound
import Support
import Testing
import Vocabulary

@Suite("Mail to the outside")
struct CurlMailTests {
    let world: OutsideWorld
    let outbound: CurlOutbound

    init() throws {
        world = try OutsideWorld()
        let rules = try #require(AddressRules(allowing: ["127.0.0.1"]))
        outbound = CurlOutbound(CurlSettings(rules: rules, trustedCertificates: world.places.ca))
    }

    private func mail(
        _ port: Int, _ protection: OutboundMail.Protection = .startTLS, password: String? = OutsideWorld.password,
        to recipients: [String] = ["a@example.org", "b@example.org"], timeout: Duration = .seconds(20)
    ) -> OutboundMail {
        let text = "From: ops@example.org\r\nTo: a@example.org\r\nSubject: Hi\r\nMessage-ID: <1@example.org>\r\n\r\nline\r\n.dot\r\n"
        let login = password.map { OutboundMail.Login(username: OutsideWorld.account, password: Secret($0)) }
        return OutboundMail(
            host: "localhost", port: port, protection: protection, login: login, sender: "ops@example.org", recipients: recipients,
            message: Array(text.utf8), timeout: timeout)
    }

    private func failure(_ mail: OutboundMail) async throws -> OutboundError.Kind? {
        do {
            _ = try await outbound.send(mail)
            return nil
        } catch let error as OutboundError {
            return error.kind
        }
    }

    @Test("a message goes to several recipients over STARTTLS and over TLS, with a login")
    func sends() async throws {
        let answer = try await outbound.send(mail(world.places.mail))
        _ = try await outbound.send(mail(world.places.mailTLS, .tls))
        let mails = try world.mails()
        let first = try #require(mails.first)

        #expect((answer.answer, answer.refusals) == ("250 2.0.0 taken as 4711", []))
        #expect(mails.map(\.server) == ["starttls", "tls"])
        #expect((first.from, first.to, first.tls) == ("ops@example.org", ["a@example.org", "b@example.org"], true))
        #expect(first.text.replacing("\r\n", with: "\n") == "line\n.dot\n")
    }

    @Test("a server without TLS and login takes mail where that is wanted, and is refused where it is not")
    func plain() async throws {
        _ = try await outbound.send(mail(world.places.mailPlain, .none, password: nil))
        let refused = try await failure(mail(world.places.mailPlain, .startTLS, password: nil))
        let mails = try world.mails()

        #expect(mails.map(\.tls) == [false])
        #expect(refused == .tls)
    }

    @Test("a wrong password, a missing login and an unknown authority each say what they are")
    func refuses() async throws {
        let wrong = try await failure(mail(world.places.mail, password: "wrong"))
        let missing = try await failure(mail(world.places.mail, password: nil))
        let unknown = try await failure(mail(world.places.mailUntrusted))
        let mails = try world.mails()

        #expect(wrong == .login)
        #expect(missing == .refused(code: 530))
        #expect(unknown == .tls)
        #expect(mails.isEmpty)
    }

    @Test("one recipient that is gone does not keep the message from the others, and is told of")
    func someRecipients() async throws {
        let receipt = try await outbound.send(mail(world.places.mail, to: ["a@example.org", "gone@example.org"]))
        let nobody = try await failure(mail(world.places.mail, to: ["gone@example.org"]))
        let mails = try world.mails()

        #expect(mails.map(\.to) == [["a@example.org"]])
        #expect(receipt.refusals == ["550 5.1.1 no such user here"])
        #expect(nobody == .refused(code: 550))
    }

    @Test("a server that says nothing after the message is left in time")
    func stalls() async throws {
        try world.stall(1)
        let stalled = try await failure(mail(world.places.mailStalls, timeout: .seconds(2)))
        let again = try await failure(mail(world.places.mailStalls, timeout: .seconds(20)))
        let answered = try world.mails().map(\.answered)

        #expect(stalled == .timeout)
        #expect(again == nil)
        #expect(answered == [false, true])
    }

    @Test("a cancelled task does not wait for the server")
    func cancels() async throws {
        try world.stall(1)
        let (outbound, mail) = (outbound, mail(world.places.mailStalls, timeout: .seconds(60)))
        let task = Task { try await outbound.send(mail) }
        while try world.mails().isEmpty { await Task.yield() }
        task.cancel()
        let ended = await task.result

        #expect(throws: CancellationError.self) { try ended.get() }
    }

    @Test("addresses that are not allowed get no mail, and addresses with commands in them are none")
    func guards() async throws {
        let guarded = CurlOutbound(CurlSettings())
        var forbidden: OutboundError.Kind?
        do { _ = try await guarded.send(mail(world.places.mail)) } catch let error as OutboundError { forbidden = error.kind }
        let injected = try await failure(mail(world.places.mail, to: ["a@example.org>\r\nRCPT TO:<b@example.org"]))
        let mails = try world.mails()

        #expect((forbidden, injected) == (.forbiddenAddress, .malformed))
        #expect(mails.isEmpty)
    }
}
