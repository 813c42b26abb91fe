import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Vocabulary

/// What Hummingbird carries along with a request.
struct WebContext: InitializableFromSource {
    /// The connection.
    let channel: any Channel
    init(source: ApplicationRequestContextSource) { channel = source.channel }
}

/// Answers requests: asks the gate, turns errors into problems, adds the headers that every answer has, logs.
struct WebResponder: HTTPResponder {
    let gate: WebGate
    let clock: any WallClock
    let meter: RequestMeter

    func respond(to request: Request, context: WebContext) async throws -> Response {
        let start = clock.now()
        let visit = gate.visit(request.head, peer: context.channel.remoteAddress?.ipAddress)
        let destination = gate.destination(visit)
        let answer: WireAnswer
        do {
            answer = try await gate.within(visit) {
                try await gate.answer(visit, to: destination, request, over: context.channel, at: start)
            }
        } catch {
            answer = gate.failure(error, visit)
        }
        let took = clock.now() - start
        // What is not registered is counted as one thing, so that there are not too many.
        meter.count(destination?.route?.key ?? "other", status: answer.status, took: took)
        log(answer, visit, took: took)
        return gate.response(answer, visit)
    }

    private func log(_ answer: WireAnswer, _ visit: Visit, took: Duration) {
        let level: Logger.Level = answer.status >= 400 || !visit.isSafe ? .info : .debug
        gate.logger.log(
            level: level, "request",
            metadata: [
                "request_id": "\(visit.requestId)", "trace_id": "\(visit.trace.trace)", "method": "\(visit.method)",
                "path": "\(visit.path)",
                "status": "\(answer.status)", "milliseconds": "\(took.milliseconds)", "address": "\(visit.address ?? "-")",
            ])
    }
}

extension WebGate {
    /// Does something as a part of a request: calls to other rooms carry its id and trace.
    func within<Output>(_ visit: Visit, _ body: () async throws -> Output) async rethrows -> Output {
        try await CurrentRequest.$id.withValue(visit.requestId) {
            try await CurrentRequest.$trace.withValue(visit.trace) { try await body() }
        }
    }

    /// What a browser may load and who may frame us; nothing comes from elsewhere.
    private static let contentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    private static let always: [HTTPField] = [
        HTTPField(name: .contentSecurityPolicy, value: contentPolicy),
        HTTPField(name: .xContentTypeOptions, value: "nosniff"), HTTPField(name: .referrerPolicy, value: "no-referrer"),
    ]

    /// The answer as Hummingbird sends it, with the headers of every answer.
    func response(_ answer: WireAnswer, _ visit: Visit) -> Response {
        var fields = HTTPFields()
        fields.reserveCapacity(answer.headers.count + Self.always.count + 4)
        for (name, value) in answer.headers {
            if let name = name == "Content-Type" ? .contentType : HTTPField.Name(name) {
                fields.append(HTTPField(name: name, value: value))
            }
        }
        for field in Self.always { fields.append(field) }
        fields[.requestId] = visit.requestId
        if visit.headers[.connection] == "close" { fields[.connection] = "close" }
        if visit.isForPrograms, fields[.cacheControl] == nil { fields[.cacheControl] = "no-store" }
        addCrossOrigin(&fields, visit)
        let response = Response(status: .init(code: answer.status), headers: fields, body: body(answer.body))
        return visit.method == "HEAD" ? response.createHeadResponse() : response
    }

    private func addCrossOrigin(_ fields: inout HTTPFields, _ visit: Visit) {
        guard !settings.allowedOrigins.isEmpty else { return }
        fields.append(HTTPField(name: .vary, value: "Origin"))
        guard let origin = origins.crossOrigin(visit.headers) else { return }
        fields[.accessControlAllowOrigin] = origin
        fields[.accessControlAllowCredentials] = "true"
        fields[.accessControlExposeHeaders] = "X-Request-Id, Retry-After, Content-Disposition"
    }

    private func body(_ body: WireAnswer.Body) -> ResponseBody {
        switch body {
        case .none: ResponseBody()
        case .bytes(let bytes): ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        case .stream(let pieces):
            ResponseBody { writer in
                for try await piece in pieces { try await writer.write(ByteBuffer(bytes: piece)) }
                try await writer.finish(nil)
            }
        }
    }
}
