import Support
import Synchronization
import Testing
import Vocabulary
import Web

@Suite("WebSockets of callers who change", .timeLimit(.minutes(1)))
struct LiveRecheckTests {
    /// A doorman who may be told otherwise, and who remembers how he was asked.
    private final class FickleDoorman: Authenticator {
        let sessionCookie = "session"
        private let answer = Mutex<Result<Caller, Problem>>(.success(Doorman.operatorCaller))
        private let questions: AsyncStream<Bool>.Continuation
        /// One element for each question: whether it was about an open connection.
        let asked: AsyncStream<Bool>

        init() { (asked, questions) = AsyncStream.makeStream() }

        func say(_ new: Result<Caller, Problem>) { answer.withLock { $0 = new } }

        func caller(_ credentials: Credentials) async throws -> Caller {
            defer { questions.yield(credentials.isRecheck) }
            return try answer.withLock { $0 }.get()
        }
    }

    /// Opens a WebSocket, changes what the doorman says and lets the time to the next look pass; returns how the connection ended.
    private func farewell(after answer: Result<Caller, Problem>) async throws -> LiveFarewell? {
        let (doorman, clock) = (FickleDoorman(), ManualClock())
        let (farewells, heard) = AsyncStream<LiveFarewell>.makeStream()
        try await PaintShop.open(change: { $0.recheckInterval = .seconds(3) }, authenticator: doorman, clock: clock) { client, _ in
            let live = try await LiveClient.connect(client, path: "/ws/echo", token: "any")
            doorman.say(answer)
            await clock.someoneSleeps(count: 2)
            clock.advance(by: .seconds(3))
            do {
                for try await _ in live.messages {}
            } catch let farewell as LiveFarewell {
                heard.yield(farewell)
            }
        }
        heard.finish()
        return await farewells.first { _ in true }
    }

    @Test("a sign-in that is over, a right that is lost and another role end the connection with a reason that programs understand")
    func ended() async throws {
        let over = try await farewell(after: .failure(.unauthenticated))
        #expect(over == LiveFarewell(code: 1008, reason: "unauthenticated"))
        #expect(over?.isSignInOver == true)

        let stranger = try await farewell(after: .success(.worker("w1")))
        #expect(stranger == LiveFarewell(code: 1008, reason: "forbidden"))
        let demoted = try await farewell(after: .success(.user(.sample, name: "olga", role: .viewer)))
        #expect(demoted == LiveFarewell(code: 1008, reason: "caller-changed"))
        #expect(demoted?.isSignInOver == false)
    }

    @Test("a caller who is still there stays connected, and so does one who cannot be looked at just now")
    func stays() async throws {
        let (doorman, clock) = (FickleDoorman(), ManualClock())
        try await PaintShop.open(change: { $0.recheckInterval = .seconds(3) }, authenticator: doorman, clock: clock) { client, _ in
            let live = try await LiveClient.connect(client, path: "/ws/echo", token: "any")
            var messages = live.messages.makeAsyncIterator()
            #expect(try await messages.next() == "hello olga")
            var questions = doorman.asked.makeAsyncIterator()
            #expect(await questions.next() == false)

            for answer in [.success(Doorman.operatorCaller), .failure(.unavailable("No."))] as [Result<Caller, Problem>] {
                doorman.say(answer)
                await clock.someoneSleeps(count: 2)
                clock.advance(by: .seconds(3))
                #expect(await questions.next() == true)
                try await live.send("still here")
                #expect(try await messages.next() == "still here")
            }
            await live.close()
        }
    }

    @Test("a connection that needs no sign-in is left alone")
    func anonymous() async throws {
        let (doorman, clock) = (FickleDoorman(), ManualClock())
        var routes = Routes()
        routes.serveSocket("/ws/open", needs: .anyone) { socket, caller in
            for await message in socket.messages { try await socket.send([LiveMessage(text: "\(caller.name): \(message)")]) }
        }
        try await PaintShop.open(routes, change: { $0.recheckInterval = .seconds(3) }, authenticator: doorman, clock: clock) { client, _ in
            doorman.say(.failure(.unauthenticated))
            let live = try await LiveClient.connect(client, path: "/ws/open", token: nil)
            await clock.someoneSleeps(count: 2)
            clock.advance(by: .seconds(3))
            await clock.someoneSleeps(count: 2)
            var messages = live.messages.makeAsyncIterator()
            try await live.send("hello")
            #expect(try await messages.next() == "anonymous: hello")
            await live.close()
        }
    }
}
