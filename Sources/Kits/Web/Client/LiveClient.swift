import NIOCore
import NIOHTTP1
import NIOWebSocket
import Vocabulary

/// How the other side ended a WebSocket, if not by a normal close.
package struct LiveFarewell: Error, Equatable {
    /// The close code (RFC 6455 section 7.4); 1006 when the connection just broke.
    package let code: Int
    /// The reason that was given; may be empty.
    package let reason: String

    /// The reason under which a connection is closed whose caller may do something else now than at its beginning.
    package static let callerChanged = "caller-changed"

    /// Whether the sign-in behind the connection has ended, or the token is too old; connect again with another one.
    package var isSignInOver: Bool { code == 1008 && reason == Problem.unauthenticated.slug }

    /// Makes a farewell.
    package init(code: Int, reason: String) {
        self.code = code
        self.reason = reason
    }
}

/// A WebSocket to a server, for the CLI.
package struct LiveClient: Sendable {
    /// The server's text messages in order. Ends with a normal close, throws `LiveFarewell` otherwise. One reader.
    package let messages: AsyncThrowingStream<String, any Error>
    private let channel: any Channel

    private enum Outcome: Sendable {
        case live(any Channel, InboundPipe<WebSocketFrame>)
        case refused(HTTPConnection)
    }

    /// The largest message that is taken from a server, in bytes.
    private static let largestMessage = 1 << 24

    /// Connects.
    /// - Parameters:
    ///   - path: the path and query below the client's base.
    ///   - token: the bearer token, if any.
    /// - Throws: the server's `Problem` when it refuses, `Problem` 503 when it cannot be reached or does not answer.
    package static func connect(
        _ client: HTTPClient, path: String, token: String?, headers: [(name: String, value: String)] = []
    ) async throws -> LiveClient {
        var fields = HTTPHeaders([("Host", client.authority), ("Content-Length", "0")])
        if let token { fields.add(name: "Authorization", value: "Bearer \(token)") }
        for header in headers { fields.add(name: header.name, value: header.value) }
        if !fields.contains(name: "User-Agent") { fields.add(name: "User-Agent", value: HTTPClient.userAgent) }
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: client.prefix + path, headers: fields)
        let silence = client.patience.silence
        let upgrading = try await client.connect { channel in
            try channel.syncOptions?.setOption(.autoRead, value: true)
            var pipeline = NIOUpgradableHTTPClientPipelineConfiguration(
                upgradeConfiguration: configuration(head, silence))
            // The server's first frames may come in one piece with its consent.
            pipeline.leftOverBytesStrategy = .forwardBytes
            let upgrade = try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(configuration: pipeline)
            let alarm = channel.eventLoop.scheduleTask(in: TimeAmount(silence)) { channel.close(promise: nil) }
            upgrade.whenComplete { _ in alarm.cancel() }
            return upgrade
        }
        let outcome: Outcome
        do { outcome = try await upgrading.get() } catch {
            try Task.checkCancellation()
            throw client.broken(error)
        }
        switch outcome {
        case .refused(let connection): throw try await client.refusal(over: connection)
        case .live(let channel, let pipe): return LiveClient(channel: channel, pipe: pipe, silence: silence)
        }
    }

    private static func configuration(_ head: HTTPRequestHead, _ silence: Duration) -> NIOTypedHTTPClientUpgradeConfiguration<Outcome> {
        let upgrader = NIOTypedWebSocketClientUpgrader<Outcome>(maxFrameSize: largestMessage) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(
                    NIOWebSocketFrameAggregator(
                        minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 65_536, maxAccumulatedFrameSize: largestMessage))
                return .live(channel, try pipe(channel))
            }
        }
        return NIOTypedHTTPClientUpgradeConfiguration(upgradeRequestHead: head, upgraders: [upgrader]) { channel in
            channel.eventLoop.makeCompletedFuture { .refused(HTTPConnection(channel: channel, pipe: try pipe(channel), silence: silence)) }
        }
    }

    private static func pipe<Element: Sendable>(_ channel: any Channel) throws -> InboundPipe<Element> {
        try channel.syncOptions?.setOption(.autoRead, value: false)
        return try InboundPipe(channel: channel)
    }

    private init(channel: any Channel, pipe: InboundPipe<WebSocketFrame>, silence: Duration) {
        self.channel = channel
        messages = AsyncThrowingStream {
            do {
                // The server pings, so silence says that it is gone.
                while let frame = try await pipe.next(within: silence) {
                    if let text = try Self.text(frame, channel, pipe) { return text }
                }
                return nil
            } catch is InboundPipe<WebSocketFrame>.EndedEarly {
                throw LiveFarewell(code: 1006, reason: "the connection broke off")
            } catch is InboundPipe<WebSocketFrame>.Silence {
                throw LiveFarewell(code: 1006, reason: "the server said nothing any more")
            }
        }
    }

    /// The text of a message; nil for frames that are not for the reader.
    private static func text(
        _ frame: WebSocketFrame, _ channel: any Channel, _ pipe: InboundPipe<WebSocketFrame>
    ) throws -> String? {
        var data = frame.unmaskedData
        switch frame.opcode {
        case .text: return String(buffer: data)
        case .ping: channel.writeAndFlush(masked(.pong, data), promise: nil)
        case .connectionClose:
            let code = Int(data.readInteger(as: UInt16.self) ?? 1005)
            let reason = String(buffer: data)
            channel.writeAndFlush(masked(.connectionClose, frame.unmaskedData), promise: nil)
            pipe.finish()
            if code != 1000 { throw LiveFarewell(code: code, reason: reason) }
        default: break
        }
        return nil
    }

    private static func masked(_ opcode: WebSocketOpcode, _ data: ByteBuffer) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
    }

    /// Sends a text message.
    /// - Throws: `LiveClosed` when the connection has ended.
    package func send(_ text: String) async throws {
        do {
            try await channel.writeAndFlush(Self.masked(.text, ByteBuffer(string: text)))
        } catch {
            throw LiveClosed()
        }
    }

    /// Says goodbye; `messages` ends when the server has answered.
    package func close() async {
        try? await channel.writeAndFlush(Self.masked(.connectionClose, ByteBuffer(bytes: [0x03, 0xe8])))
    }
}
