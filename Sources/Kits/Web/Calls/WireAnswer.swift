import Vocabulary

/// An answer ready to be sent.
package struct WireAnswer: Sendable {
    /// What follows the head.
    package enum Body: Sendable {
        case none
        /// All of it.
        case bytes([UInt8])
        /// Pieces of any size as they come.
        case stream(AsyncThrowingStream<[UInt8], any Error>)
    }

    /// The HTTP status code.
    package let status: Int
    /// Header fields in order; `Content-Type` among them where there is a body.
    package let headers: [(name: String, value: String)]
    /// The body.
    package let body: Body

    /// Makes an answer.
    package init(status: Int, headers: [(name: String, value: String)], body: Body) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Encodes what a handler returned: JSON, a stream for `Download`, nothing for 204.
    package static func encode<Output: Encodable>(_ output: Output, status: SuccessStatus, reply: Reply) throws -> WireAnswer {
        if let download = output as? Download { return stream(download, status, reply) }
        guard status != .noContent else { return WireAnswer(status: status.rawValue, headers: reply.headers, body: .none) }
        return WireAnswer(
            status: status.rawValue, headers: [("Content-Type", "application/json")] + reply.headers,
            body: .bytes(try JSONCodec.encode(output)))
    }

    private static func stream(_ download: Download, _ status: SuccessStatus, _ reply: Reply) -> WireAnswer {
        var headers = [("Content-Type", download.contentType)]
        if let name = download.fileName { headers.append(("Content-Disposition", disposition(name))) }
        return WireAnswer(status: status.rawValue, headers: headers + reply.headers, body: .stream(download.body))
    }

    /// RFC 6266 section 4: a plain name for old clients, the exact one in RFC 8187 form.
    private static func disposition(_ name: String) -> String {
        let plain = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._- ".contains($0)) ? $0 : "_" })
        return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(PercentText.encoded(name))"
    }

    /// A problem document (RFC 9457).
    package static func problem(_ problem: Problem) -> WireAnswer {
        var headers = [("Content-Type", "application/problem+json")]
        if let seconds = problem.retryAfterSeconds { headers.append(("Retry-After", String(seconds))) }
        if problem.status == 401 { headers.append(("WWW-Authenticate", "Bearer")) }
        let bytes = (try? JSONCodec.encode(problem)) ?? []
        return WireAnswer(status: problem.status, headers: headers, body: .bytes(bytes))
    }
}
