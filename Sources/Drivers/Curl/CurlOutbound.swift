import Outbound
import Reactor
import Synchronization

/// The world outside over libcurl. HTTP lives on a reactor of its own, so that nothing outside can slow down what the installation does; it starts
/// with the first request.
package final class CurlOutbound: Outbound {
    private struct State {
        var client: CurlClient?
        var isStopped = false
    }
    private let settings: CurlSettings
    private let state = Mutex(State())

    /// Sends by these settings.
    package init(_ settings: CurlSettings) { self.settings = settings }

    /// See `Outbound`.
    package func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        guard let client = client() else { throw CancellationError() }
        return try await client.send(request)
    }

    /// See `Outbound`.
    package func send(_ mail: OutboundMail) async throws -> MailReceipt { try await CurlMail(settings: settings).send(mail) }

    /// Ends all connections and the reactor; what is under way is cancelled.
    package func stop() async {
        let client = state.withLock { state in
            state.isStopped = true
            return state.client.take()
        }
        guard let client else { return }
        await client.close()
        client.reactor.stop()
    }

    private func client() -> CurlClient? {
        state.withLock { state in
            if state.isStopped { return nil }
            if let client = state.client { return client }
            let client = CurlClient(settings, on: Reactor())
            state.client = client
            return client
        }
    }
}
