import Bus
import Contracts
import Support
import Synchronization
import Testing
import Vocabulary

@testable import Conductor
@testable import Web

@Suite("Remembered callers")
struct RememberedCallersTests {
    private let clock = ManualClock()
    private let bus = InProcessBus()

    @Test("Auth is asked once for a few seconds, then again")
    func asksOnce() async throws {
        let auth = AuthDesk(until: nil)
        let authenticator = authenticator(auth)

        for _ in 0..<3 { #expect(try await authenticator.caller(Self.shown).name == "ada") }
        #expect(auth.questions.count == 1)
        clock.advance(by: RememberedCallers.life)
        #expect(try await authenticator.caller(Self.shown).name == "ada")
        #expect(auth.questions.count == 2)
    }

    @Test("after news of any sign-in the very next request asks again")
    func news() async throws {
        let auth = AuthDesk(until: nil)
        let authenticator = authenticator(auth)
        _ = try await authenticator.caller(Self.shown)

        await bus.publish(SignInNews.topic)
        auth.answer.withLock { $0 = nil }

        await #expect(throws: Problem.unauthenticated) { try await authenticator.caller(Self.shown) }
    }

    @Test("an answer that was under way while news came is not remembered")
    func overtaken() async throws {
        let remembered = RememberedCallers(bus)
        let key = RememberedCallers.Key(bearer: "token", cookie: nil)
        let ticket = try #require(remembered.find(key, at: clock.now()).ticket)

        await bus.publish(SignInNews.topic)
        remembered.keep(Introspection(caller: .service("old"), until: .sample), for: key, ticket, at: clock.now())

        #expect(remembered.find(key, at: clock.now()).caller == nil)
    }

    @Test("nobody is remembered longer than the credentials are good")
    func ends() async throws {
        let auth = AuthDesk(until: clock.now() + .seconds(1))
        let authenticator = authenticator(auth)

        _ = try await authenticator.caller(Self.shown)
        clock.advance(by: .seconds(1))
        _ = try await authenticator.caller(Self.shown)

        #expect(auth.questions.count == 2)
    }

    @Test("a token and a cookie of the same text are not the same, and looking again at a connection always asks")
    func apart() async throws {
        let auth = AuthDesk(until: nil)
        let authenticator = authenticator(auth)

        _ = try await authenticator.caller(Self.shown)
        _ = try await authenticator.caller(Web.Credentials(cookie: "secret"))
        _ = try await authenticator.caller(Self.shown.again)

        #expect(auth.questions.map(\.isRecheck) == [nil, nil, true])
    }

    @Test("while other processes cannot be heard every request asks")
    func deaf() async throws {
        let auth = AuthDesk(until: nil)
        let authenticator = SessionAuthenticator(peer: auth, remembered: RememberedCallers(DeafBus()), clock: clock)

        for _ in 0..<2 { _ = try await authenticator.caller(Self.shown) }

        #expect(auth.questions.count == 2)
    }

    private static let shown = Web.Credentials(bearer: "secret")

    private func authenticator(_ auth: AuthDesk) -> SessionAuthenticator {
        SessionAuthenticator(peer: auth, remembered: RememberedCallers(bus), clock: clock)
    }
}

/// Answers in place of Auth and keeps what it was asked.
private final class AuthDesk: Peer {
    let answer: Mutex<Introspection?>
    private let asked = Mutex<[Contracts.Credentials]>([])

    init(until: Timestamp?) {
        let farAway = ManualClock().now() + .seconds(1000)
        answer = Mutex(Introspection(caller: .user(UserID(trusted: "ada"), name: "ada", role: .viewer), until: until ?? farAway))
    }

    var questions: [Contracts.Credentials] { asked.withLock { $0 } }

    func call<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String], _ input: Input, as caller: Caller, idempotencyKey: String?
    ) async throws -> Output {
        let question = try #require(input as? Contracts.Credentials)
        asked.withLock { $0.append(question) }
        guard let answer = answer.withLock({ $0 }) as? Output else { throw Problem.unauthenticated }
        return answer
    }
}

/// A bus whose link to other processes is broken.
private struct DeafBus: Bus {
    private let local = InProcessBus()
    var reachesAll: Bool { false }
    func publish(_ message: BusMessage) async { await local.publish(message) }
    func mayHaveListeners(_ topic: String) -> Bool { true }
    func subscribe(_ topics: Set<String>, buffer: Int) -> BusSubscription { local.subscribe(topics, buffer: buffer) }
}
