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
        case refused(InboundPipe<HTTPClientResponsePart>)
    }

    /// The largest message that is taken from a server, in bytes.
    private static let largestMessage = 1 << 24

    /// Connects.
    /// - Parameters:
    ///   - path: the path and query below the client's base.
    ///   - token: the bearer token, if any.
    /// - Throws: the server's `Problem` when it refuses, `Problem` 503 when it cannot be reached.
    package static func connect(
        _ client: HTTPClient, path: String, token: String?, headers: [(name: String, value: String)] = []
    ) async throws -> LiveClient {
        var fields = HTTPHeaders([("Host", client.authority), ("Content-Length", "0")])
        if let token { fields.add(name: "Authorization", value: "Bearer \(token)") }
        for header in headers { fields.add(name: header.name, value: header.value) }
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: client.prefix + path, headers: fields)
        let upgrading = try await client.connect { channel in
            try channel.syncOptions?.setOption(.autoRead, value: true)
            var pipeline = NIOUpgradableHTTPClientPipelineConfiguration(upgradeConfiguration: configuration(head))
            // The server's first frames may come in one piece with its consent.
            pipeline.leftOverBytesStrategy = .forwardBytes
            return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(configuration: pipeline)
        }
        switch try await upgrading.get() {
        case .refused(let pipe): throw try await client.answer(from: pipe).problem()
        case .live(let channel, let pipe): return LiveClient(channel: channel, pipe: pipe)
        }
    }

    private static func configuration(_ head: HTTPRequestHead) -> NIOTypedHTTPClientUpgradeConfiguration<Outcome> {
        let upgrader = NIOTypedWebSocketClientUpgrader<Outcome>(maxFrameSize: largestMessage) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(
                    NIOWebSocketFrameAggregator(
                        minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 65_536, maxAccumulatedFrameSize: largestMessage))
                return .live(channel, try pipe(channel))
            }
        }
        return NIOTypedHTTPClientUpgradeConfiguration(upgradeRequestHead: head, upgraders: [upgrader]) { channel in
            channel.eventLoop.makeCompletedFuture { .refused(try pipe(channel)) }
        }
    }

    private static func pipe<Element: Sendable>(_ channel: any Channel) throws -> InboundPipe<Element> {
        try channel.syncOptions?.setOption(.autoRead, value: false)
        return try InboundPipe(channel: channel)
    }

    private init(channel: any Channel, pipe: InboundPipe<WebSocketFrame>) {
        self.channel = channel
        messages = AsyncThrowingStream {
            do {
                while let frame = try await pipe.next() {
                    if let text = try Self.text(frame, channel, pipe) { return text }
                }
                return nil
            } catch is InboundPipe<WebSocketFrame>.EndedEarly {
                throw LiveFarewell(code: 1006, reason: "the connection broke off")
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
