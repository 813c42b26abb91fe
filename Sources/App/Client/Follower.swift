import Contracts
import Vocabulary
import Web

/// Follows an execution over the live connection until it ends; a connection that breaks is taken up again where it broke.
package struct Follower: Sendable {
    private let server: ServerConnection
    private let execution: ExecutionID
    private let clock: any WallClock

    /// How often in a row a connection may fail before following ends.
    private static let patience = 12

    /// Follows one execution.
    package init(_ server: ServerConnection, _ execution: ExecutionID, clock: any WallClock = SystemClock()) {
        self.server = server
        self.execution = execution
        self.clock = clock
    }

    /// Prints what happens until the execution has ended; returns its last state.
    /// - Throws: `ClientFailure` with code 3 when the server stays out of reach; `CancellationError`.
    package func follow(with printer: inout FollowPrinter) async throws -> Execution {
        var failures = 0
        while true {
            let before = printer.progress.lastSequence
            do {
                if let final = try await listen(&printer) { return final }
            } catch let farewell as LiveFarewell where farewell.isSignInOver {
                // Access tokens are short-lived and long runs may be quiet: this is no failure, the next connection brings a new token.
                failures = 0
                continue
            } catch let problem as Problem where problem.status != 503 {
                throw problem
            } catch let failure as ClientFailure where failure.code != 3 {
                throw failure
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                if failures >= Self.patience { throw ClientFailure(error) }
            }
            try Task.checkCancellation()
            failures = printer.progress.lastSequence > before ? 0 : failures + 1
            guard failures <= Self.patience else {
                throw ClientFailure.signIn(
                    "The live connection to \(server.session.server) keeps breaking; the run goes on without being watched.")
            }
            try await clock.sleep(for: .milliseconds(min(5000, 250 << min(failures, 5))))
        }
    }

    /// Listens on one connection; nil when it ended before the execution did.
    private func listen(_ printer: inout FollowPrinter) async throws -> Execution? {
        let live = try await server.live()
        let request = LiveRequest(follow: FollowExecution(execution: execution, after: printer.progress.lastSequence))
        do {
            try await live.send(JSONCodec.text(request))
            for try await message in live.messages {
                let answer = try JSONCodec.decode(LiveAnswer.self, from: Array(message.utf8))
                if let problem = answer.problem { throw problem }
                guard answer.execution == execution, let entries = answer.entries else { continue }
                printer.print(entries)
                if printer.progress.isFinal, let final = printer.progress.execution {
                    await live.close()
                    return final
                }
            }
        } catch let farewell as LiveFarewell where !farewell.isSignInOver {
            return nil
        } catch is LiveClosed {
            return nil
        }
        return nil
    }
}
