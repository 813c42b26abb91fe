import NIOCore
import Synchronization

/// One reader's end of a channel: reads from the socket only while somebody waits, so a slow reader slows the sender and not our memory.
/// Letting go of it closes the connection.
final class InboundPipe<Element: Sendable>: Sendable {
    /// The connection ended before the reader had everything.
    struct EndedEarly: Error {}

    private let flow: InboundFlow<Element>

    /// Adds itself to the end of the channel's pipeline; call it on the event loop.
    init(channel: any Channel) throws {
        flow = InboundFlow(channel: channel)
        try channel.pipeline.syncOperations.addHandler(InboundEnd(flow))
    }

    deinit { flow.finish(.success(nil)) }

    /// The next element; nil when the connection has ended in good order. One reader at a time.
    func next() async throws -> Element? {
        try await withTaskCancellationHandler {
            try await flow.next()
        } onCancel: {
            flow.finish(.failure(CancellationError()))
        }
    }

    /// Ends the pipe in good order, also when the other side has closed the connection meanwhile, and closes the connection.
    func finish() { flow.leave() }
}

/// Elements on their way from the event loop to the reader.
private final class InboundFlow<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var waiter: CheckedContinuation<Element?, any Error>?
        var end: Result<Element?, any Error>?
    }

    private let channel: any Channel
    private let state = Mutex(State())

    init(channel: any Channel) { self.channel = channel }

    var isAwaited: Bool { state.withLock { $0.waiter != nil } }

    func next() async throws -> Element? {
        try await withCheckedThrowingContinuation { waiter in
            let ready = state.withLock { state -> Result<Element?, any Error>? in
                if !state.elements.isEmpty { return .success(state.elements.removeFirst()) }
                if let end = state.end { return end }
                state.waiter = waiter
                return nil
            }
            if let ready { waiter.resume(with: ready) } else { channel.read() }
        }
    }

    func take(_ element: Element) {
        let waiter = state.withLock { state in
            if state.waiter == nil { state.elements.append(element) }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: element)
    }

    /// The reader has all it wants: whatever the connection did since is no concern of its.
    func leave() {
        state.withLock { state in
            state.end = .success(nil)
            state.elements = []
        }
        channel.close(promise: nil)
    }

    func finish(_ end: Result<Element?, any Error>) {
        let waiter = state.withLock { state in
            state.end = state.end ?? end
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(with: end)
        channel.close(promise: nil)
    }
}

private final class InboundEnd<Element: Sendable>: ChannelInboundHandler, Sendable {
    typealias InboundIn = Element
    private let flow: InboundFlow<Element>

    init(_ flow: InboundFlow<Element>) { self.flow = flow }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { flow.take(unwrapInboundIn(data)) }

    func channelReadComplete(context: ChannelHandlerContext) {
        if flow.isAwaited { context.read() }
    }

    func channelInactive(context: ChannelHandlerContext) { flow.finish(.failure(InboundPipe<Element>.EndedEarly())) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { flow.finish(.failure(error)) }
}
