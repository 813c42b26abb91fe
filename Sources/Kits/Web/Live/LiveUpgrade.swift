import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOWebSocket
import Synchronization
import Vocabulary

/// What becomes of a new connection.
enum Opening: Sendable {
    case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
    /// An upgrade that was refused, with the answer. NIO has dropped the request by then.
    case refused(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>, Response)
    case live(LiveConnection.Wire, Admission)
}

/// A WebSocket that may be opened.
struct Admission: Sendable {
    let route: SocketRoute
    let caller: Caller
    /// What the caller showed, for looking again later.
    let credentials: Credentials
    let requestId: String
}

/// The decision about the first request of one connection, handed from the upgrader to the pipeline that follows.
final class Decision: Sendable {
    private let made = Mutex<Result<Admission, Refusal>?>(nil)

    struct Refusal: Error { let response: Response }

    func set(_ result: Result<Admission, Refusal>) { made.withLock { $0 = result } }
    var result: Result<Admission, Refusal>? { made.withLock { $0 } }
}

/// Answers WebSocket handshakes (RFC 6455 section 4.2). Unlike NIO's own upgrader it leaves the frame encoder out, because our
/// frames are encoded already, and it keeps the answer of a refused upgrade.
struct LiveUpgrader: NIOTypedHTTPServerProtocolUpgrader {
    typealias UpgradeResult = Opening

    let supportedProtocol = "websocket"
    let requiredUpgradeHeaders: [String] = []
    let decision: Decision
    let admit: @Sendable (HTTPRequestHead, any Channel) async -> Result<Admission, Decision.Refusal>

    func buildUpgradeResponse(
        channel: any Channel, upgradeRequest: HTTPRequestHead, initialResponseHeaders: HTTPHeaders
    ) -> EventLoopFuture<HTTPHeaders> {
        let promise = channel.eventLoop.makePromise(of: HTTPHeaders.self)
        promise.completeWithTask {
            let result = await admit(upgradeRequest, channel)
            decision.set(result)
            let admission = try result.get()
            return HTTPHeaders([
                ("Upgrade", "websocket"), ("Connection", "Upgrade"),
                ("Sec-WebSocket-Accept", Self.acceptance(upgradeRequest.headers.first(name: "Sec-WebSocket-Key") ?? "")),
                ("X-Request-Id", admission.requestId),
            ])
        }
        return promise.futureResult
    }

    func upgrade(channel: any Channel, upgradeRequest: HTTPRequestHead) -> EventLoopFuture<Opening> {
        channel.eventLoop.makeCompletedFuture {
            guard case .success(let admission) = decision.result else { throw ChannelError.inappropriateOperationForState }
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: LiveConnection.largestInbound)))
            try pipeline.addHandler(MaskRule())
            try pipeline.addHandler(
                NIOWebSocketFrameAggregator(
                    minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 1024,
                    maxAccumulatedFrameSize: LiveConnection.largestInbound))
            try pipeline.addHandler(BrokenFrames())
            return .live(try NIOAsyncChannel(wrappingChannelSynchronously: channel), admission)
        }
    }

    /// RFC 6455 section 1.3; SHA-1 is what the protocol asks for and protects nothing.
    static func acceptance(_ key: String) -> String {
        let digest = Insecure.SHA1.hash(data: Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
        return Data(digest).base64EncodedString()
    }
}

/// Clients must mask their frames and use no reserved bits (RFC 6455 sections 5.1 and 5.2).
private final class MaskRule: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = WebSocketFrame

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        guard frame.maskKey != nil, !frame.rsv1, !frame.rsv2, !frame.rsv3 else {
            context.fireErrorCaught(ForbiddenFrame())
            return
        }
        context.fireChannelRead(data)
    }

    private struct ForbiddenFrame: Error {}
}

/// Says why a connection with broken or oversized frames ends.
private final class BrokenFrames: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = ByteBuffer
    private var isEnding = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !isEnding { context.fireChannelRead(data) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isEnding else { return }
        isEnding = true
        let frame =
            switch error {
            case NIOWebSocketError.invalidFrameLength, NIOWebSocketFrameAggregator.Error.accumulatedFrameSizeIsTooLarge,
                NIOWebSocketFrameAggregator.Error.tooManyFragments:
                LiveFrame.close(1009, "a message may have at most \(LiveConnection.largestInbound) bytes")
            default: LiveFrame.close(1002, "the frame breaks the protocol")
            }
        context.writeAndFlush(wrapOutboundOut(frame)).assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }
}
