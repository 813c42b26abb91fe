import Vocabulary

/// Calls rooms over HTTP. Who calls is what the `Authorization` field proves.
package struct RemotePeer: Peer {
    /// Gives the `Authorization` field of a call to the endpoint with this key; nil sends none.
    package typealias Authorization = @Sendable (_ caller: Caller, _ endpoint: String) async throws -> String?

    private let client: HTTPClient
    private let authorization: Authorization

    /// Makes a peer; `authorization` is asked before every call.
    package init(_ client: HTTPClient, authorization: @escaping Authorization) {
        self.client = client
        self.authorization = authorization
    }

    /// Makes a peer for somebody with a token, whatever the `caller` of a call says; nil is nobody.
    package init(_ client: HTTPClient, bearer: String?) {
        let field = bearer.map { "Bearer \($0)" }
        self.init(client) { _, _ in field }
    }

    /// See `Peer`.
    package func call<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String], _ input: Input, as caller: Caller,
        idempotencyKey: String?
    ) async throws -> Output {
        do {
            return try await exchange(endpoint, path, input, as: caller, idempotencyKey: idempotencyKey)
        } catch let unanswered as HTTPClient.Unanswered {
            throw unanswered.problem
        }
    }

    /// One call, as `call` makes it, with further header fields.
    /// - Throws: `HTTPClient.Unanswered` when no answer came, `Problem` as the service answered it, `CancellationError`.
    func exchange<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String], _ input: Input, as caller: Caller, idempotencyKey: String?,
        headers: [(name: String, value: String)] = []
    ) async throws -> Output {
        var request = try request(endpoint, path, input)
        request.isRepeatable = endpoint.isRepeatable
        request.headers += headers
        if let field = try await authorization(caller, endpoint.key) { request.headers.append(("Authorization", field)) }
        if let idempotencyKey { request.headers.append(("Idempotency-Key", idempotencyKey)) }
        if let id = CurrentRequest.id { request.headers.append(("X-Request-Id", id)) }
        if let trace = CurrentRequest.trace?.next {
            request.headers.append(("traceparent", trace.field))
            if let state = trace.state { request.headers.append(("tracestate", state)) }
        }
        return try await output(of: endpoint, try await client.exchange(request))
    }

    private func output<Input, Output>(
        of endpoint: Endpoint<Input, Output>, _ answer: HTTPClient.Answer
    ) async throws -> Output {
        guard (200..<300).contains(answer.status) else { throw try await answer.problem() }
        if Output.self == Download.self, let download = Self.download(answer) as? Output { return download }
        let bytes = try await answer.body()
        if bytes.isEmpty, let nothing = Nothing() as? Output { return nothing }
        do {
            return try JSONCodec.decode(Output.self, from: bytes)
        } catch {
            throw Problem.unavailable("The server's answer to \(endpoint.key) is not understood; client and server may differ in version.")
        }
    }

    private func request<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String], _ input: Input
    ) throws -> HTTPClient.Request {
        let target = try Self.target(endpoint.path, path)
        let accept = (name: "Accept", value: "application/json")
        guard endpoint.method == .get else {
            return try HTTPClient.Request(endpoint.method.rawValue, target, json: input, headers: [accept])
        }
        let query = QueryInput.text(of: try JSONParser.parse(JSONCodec.encode(input)))
        return HTTPClient.Request("GET", query.isEmpty ? target : "\(target)?\(query)", headers: [accept])
    }

    /// The path with its parameters filled in.
    private static func target(_ template: String, _ values: [String: String]) throws -> String {
        let segments = try template.split(separator: "/").map { segment -> String in
            guard segment.hasPrefix("{"), segment.hasSuffix("}") else { return String(segment) }
            let name = String(segment.dropFirst().dropLast())
            guard let value = values[name], !value.isEmpty else { throw Problem.invalid("\(name) must not be empty.") }
            return value == "." || value == ".." ? value.replacing(".", with: "%2E") : PercentText.encoded(value)
        }
        return "/" + segments.joined(separator: "/")
    }

    private static func download(_ answer: HTTPClient.Answer) -> Download {
        let name = answer.header("Content-Disposition")?.components(after: "filename*=UTF-8''")
            .flatMap { PercentText.decoded($0.utf8) }
        return Download(
            contentType: answer.header("Content-Type") ?? "application/octet-stream", fileName: name, body: answer.pieces)
    }
}

extension String {
    /// What follows a mark; nil when the mark does not occur.
    fileprivate func components(after mark: String) -> String? { range(of: mark).map { String(self[$0.upperBound...]) } }
}
