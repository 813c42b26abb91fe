import NIOCore
import NIOHTTP1
import Synchronization
import Vocabulary

/// The idle connections of a client, kept for its next requests. Letting go of the pool closes them.
final class ConnectionPool: Sendable {
    private struct Idle {
        let connection: HTTPConnection
        let since: Timestamp
    }

    private let clock: any WallClock
    private let patience: HTTPClient.Patience
    private let idle = Mutex<[Idle]>([])

    init(patience: HTTPClient.Patience, clock: any WallClock) {
        self.patience = patience
        self.clock = clock
    }

    /// How many connections wait.
    var count: Int { idle.withLock { $0.count } }

    /// Takes out the connection that was used last and is still good; those that are not are let go.
    func take() -> HTTPConnection? {
        let now = clock.now()
        return idle.withLock { idle in
            while let last = idle.popLast() {
                if last.connection.isReusable, now - last.since <= patience.idle { return last.connection }
            }
            return nil
        }
    }

    /// Keeps a connection whose answer is complete, if it can be used again, in place of the oldest one when there are enough.
    func put(_ connection: HTTPConnection) {
        guard connection.isReusable else { return connection.close() }
        let now = clock.now()
        idle.withLock { idle in
            idle.append(Idle(connection: connection, since: now))
            if idle.count > patience.idleConnections { idle.removeFirst() }
        }
    }
}

/// One connection to a server, for one request after the other.
final class HTTPConnection: Sendable {
    /// Why an exchange ended before the head of the answer came.
    struct Interrupted: Error {
        let reason: any Error
        /// Whether the server may have the request: its head has left this machine.
        let mayHaveArrived: Bool

        /// Whether the other side closed the connection, as it may do with one that is idle.
        var isHangUp: Bool { !(reason is InboundPipe<HTTPClientResponsePart>.Silence || reason is HTTPParserError) }
    }

    private let channel: any Channel
    private let pipe: InboundPipe<HTTPClientResponsePart>
    private let silence: Duration
    private let isSent = Mutex(false)

    /// Takes over a connected channel whose HTTP parts come out of a pipe.
    init(channel: any Channel, pipe: InboundPipe<HTTPClientResponsePart>, silence: Duration) {
        self.channel = channel
        self.pipe = pipe
        self.silence = silence
    }

    /// Takes over a new channel; call it on the event loop.
    convenience init(channel: any Channel, silence: Duration) throws {
        try channel.pipeline.syncOperations.addHTTPClientHandlers()
        self.init(channel: channel, pipe: try InboundPipe(channel: channel), silence: silence)
    }

    /// Whether another request may be sent: the last one has left completely, nothing came behind its answer, the server has not hung up.
    var isReusable: Bool { isSent.withLock { $0 } && pipe.isQuiet }

    /// The next part of an answer.
    /// - Throws: `InboundPipe.Silence`, `InboundPipe.EndedEarly`, errors of the network.
    func next() async throws -> HTTPClientResponsePart? { try await pipe.next(within: silence) }

    /// Closes the connection.
    func close() { pipe.finish() }

    /// Sends a request and returns the head of its answer.
    /// - Throws: `Interrupted`, `CancellationError`.
    func exchange(_ head: HTTPRequestHead, _ body: [UInt8]) async throws -> HTTPResponseHead {
        let headWritten = write(head, body)
        do {
            return try await answerHead()
        } catch let error as CancellationError {
            throw error
        } catch {
            close()
            let mayHaveArrived = (try? await headWritten.get()) != nil
            throw Interrupted(reason: error, mayHaveArrived: mayHaveArrived)
        }
    }

    /// The head of the answer that comes next; interim ones are left out.
    func answerHead() async throws -> HTTPResponseHead {
        while let part = try await next() {
            if case .head(let head) = part, head.status.code >= 200 { return head }
        }
        throw InboundPipe<HTTPClientResponsePart>.EndedEarly()
    }

    /// Returns when the head has been handed to the operating system.
    private func write(_ head: HTTPRequestHead, _ body: [UInt8]) -> EventLoopFuture<Void> {
        isSent.withLock { $0 = false }
        let headWritten = channel.write(HTTPClientRequestPart.head(head))
        if !body.isEmpty {
            channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
        }
        // A server may answer and close before it has taken the whole body; the answer counts, not the failed write.
        channel.writeAndFlush(HTTPClientRequestPart.end(nil)).whenSuccess { [weak self] in self?.isSent.withLock { $0 = true } }
        return headWritten
    }
}
