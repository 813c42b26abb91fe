import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import ServiceLifecycle
import Synchronization
import Vocabulary

/// The pipeline of a connection: HTTP/1.1, or a WebSocket when the first request asks for one and is admitted.
struct WebChannel: ServerChildChannel, HTTPChannelHandler {
    /// A connection whose first request is still awaited.
    struct Value: ServerChildChannelValue {
        let opening: EventLoopFuture<Opening>
        let channel: any Channel
    }

    let responder: HTTPChannelHandler.Responder
    let gate: WebGate
    let clock: any WallClock
    let patience: LivePatience
    static let idleTimeout = Duration.seconds(75)

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            try Self.noticeDeadClients(channel)
            let decision = Decision()
            let upgrader = LiveUpgrader(decision: decision) { await gate.admit($0, channel: $1) }
            let configuration = NIOTypedHTTPServerUpgradeConfiguration<Opening>(upgraders: [upgrader]) { channel in
                channel.eventLoop.makeCompletedFuture { try Self.openHTTP(channel, decision, logger) }
            }
            let encoder = HTTPResponseEncoder()
            let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
            let (first, manners) = (IncomingRequests(), HTTPManners(ids: gate.ids))
            let upgrade = NIOTypedHTTPServerUpgradeHandler(
                httpEncoder: encoder, extraHTTPHandlers: [decoder, first, manners], upgradeConfiguration: configuration)
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(encoder)
            try pipeline.addHandler(decoder)
            try pipeline.addHandler(first)
            try pipeline.addHandler(manners)
            try pipeline.addHandler(upgrade)
            return Value(opening: upgrade.upgradeResultFuture, channel: channel)
        }
    }

    /// A client that vanished without a word is noticed within seconds, so that nothing is handed to it: a worker gets leases this way.
    private static func noticeDeadClients(_ channel: any Channel) throws {
        guard let options = channel.syncOptions else { return }
        try options.setOption(.socketOption(.so_keepalive), value: 1)
        for (option, value) in [(TCP_KEEPIDLE, 5), (TCP_KEEPINTVL, 2), (TCP_KEEPCNT, 3), (TCP_USER_TIMEOUT, 10_000)] {
            try options.setOption(.tcpOption(.init(rawValue: CInt(option))), value: SocketOptionValue(value))
        }
    }

    private static func openHTTP(_ channel: any Channel, _ decision: Decision, _ logger: Logger) throws -> Opening {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
        try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: idleTimeout, logger: logger))
        let http = try NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        if case .failure(let refusal) = decision.result { return .refused(http, refusal.response) }
        return .http(http)
    }

    func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.opening.get() {
            case .http(let http):
                await handleHTTP(asyncChannel: http, logger: logger)
            case .refused(let http, let response): try await refuse(http, response)
            case .live(let wire, let admission): try await live(wire, admission)
            }
        } catch {
            logger.debug("connection ended", metadata: ["error": "\(error)"])
            value.channel.close(promise: nil)
        }
    }

    private func refuse(_ http: NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>, _ response: Response) async throws {
        try await http.executeThenClose { _, outbound in
            var head = response.head
            head.headerFields[.connection] = "close"
            try await ResponseWriter(outbound: outbound).write(response: head, body: response.body)
        }
    }

    private func live(_ wire: LiveConnection.Wire, _ admission: Admission) async throws {
        try await wire.executeThenClose { inbound, outbound in
            let connection = LiveConnection(channel: wire.channel, outbound: outbound, clock: clock, patience: patience)
            await withGracefulShutdownHandler {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await connection.watch() }
                    group.addTask { await gate.recheck(connection, admission, clock: clock) }
                    group.addTask { await gate.serve(connection, admission) }
                    await connection.read(inbound)
                    group.cancelAll()
                }
            } onGracefulShutdown: {
                connection.beginClose(1001, "the server is shutting down")
            }
        }
    }
}

/// What is to be done when the client hangs up before it has its answer; sent down a channel.
struct HangUpNotice: Sendable {
    let act: @Sendable () -> Void
}

/// Looks after requests before anybody else sees them: hides upgrades that are not ours (NIO would lose the request), closes
/// connections that say nothing or are idle at shutdown, and tells when a client hangs up.
private final class IncomingRequests: ChannelInboundHandler, ChannelOutboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart

    private static let patience = TimeAmount.seconds(30)
    private var timeout: Scheduled<Void>?
    private var hasBegun = false
    private var hasHungUp = false
    private var notice: HangUpNotice?

    func handlerAdded(context: ChannelHandlerContext) {
        timeout = context.eventLoop.assumeIsolated().scheduleTask(in: Self.patience) { [weak self] in
            if self?.hasBegun == false { context.close(promise: nil) }
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { timeout?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        timeout?.cancel()
        hangUp()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        let isFirst = !hasBegun
        hasBegun = true
        timeout?.cancel()
        let upgrades = head.headers[canonicalForm: "upgrade"]
        if isFirst, head.method == .GET, upgrades.contains(where: { $0.lowercased() == "websocket" }) {
            return context.fireChannelRead(data)
        }
        // The parser takes the bytes after any other upgrade for another protocol, so it cannot go on with a next request.
        if !upgrades.isEmpty || head.method == .CONNECT || !head.isKeepAlive {
            head.headers.remove(name: "upgrade")
            head.headers.replaceOrAdd(name: "connection", value: "close")
        }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent, !hasBegun { return context.close(promise: nil) }
        if event as? ChannelEvent == .inputClosed { hangUp() }
        context.fireUserInboundEventTriggered(event)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let notice = event as? HangUpNotice else { return context.triggerUserOutboundEvent(event, promise: promise) }
        self.notice = notice
        if hasHungUp { hangUp() }
        promise?.succeed()
    }

    private func hangUp() {
        hasHungUp = true
        notice?.act()
        notice = nil
    }
}
