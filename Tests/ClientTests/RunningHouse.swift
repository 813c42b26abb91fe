import Contracts
import Logging
import Support
import Synchronization
import Vocabulary
import Web

@testable import Client

/// A server on a free port that knows sign-in tokens and one run; the sockets it opens follow a script.
struct RunningHouse: Sendable {
    /// What the server saw.
    final class Seen: Sendable {
        private let state = Mutex((refreshes: 0, follows: [Int]()))
        func refreshed() -> Int {
            state.withLock { state in
                state.refreshes += 1
                return state.refreshes
            }
        }
        func followed(after: Int) -> Int {
            state.withLock { state in
                state.follows.append(after)
                return state.follows.count
            }
        }
        var refreshes: Int { state.withLock { $0.refreshes } }
        var follows: [Int] { state.withLock { $0.follows } }
    }

    struct Doorman: Authenticator {
        var sessionCookie: String { "session" }
        func caller(_ credentials: Web.Credentials) async throws -> Caller {
            guard let bearer = credentials.bearer, bearer.hasPrefix("access-"), bearer != "access-revoked" else {
                throw Problem.unauthenticated
            }
            return .user(.sample, name: "olga", role: .operator)
        }
    }

    static let me = Me(id: .sample, username: "olga", displayName: "Olga", role: .operator, permissions: [])

    let seen = Seen()
    /// How its sockets end.
    var farewell: (code: UInt16, reason: String) = (1011, "the server is going down")

    /// Tokens as a sign-in gives them; they end after `seconds`.
    static func signedIn(_ number: Int, seconds: Int = 600) -> SignedIn {
        SignedIn(
            me: me, accessToken: Secret("access-\(number)"), expiresInSeconds: seconds, refreshToken: Secret("refresh-\(number)"))
    }

    /// An entry that says how the execution of the tests is.
    static func entry(_ sequence: Int, _ state: ExecutionState) -> FeedEntry {
        let counts = BranchCounts(total: 1, waiting: 0, running: 1, succeeded: 0, failed: 0, cancelled: 0, unclear: 0)
        let execution = Execution(
            id: .sample, serial: "J20260001.0001", kind: .job, name: "hello", state: state, counts: counts, targets: "all", maxParallel: 1,
            startedBy: "olga", createdAt: .sample, lastSequence: sequence)
        return FeedEntry(sequence: sequence, at: .sample, kind: .execution, execution: execution)
    }

    private func routes() -> Routes {
        var routes = Routes()
        let (seen, farewell) = (seen, farewell)
        routes.serve(AuthAPI.me) { _ in Self.me }
        routes.serve(AuthAPI.refresh) { call in
            // A refresh token works once: the first one that comes is good, any other is not.
            guard call.body.refreshToken.reveal() == "refresh-\(seen.refreshed() - 1)" else { throw Problem.unauthenticated }
            return Self.signedIn(seen.refreshes)
        }
        routes.serveSocket("/ws", needs: .executionsRead) { socket, _ in
            for await message in socket.messages {
                let request = try JSONCodec.decode(LiveRequest.self, from: Array(message.utf8))
                guard let follow = request.follow else { continue }
                // Each connection brings two entries and breaks; the sixth entry is the last.
                let count = seen.followed(after: follow.after)
                let entries = (follow.after..<(follow.after + 2)).map { Self.entry($0 + 1, $0 + 1 == 6 ? .succeeded : .running) }
                // What a client has already may come again.
                let repeated = follow.after > 0 ? [Self.entry(follow.after, .running)] : []
                try await socket.send([try LiveMessage(json: LiveAnswer(execution: follow.execution, entries: repeated + entries))])
                if count < 3 { return await socket.close(farewell.code, farewell.reason) }
            }
        }
        return routes
    }

    /// Runs the server for as long as `body` takes.
    func open(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
        let server = try WebServer(
            routes: routes(), authenticator: Doorman(), settings: WebSettings(host: "127.0.0.1", port: 0),
            description: APIDescription(title: "Tests", version: "1", about: "For tests."), clock: SystemClock(), ids: SystemIDs(),
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try? await server.run() }
            let port = try await server.boundPort
            try await body("http://127.0.0.1:\(port)")
            group.cancelAll()
        }
    }
}
