import Contracts
import Vocabulary
import Web

/// Calls the server as the signed-in user.
package struct ServerConnection: Sendable {
    /// The tokens.
    package let session: ClientSession

    /// Makes a connection; nothing is sent yet.
    /// - Throws: `ClientFailure` when the server is not known or its address makes no sense.
    package init(option: String?, environment: [String: String]) throws {
        session = try ClientSession(option: option, environment: environment)
    }

    /// Calls an endpoint; a token that was refused is renewed once.
    /// - Throws: `Problem` as the server answered; `ClientFailure`.
    package func call<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String] = [:], _ input: Input, once key: String? = nil
    ) async throws -> Output {
        let token = try await session.token()
        do {
            return try await call(endpoint, path, input, once: key, token: token)
        } catch let problem as Problem where problem.status == 401 {
            guard try await session.hasNewToken(insteadOf: token) else { throw problem }
            return try await call(endpoint, path, input, once: key, token: try await session.token())
        }
    }

    /// Calls an endpoint that takes no input.
    package func call<Output>(_ endpoint: Endpoint<Nothing, Output>, _ path: [String: String] = [:]) async throws -> Output {
        try await call(endpoint, path, Nothing())
    }

    /// Opens the live connection.
    package func live() async throws -> LiveClient {
        let token = try await session.token()
        do {
            return try await LiveClient.connect(session.client, path: "/ws", token: token)
        } catch let problem as Problem where problem.status == 401 {
            guard try await session.hasNewToken(insteadOf: token) else { throw problem }
            return try await LiveClient.connect(session.client, path: "/ws", token: try await session.token())
        }
    }

    /// All items of a list, page after page.
    package func all<Input, Item>(
        _ endpoint: Endpoint<Input, Page<Item>>, _ path: [String: String] = [:], _ query: (String?) -> Input
    ) async throws -> [Item] {
        var items: [Item] = []
        var cursor: String?
        repeat {
            let page = try await call(endpoint, path, query(cursor))
            items += page.items
            cursor = page.nextCursor
        } while cursor != nil
        return items
    }

    private func call<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String], _ input: Input, once key: String?, token: String
    ) async throws -> Output {
        try await RemotePeer(session.client, bearer: token).call(endpoint, path, input, as: .anonymous, idempotencyKey: key)
    }
}
