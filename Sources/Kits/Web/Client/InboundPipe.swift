import NIOCore
import Synchronization

/// One reader's end of a channel: reads from the socket only while somebody waits, so a slow reader slows the sender and not our memory.
/// Letting go of it closes the connection.
final class InboundPipe<Element: Sendable>: Sendable {
    /// The connection ended before the reader had everything.
    struct EndedEarly: Error {}
    /// Nothing came for as long as the reader wanted to wait.
    struct Silence: Error {}

    private let flow: InboundFlow<Element>

    /// Adds itself to the end of the channel's pipeline; call it on the event loop.
    init(channel: any Channel) throws {
        flow = InboundFlow(channel: channel)
        try channel.pipeline.syncOperations.addHandler(InboundEnd(flow))
    }

    deinit { flow.finish(.success(nil)) }

    /// Whether the connection is open and nothing has come that nobody asked for.
    var isQuiet: Bool { flow.isQuiet }

    /// The next element; nil when the connection has ended in good order. One reader at a time.
    /// - Throws: `Silence` when nothing comes within `limit`; nil waits for ever.
    func next(within limit: Duration? = nil) async throws -> Element? {
        try await withTaskCancellationHandler {
            try await flow.next(within: limit)
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
        /// Counts the waits, so that an alarm ends only its own.
        var round = 0
    }

    private let channel: any Channel
    private let state = Mutex(State())

    init(channel: any Channel) { self.channel = channel }

    var isAwaited: Bool { state.withLock { $0.waiter != nil } }

    var isQuiet: Bool { channel.isActive && state.withLock { $0.end == nil && $0.elements.isEmpty && $0.waiter == nil } }

    func next(within limit: Duration?) async throws -> Element? {
        let (round, ready) = state.withLock { state in
            state.round += 1
            return (state.round, Self.take(&state))
        }
        if let ready { return try ready.get() }
        let alarm = limit.map { limit in channel.eventLoop.scheduleTask(in: TimeAmount(limit)) { self.expire(round) } }
        defer { alarm?.cancel() }
        return try await withCheckedThrowingContinuation { waiter in
            let ready = state.withLock { state in
                let ready = Self.take(&state)
                if ready == nil { state.waiter = waiter }
                return ready
            }
            if let ready { waiter.resume(with: ready) } else { channel.read() }
        }
    }

    private static func take(_ state: inout State) -> Result<Element?, any Error>? {
        state.elements.isEmpty ? state.end : .success(state.elements.removeFirst())
    }

    private func expire(_ round: Int) {
        if state.withLock({ $0.round == round && $0.waiter != nil }) { finish(.failure(InboundPipe<Element>.Silence())) }
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
