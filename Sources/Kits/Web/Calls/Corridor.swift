import Vocabulary

/// Calls every room wherever it lives: those of this process directly, the others over the network. Rooms cannot tell the difference.
package struct Corridor: Peer {
    private let local: LocalPeer
    private let remotes: [(prefix: String, peer: any Peer)]

    /// Makes a corridor. `remotes` says who serves the paths that begin with a prefix; what no prefix matches is asked in this process.
    package init(local: LocalPeer, remotes: [(prefix: String, peer: any Peer)] = []) {
        self.local = local
        self.remotes = remotes
    }

    /// See `Peer`.
    package func call<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String], _ input: Input, as caller: Caller, idempotencyKey: String?
    ) async throws -> Output {
        let peer = remotes.first { endpoint.path == $0.prefix || endpoint.path.hasPrefix($0.prefix + "/") }?.peer ?? local
        return try await peer.call(endpoint, path, input, as: caller, idempotencyKey: idempotencyKey)
    }
}
