import Logging
import Vocabulary

/// Calls one service in another process: with our identity, within a deadline, again where that does no harm, and not at all while the service
/// is known to be gone.
package struct ServicePeer: Peer {
    private let name: String
    private let remote: RemotePeer
    private let breaker: CircuitBreaker
    private let clock: any WallClock
    private let logger: Logger
    /// The pauses before a call is made again.
    private static let pauses: [Duration] = [.milliseconds(50), .milliseconds(250), .milliseconds(700)]

    /// Makes a peer for the service of this name at `base`, such as `http://host:port`.
    /// - Throws: `Problem` when the address cannot be used.
    package init(
        _ name: String, at base: String, identity: ServiceIdentity, clock: any WallClock, logger: Logger
    ) throws {
        var patience = HTTPClient.Patience()
        patience.connect = .seconds(3)
        patience.unacknowledged = .seconds(5)
        patience.idleConnections = 64
        self.name = name
        remote = RemotePeer(try HTTPClient(base: base, patience: patience, clock: clock)) { caller, endpoint in
            try identity.authorization(caller, for: endpoint)
        }
        breaker = CircuitBreaker(clock: clock)
        self.clock = clock
        self.logger = logger
    }

    /// See `Peer`.
    package func call<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String], _ input: Input, as caller: Caller, idempotencyKey: String?
    ) async throws -> Output {
        guard breaker.allows() else {
            throw Problem.unavailable("The service \(name) does not answer; it is tried again every few seconds.")
        }
        do {
            let output = try await tries(endpoint, path, input, caller, idempotencyKey)
            breaker.succeeded()
            return output
        } catch let unanswered as HTTPClient.Unanswered {
            // Counted by calls and not by tries, so that a service which only starts again is waited for.
            breaker.failed()
            logger.warning("A service did not answer", metadata: ["service": "\(name)", "endpoint": "\(endpoint.key)"])
            throw unanswered.problem
        } catch let problem as Problem {
            breaker.succeeded()
            throw problem
        } catch {
            breaker.gaveUp()
            throw error
        }
    }

    /// Calls until there is an answer, as often as that does no harm and there is time for it.
    private func tries<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String], _ input: Input, _ caller: Caller, _ key: String?
    ) async throws -> Output {
        let start = clock.now()
        let patience = CurrentRequest.patience(endpoint.patience, at: start)
        var pauses = Self.pauses[...]
        while true {
            do {
                let left = patience - (clock.now() - start)
                return try await attempt(endpoint, path, input, caller, key, within: left)
            } catch let unanswered as HTTPClient.Unanswered {
                let isHarmless = !unanswered.mayHaveArrived || endpoint.isRepeatable || key != nil
                guard isHarmless, let pause = pauses.popFirst(), clock.now() - start + pause < patience else { throw unanswered }
                try await clock.sleep(for: pause)
            }
        }
    }

    /// One try, given up when the time is over.
    private func attempt<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String], _ input: Input, _ caller: Caller, _ key: String?,
        within patience: Duration
    ) async throws -> Output {
        let milliseconds = max(1, patience.milliseconds)
        return try await withThrowingTaskGroup(of: Output?.self) { group in
            group.addTask {
                try await remote.exchange(
                    endpoint, path, input, as: caller, idempotencyKey: key,
                    headers: [(HeaderField.patience, String(milliseconds))] + OriginField.headers())
            }
            group.addTask {
                try await clock.sleep(for: .milliseconds(milliseconds))
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let output = first else {
                throw HTTPClient.Unanswered(
                    problem: .unavailable(
                        "The service \(name) did not answer within \(milliseconds) ms; what was asked may have been done all the same."),
                    mayHaveArrived: true)
            }
            return output
        }
    }
}

/// Header fields between services.
enum HeaderField {
    /// How many milliseconds whoever asks still waits.
    static let patience = "X-Patience-Milliseconds"
    /// The `Origin` of the call, as base64 of JSON.
    static let servedFor = "X-Served-For"
}
