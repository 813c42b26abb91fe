import Logging
import NIOCore
import NIOWebSocket
import Synchronization
import Vocabulary

/// How long the server is patient with WebSocket clients.
struct LivePatience: Sendable {
    /// A client that takes no bytes for so long is closed with 1008.
    let slowReader: Duration
    /// A ping goes out so often; a client that is silent for three times as long is gone.
    let ping: Duration
    /// So long a client may take to answer a close frame.
    let linger: Duration = .seconds(2)

    var tick: Duration { min(.seconds(2), slowReader / 4, ping / 2) }
}

/// One WebSocket: reads, writes with back-pressure, keeps watch over a client that does not take what it asked for.
final class LiveConnection: LiveSocket {
    typealias Wire = NIOAsyncChannel<WebSocketFrame, ByteBuffer>

    private struct State {
        var writesInFlight = 0
        var lastProgress: Timestamp
        var lastHeard: Timestamp
        var lastPing: Timestamp
        var closingSince: Timestamp?
    }

    static let largestInbound = 65_536
    private static let largestBurst = 262_144
    private static let waitingMessages = 64

    let messages: AsyncStream<String>
    private let inbox: AsyncStream<String>.Continuation
    private let channel: any Channel
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private let clock: any WallClock
    private let patience: LivePatience
    private let state: Mutex<State>

    init(channel: any Channel, outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>, clock: any WallClock, patience: LivePatience) {
        (messages, inbox) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.waitingMessages))
        self.channel = channel
        self.outbound = outbound
        self.clock = clock
        self.patience = patience
        let now = clock.now()
        state = Mutex(State(lastProgress: now, lastHeard: now, lastPing: now))
    }

    /// See `LiveSocket`. Many frames go out with one flush; very large batches are cut so that a slow line still shows progress.
    func send(_ frames: [LiveMessage]) async throws {
        var first = 0
        while first < frames.count {
            var next = first
            var size = 0
            while next < frames.count, next == first || size + frames[next].byteCount <= Self.largestBurst {
                size += frames[next].byteCount
                next += 1
            }
            try await push(frames[first..<next].map(\.frame))
            first = next
        }
    }

    /// See `LiveSocket`.
    func close(_ code: UInt16, _ reason: String) async { beginClose(code, reason) }

    private func push(_ buffers: [ByteBuffer]) async throws {
        let now = clock.now()
        let isOpen = state.withLock { state in
            guard state.closingSince == nil else { return false }
            if state.writesInFlight == 0 { state.lastProgress = now }
            state.writesInFlight += 1
            return true
        }
        guard isOpen else { throw LiveClosed() }
        defer {
            let now = clock.now()
            state.withLock { state in
                state.writesInFlight -= 1
                state.lastProgress = now
            }
        }
        do {
            try await outbound.write(contentsOf: buffers)
        } catch is ChannelError {
            throw LiveClosed()
        }
    }

    /// Writes the close frame past waiting senders, so that it works for clients that do not read as well.
    func beginClose(_ code: UInt16, _ reason: String) {
        let now = clock.now()
        let isFirst = state.withLock { state in
            guard state.closingSince == nil else { return false }
            state.closingSince = now
            return true
        }
        if isFirst { channel.writeAndFlush(LiveFrame.close(code, reason), promise: nil) }
    }

    /// Reads until the client leaves or breaks a rule.
    func read(_ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>) async {
        defer { inbox.finish() }
        do {
            for try await frame in inbound {
                let now = clock.now()
                state.withLock { $0.lastHeard = now }
                guard try await accept(frame) else { return }
            }
        } catch {
            return
        }
    }

    /// Whether reading goes on.
    private func accept(_ frame: WebSocketFrame) async throws -> Bool {
        let data = frame.unmaskedData
        switch frame.opcode {
        case .text:
            guard let text = String(validating: data.readableBytesView, as: UTF8.self) else {
                beginClose(1007, "text must be UTF-8")
                return true
            }
            if case .dropped = inbox.yield(text) { beginClose(1008, "too many messages are waiting") }
        case .ping: try await push([LiveFrame.encode(.pong, data.readableBytesView)])
        case .connectionClose:
            let code = data.getInteger(at: data.readerIndex, as: UInt16.self) ?? 1000
            beginClose(code >= 1000 && code < 5000 && code != 1005 && code != 1006 ? code : 1002, "")
            return false
        case .binary: beginClose(1003, "send text")
        default: break
        }
        return true
    }

    /// Ends connections whose client is silent, does not read or does not answer a close. Runs until it is cancelled.
    func watch() async {
        while (try? await clock.sleep(for: patience.tick)) != nil {
            if isOver(at: clock.now()) { return channel.close(promise: nil) }
        }
    }

    private func isOver(at now: Timestamp) -> Bool {
        let seen = state.withLock { $0 }
        if let since = seen.closingSince { return now - since > patience.linger }
        if seen.writesInFlight > 0, now - seen.lastProgress > patience.slowReader {
            beginClose(1008, "you read too slowly")
            return false
        }
        if now - seen.lastHeard > patience.ping * 3 { return true }
        if now - seen.lastPing >= patience.ping {
            state.withLock { $0.lastPing = now }
            channel.writeAndFlush(LiveFrame.encode(.ping, []), promise: nil)
        }
        return false
    }
}
