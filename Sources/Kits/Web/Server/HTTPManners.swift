import NIOCore
import NIOHTTP1
import Vocabulary

/// Sent down a channel when the body of the request in progress is about to be read.
struct BodyIsWanted: Sendable {}

/// Keeps an HTTP/1.1 connection in order, between the parser and everybody else: answers what is not HTTP with a problem, says
/// `100 Continue` once a body is wanted, and ends the connection behind an answer that was given before the whole request was there,
/// so that nobody takes in a body that nobody wants.
final class HTTPManners: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// So many bytes of a body that nobody wants are taken in for the sake of the connection, or of an answer that is on its way.
    static let drain = 65_536
    /// A client has so long to take its last answer and hang up.
    private static let linger = TimeAmount.seconds(1)

    private let ids: any IDSource
    private var requests = 0
    private var answers = 0
    /// The body of the latest request is still coming.
    private var isReading = false
    /// How much of that body is to come; nil when the client did not say.
    private var rest: Int?
    private var waitsForContinue = false
    /// What comes after the latest request is not HTTP.
    private var isBroken = false
    /// The answer that is being written is the last one.
    private var isLast = false
    private var isLeaving = false
    private var drained = 0
    private var farewell: Scheduled<Void>?

    init(ids: any IDSource) { self.ids = ids }

    func handlerRemoved(context: ChannelHandlerContext) { farewell?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if isLeaving { return discard(part, context) }
        switch part {
        case .head(let head): begin(head)
        case .body(let piece):
            waitsForContinue = false
            rest = rest.map { max(0, $0 - piece.readableBytes) }
        case .end:
            isReading = false
            waitsForContinue = false
        }
        context.fireChannelRead(data)
    }

    private func begin(_ head: HTTPRequestHead) {
        requests += 1
        isReading = true
        rest =
            head.headers.contains(name: "Transfer-Encoding") ? nil : head.headers.first(name: "Content-Length").flatMap { Int($0) } ?? 0
        waitsForContinue =
            head.version == .http1_1 && rest != 0
            && head.headers[canonicalForm: "expect"].contains { $0.lowercased() == "100-continue" }
    }

    /// RFC 9110 section 10.1.1.
    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is BodyIsWanted else { return context.triggerUserOutboundEvent(event, promise: promise) }
        if waitsForContinue, answers + 1 == requests {
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
        }
        waitsForContinue = false
        promise?.succeed(())
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        // Nobody hears what comes behind the last answer.
        if isLeaving {
            promise?.succeed(())
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            answers += 1
            isLast = isEarly
            if isLast { head.headers.replaceOrAdd(name: "Connection", value: "close") }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            if isLast { return leave(behind: data, context, promise) }
            context.write(data, promise: promise)
            if isBroken, answers == requests { refuse(context) }
        }
    }

    /// Whether the answer that begins now comes before a request whose rest cannot be waited for.
    private var isEarly: Bool {
        guard isReading, answers == requests else { return false }
        return isBroken || waitsForContinue || rest.map { $0 > Self.drain } ?? true
    }

    /// Only the reader of an unfinished body hears of bytes that are no HTTP; requests that came before are answered first.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else {
            if !isLeaving && !isBroken { context.fireErrorCaught(error) }
            return
        }
        guard !isBroken, !isLeaving else { return }
        isBroken = true
        if isReading {
            if answers < requests { return context.fireErrorCaught(error) }
            context.close(promise: nil)
        } else if answers == requests {
            refuse(context)
        }
    }

    private func refuse(_ context: ChannelHandlerContext) {
        var problem = Problem.malformedRequest
        problem.requestId = ids.next()
        let answer = WireAnswer.problem(problem)
        var headers = HTTPHeaders(answer.headers.map { ($0.name, $0.value) })
        headers.add(name: "X-Request-Id", value: problem.requestId ?? "")
        headers.add(name: "X-Content-Type-Options", value: "nosniff")
        headers.add(name: "Cache-Control", value: "no-store")
        headers.add(name: "Connection", value: "close")
        var body = ByteBuffer()
        if case .bytes(let bytes) = answer.body { body.writeBytes(bytes) }
        headers.add(name: "Content-Length", value: String(body.readableBytes))
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .badRequest, headers: headers))), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        leave(behind: wrapOutboundOut(.end(nil)), context, nil)
    }

    /// Writes the last part of the last answer and hangs up. A connection that is closed while bytes come in is reset, and the answer
    /// may be lost with it; so first only our side is closed, and a little is taken in (RFC 9112 section 9.6).
    private func leave(behind last: NIOAny, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        isLeaving = true
        let written: EventLoopPromise<Void> = promise ?? context.eventLoop.makePromise()
        written.futureResult.assumeIsolated().whenComplete { [self] _ in
            guard isReading || isBroken else { return context.close(promise: nil) }
            context.close(mode: .output, promise: nil)
            context.read()
        }
        farewell = context.eventLoop.assumeIsolated().scheduleTask(in: Self.linger) { context.close(promise: nil) }
        context.writeAndFlush(last, promise: written)
    }

    private func discard(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        if case .body(let piece) = part { drained += piece.readableBytes }
        guard case .end = part else { return }
        isReading = false
        context.close(promise: nil)
    }

    func read(context: ChannelHandlerContext) {
        if drained <= Self.drain { context.read() }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if isLeaving { read(context: context) }
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if isLeaving, case ChannelEvent.inputClosed = event { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}

extension Problem {
    /// What came is not HTTP/1.1.
    static let malformedRequest = Problem(
        "malformed-request", "Malformed request", status: 400,
        "What was sent is not a well-formed HTTP/1.1 request (RFC 9112), so the connection is closed.")
}
