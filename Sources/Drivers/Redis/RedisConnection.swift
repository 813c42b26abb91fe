import Glibc
import Reactor

/// One connection to Redis, at home on a reactor. Commands may be given at any time; their answers come in order.
actor RedisConnection {
    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
    private let socket: Int32
    private var reader = RedisReader()
    private var unsent: [UInt8] = []
    private var answers: [CheckedContinuation<RedisValue, any Error>] = []
    /// Goes off when no answer has come for too long; nil while none is awaited.
    private var alarm: UInt64?
    private let activity: Signal
    /// Takes what comes without being asked for, once the connection listens to channels.
    private var onPush: (@Sendable (RedisValue) -> Void)?
    private var channels: Set<String> = []
    /// A server that takes longer for an answer stands still. Whoever publishes waits for the answer, and is not to wait for good.
    private static let patience = Duration.seconds(2)
    /// Why it can no longer be used; nil while it can.
    private var lost: RedisError?

    init(_ socket: Int32, on reactor: Reactor) {
        self.socket = socket
        self.reactor = reactor
        activity = Signal(reactor)
    }

    isolated deinit {
        reactor.unwatch(socket)
        close(socket)
    }

    /// Begins to serve the socket.
    func start() {
        reactor.watch(socket, for: .readable) { [weak self] readiness in self?.assumeIsolated { $0.serve(readiness) } }
    }

    /// From now on whatever comes is handed on, and commands get no answers of their own.
    func listen(_ onPush: @escaping @Sendable (RedisValue) -> Void) { self.onPush = onPush }

    /// Sends a command and returns its answer. A task on another thread takes one step to the connection's and one back.
    /// - Throws: `RedisError`.
    @discardableResult
    nonisolated func ask(_ words: [[UInt8]]) async throws -> RedisValue {
        let answer: RedisValue = try await withCheckedThrowingContinuation { continuation in
            reactor.submit { self.assumeIsolated { $0.ask(words, continuation) } }
        }
        if case .failure(let why) = answer { throw RedisError.refused(why) }
        return answer
    }

    private func ask(_ words: [[UInt8]], _ waiter: CheckedContinuation<RedisValue, any Error>) {
        if let lost { return waiter.resume(throwing: lost) }
        answers.append(waiter)
        if alarm == nil { windAlarm() }
        send(RedisValue.command(words))
    }

    private func windAlarm() {
        alarm = reactor.timer(at: .now() + Self.patience) { [weak self] in
            self?.assumeIsolated { $0.lose(.unavailable("the server does not answer")) }
        }
    }

    private func stopAlarm() {
        if let alarm { reactor.cancelTimer(alarm) }
        alarm = nil
    }

    /// Listens to exactly the channels that are wanted by now.
    func follow(_ wanted: @Sendable () -> Set<String>) {
        if lost != nil { return }
        let wanted = wanted()
        for (word, names) in [("UNSUBSCRIBE", channels.subtracting(wanted)), ("SUBSCRIBE", wanted.subtracting(channels))]
        where !names.isEmpty {
            send(RedisValue.command([Array(word.utf8)] + names.sorted().map { Array($0.utf8) }))
        }
        channels = wanted
    }

    /// Returns when the connection is lost, with the reason.
    func ended() async -> RedisError {
        while true {
            if let lost { return lost }
            await activity.wait(since: activity.generation)
        }
    }

    /// Gives the connection up.
    func end() { lose(.unavailable("the connection was closed on our side")) }

    private func send(_ bytes: [UInt8]) {
        unsent += bytes
        flush()
    }

    private func flush() {
        while !unsent.isEmpty {
            let count = unsent.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count > 0 {
                unsent.removeFirst(count)
            } else if errno == EAGAIN {
                return reactor.change(socket, to: .either)
            } else if errno != EINTR {
                return lose(.unavailable(String(cString: strerror(errno))))
            }
        }
        reactor.change(socket, to: .readable)
    }

    private func serve(_ readiness: Readiness) {
        if readiness.contains(.writable) { flush() }
        while lost == nil {
            let count = recv(socket, reactor.scratch.baseAddress, reactor.scratch.count, 0)
            if count > 0 {
                reader.append(UnsafeRawBufferPointer(rebasing: reactor.scratch[..<count]))
                handOut()
                if count < reactor.scratch.count { return }
            } else if count < 0 && (errno == EAGAIN || errno == EINTR) {
                return
            } else {
                return lose(.unavailable(count == 0 ? "the server closed the connection" : String(cString: strerror(errno))))
            }
        }
    }

    private func handOut() {
        do throws(RedisError) {
            while lost == nil, let value = try reader.next() {
                if let onPush { onPush(value) } else { answer(value) }
            }
        } catch { lose(error) }
    }

    private func answer(_ value: RedisValue) {
        if answers.isEmpty { return }
        answers.removeFirst().resume(returning: value)
        stopAlarm()
        if !answers.isEmpty { windAlarm() }
    }

    private func lose(_ why: RedisError) {
        if lost != nil { return }
        lost = why
        stopAlarm()
        reactor.unwatch(socket)
        shutdown(socket, Int32(SHUT_RDWR))
        for answer in answers { answer.resume(throwing: why) }
        answers = []
        activity.fire()
    }
}
