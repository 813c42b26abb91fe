import Contracts
import Foundation
import Testing
import Vocabulary

@testable import Schedules

@Suite("Signatures of webhooks")
struct WebhookSignatureTests {
    private func proof(
        _ format: WebhookFormat, _ body: String, _ headers: [(name: String, value: String)], secrets: [String], header: String? = nil
    ) -> WebhookSignature.Proof? {
        WebhookSignature(format: format, header: header).proof(
            of: RawRequest(body: Array(body.utf8), headers: headers), secrets: secrets.map { Secret($0) })
    }

    // The example of GitHub's page "Validating webhook deliveries".
    @Test("GitHub's own example is genuine, and nothing that differs from it")
    func github() {
        let (secret, body) = ("It's a Secret to Everybody", "Hello, World!")
        let right = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        #expect(
            proof(.github, body, [("X-Hub-Signature-256", right), ("x-github-delivery", "72d3162e")], secrets: [secret])?.name == "72d3162e"
        )
        #expect(
            proof(.github, body, [("X-Hub-Signature-256", right.uppercased().replacing("SHA256", with: "sha256"))], secrets: [secret])
                != nil)
        #expect(proof(.github, body + "!", [("X-Hub-Signature-256", right)], secrets: [secret]) == nil)
        #expect(proof(.github, body, [("X-Hub-Signature-256", right)], secrets: ["another"]) == nil)
        for wrong in [String(right.dropLast()), String(right.dropFirst(7)), "sha1=" + right.dropFirst(7), "", right + "0"] {
            #expect(proof(.github, body, [("X-Hub-Signature-256", wrong)], secrets: [secret]) == nil)
        }
        #expect(proof(.github, body, [], secrets: [secret]) == nil)
        #expect(proof(.github, body, [("X-Hub-Signature-256", right)], secrets: []) == nil)
    }

    // RFC 4231, test case 2, through the one format that signs the body alone.
    @Test("an HMAC of RFC 4231 is genuine")
    func rfc4231() {
        let code = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        #expect(proof(.github, "what do ya want for nothing?", [("X-Hub-Signature-256", "sha256=\(code)")], secrets: ["Jefe"]) != nil)
    }

    // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef
    @Test("what openssl signed is genuine, in our own headers and in one header")
    func openssl() {
        let code = "9eb18f493f8ec135d9eb2dad817c369bb4e9cbfa818657897a7437c1cd8c3a23"
        let (body, secret) = ("{\"a\":1}", "0123456789abcdef")
        let own = proof(
            .opsconductor, body,
            [("X-OpsConductor-Timestamp", "1700000000"), ("X-OpsConductor-Signature", "v1=\(code)"), ("X-OpsConductor-Delivery", "d1")],
            secrets: ["other", secret])
        #expect(own?.signedAt == 1_700_000_000)
        #expect(own?.name == "d1")
        let one = proof(
            .stripe, body, [("Stripe-Signature", "t=1700000000, v0=00,v1=\(String(repeating: "0", count: 64)),v1=\(code)")],
            secrets: [secret])
        #expect(one?.signedAt == 1_700_000_000)
        #expect(one?.digest == own?.digest)
        #expect(proof(.stripe, body, [("X-Sign", "t=1700000000,v1=\(code)")], secrets: [secret], header: "x-sign") != nil)
        // Another time is signed differently.
        #expect(proof(.stripe, body, [("Stripe-Signature", "t=1700000001,v1=\(code)")], secrets: [secret]) == nil)
        #expect(
            proof(
                .opsconductor, body, [("X-OpsConductor-Timestamp", "1700000001"), ("X-OpsConductor-Signature", "v1=\(code)")],
                secrets: [secret])
                == nil)
        #expect(proof(.opsconductor, body, [("X-OpsConductor-Signature", "t=1700000000,v1=\(code)")], secrets: [secret]) == nil)
    }

    @Test("a time that is no time is refused although it is signed")
    func badTimes() {
        for time in ["", "now", "-5", "1e9", "99999999999", "1700000000.5", " 1700000000"] {
            let code = EventsHouse.code("\(time).x", EventsHouse.secret)
            let headers = [("X-OpsConductor-Timestamp", time), ("X-OpsConductor-Signature", "v1=\(code)")].map { (name: $0.0, value: $0.1) }
            #expect(proof(.opsconductor, "x", headers, secrets: [EventsHouse.secret]) == nil)
        }
    }

    @Test("GitLab's token is compared as a whole, and its deliveries have names")
    func gitlab() {
        func token(_ token: String, _ more: [(name: String, value: String)] = []) -> WebhookSignature.Proof? {
            proof(.gitlab, "{}", [("X-Gitlab-Token", token)] + more, secrets: ["0123456789abcdef", "old-secret-of-gitlab"])
        }
        #expect(token("0123456789abcdef", [("X-Gitlab-Event-UUID", "u1")])?.name == "u1")
        #expect(token("old-secret-of-gitlab", [("Idempotency-Key", "k1"), ("X-Gitlab-Event-UUID", "u1")])?.name == "k1")
        for wrong in ["", "0", "0123456789abcde", "0123456789abcdef ", "0123456789abcdeF"] { #expect(token(wrong) == nil) }
    }

    @Test("secrets are long and random, and those of senders are checked")
    func secrets() {
        let made = WebhookSecretText.random()
        #expect(made.reveal().utf8.count == 43)
        #expect(made != WebhookSecretText.random())
        #expect(WebhookSecretText.mistake(in: made) == nil)
        for wrong in ["", "short", "0123456789abcde", "with a blank in it", "ümlaute-in-diesem-text", String(repeating: "x", count: 257)] {
            #expect(WebhookSecretText.mistake(in: Secret(wrong))?.pointer == "#/secret")
        }
    }
}
