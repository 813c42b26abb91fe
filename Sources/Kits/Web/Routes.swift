import Vocabulary

/// The endpoints that live in this process, with their handlers. A room fills it; the server and the in-process peer read it.
package struct Routes: Sendable {
    /// All routes in the order they were added.
    package private(set) var all: [Route] = []
    /// All WebSocket routes.
    package private(set) var sockets: [SocketRoute] = []

    /// Starts empty.
    package init() {}

    /// Serves an endpoint. Handlers translate, they do not decide: at most ten lines from the call to one operation.
    package mutating func serve<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ handler: @escaping @Sendable (Call<Input>) async throws -> Output
    ) {
        precondition(!all.contains { $0.key == endpoint.key }, "\(endpoint.key) is served twice")
        all.append(Route(endpoint, handler))
    }

    /// Serves a WebSocket at `path`. The handler runs for as long as the connection lives; returning closes it.
    package mutating func serveSocket(
        _ path: String, needs permission: Permission, _ handler: @escaping @Sendable (any LiveSocket, Caller) async throws -> Void
    ) {
        sockets.append(SocketRoute(path: path, permission: permission, handler: handler))
    }
}

/// One endpoint with its handler, its types erased.
package struct Route: Sendable {
    /// Method and path template.
    package let key: String
    /// The HTTP method.
    package let method: HTTPVerb
    /// The path template.
    package let path: String
    /// The status of a successful answer.
    package let success: SuccessStatus
    /// What the caller must hold.
    package let permission: Permission
    /// How long another service waits for the answer.
    package let patience: Duration
    /// One sentence for the API description.
    package let summary: String
    /// The input type.
    package let input: any (Codable & Sendable).Type
    /// The output type.
    package let output: any (Codable & Sendable).Type
    /// The handler as `@Sendable (Call<Input>) async throws -> Output`; the in-process peer casts it back.
    package let typedHandler: any Sendable
    /// The handler for requests from outside: takes the raw input and answers with the encoded output.
    package let wireHandler: @Sendable (WireCall) async throws -> WireAnswer

    fileprivate init<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ handler: @escaping @Sendable (Call<Input>) async throws -> Output
    ) {
        key = endpoint.key
        method = endpoint.method
        path = endpoint.path
        success = endpoint.success
        permission = endpoint.permission
        patience = endpoint.patience
        summary = endpoint.summary
        input = Input.self
        output = Output.self
        typedHandler = handler
        wireHandler = { wire in
            let call = try wire.decoded(as: Input.self, isChecked: !endpoint.permission.isForMachines)
            return try WireAnswer.encode(try await handler(call), status: endpoint.success, reply: call.reply)
        }
    }
}

/// A WebSocket route.
package struct SocketRoute: Sendable {
    /// The exact path.
    package let path: String
    /// What the caller must hold to connect.
    package let permission: Permission
    /// Runs while the connection lives.
    package let handler: @Sendable (any LiveSocket, Caller) async throws -> Void
}

/// One open WebSocket as a handler sees it.
package protocol LiveSocket: Sendable {
    /// The client's text messages in order; ends when the client leaves. A client that sends faster than it is read is disconnected.
    var messages: AsyncStream<String> { get }
    /// Sends text frames in one go, waiting while the client is slow (back-pressure).
    func send(_ frames: [LiveMessage]) async throws
    /// Closes with a code and a reason (RFC 6455 section 7.4).
    func close(_ code: UInt16, _ reason: String) async
}
