import Vocabulary

/// Calls rooms over HTTP. Who calls is what the token says; the `caller` of a call is not sent.
package struct RemotePeer: Peer {
    private let client: HTTPClient
    private let token: @Sendable () async throws -> String?

    /// Makes a peer; `token` is asked before every call.
    package init(_ client: HTTPClient, token: @escaping @Sendable () async throws -> String?) {
        self.client = client
        self.token = token
    }

    /// See `Peer`.
    package func call<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String], _ input: Input, as caller: Caller,
        idempotencyKey: String?
    ) async throws -> Output {
        let answer = try await client.send(request(endpoint, path, input, idempotencyKey))
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
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String], _ input: Input, _ idempotencyKey: String?
    ) async throws -> HTTPClient.Request {
        var headers: [(name: String, value: String)] = [("Accept", "application/json")]
        if let token = try await token() { headers.append(("Authorization", "Bearer \(token)")) }
        if let idempotencyKey { headers.append(("Idempotency-Key", idempotencyKey)) }
        if let id = CurrentRequest.id { headers.append(("X-Request-Id", id)) }
        let target = try Self.target(endpoint.path, path)
        guard endpoint.method == .get else {
            headers.append(("Content-Type", "application/json"))
            return HTTPClient.Request(endpoint.method.rawValue, target, headers: headers, body: try JSONCodec.encode(input))
        }
        let query = QueryInput.text(of: try JSONParser.parse(JSONCodec.encode(input)))
        return HTTPClient.Request("GET", query.isEmpty ? target : "\(target)?\(query)", headers: headers)
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
