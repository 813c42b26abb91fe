/// The corridor's door: calls an endpoint wherever its service lives, in this process or elsewhere.
package protocol Peer: Sendable {
    /// Calls `endpoint` with path parameters by name.
    /// - Throws: `Problem` as the service answered it, or `unavailable` when it could not be reached; `CancellationError`.
    func call<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String], _ input: Input, as caller: Caller,
        idempotencyKey: String?
    ) async throws -> Output
}

extension Peer {
    /// Calls without an idempotency key.
    package func call<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String] = [:], _ input: Input, as caller: Caller
    ) async throws -> Output {
        try await call(endpoint, path, input, as: caller, idempotencyKey: nil)
    }

    /// Calls an endpoint that takes no input.
    package func call<Output>(
        _ endpoint: Endpoint<Nothing, Output>, _ path: [String: String] = [:], as caller: Caller
    ) async throws -> Output {
        try await call(endpoint, path, Nothing(), as: caller, idempotencyKey: nil)
    }
}

/// One call as a handler sees it.
package struct Call<Input: Codable & Sendable>: Sendable {
    /// The decoded input.
    package let body: Input
    /// Path parameters by name, percent-decoded.
    package let path: [String: String]
    /// Who calls; the endpoint's permission has been checked.
    package let caller: Caller
    /// The `Idempotency-Key` header.
    package let idempotencyKey: String?
    /// The network address of the client; nil for calls inside the process.
    package let address: String?
    /// The id of the request, for logs.
    package let requestId: String
    /// The client's `User-Agent`.
    package let userAgent: String?
    /// What the handler adds to the answer.
    package let reply: Reply

    /// Makes a call; the web kit and the in-process peer do.
    package init(
        body: Input, path: [String: String], caller: Caller, idempotencyKey: String? = nil, address: String? = nil,
        requestId: String, userAgent: String? = nil, reply: Reply = Reply()
    ) {
        self.body = body
        self.path = path
        self.caller = caller
        self.idempotencyKey = idempotencyKey
        self.address = address
        self.requestId = requestId
        self.userAgent = userAgent
        self.reply = reply
    }

    /// A path parameter that the template is known to have.
    package func parameter(_ name: String) throws -> String {
        guard let value = path[name] else { throw Problem.notFound("path parameter \(name)") }
        return value
    }
}
