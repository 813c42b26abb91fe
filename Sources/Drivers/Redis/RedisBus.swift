import Bus
import Logging
import Reactor
import ServiceLifecycle
import Synchronization
import Vocabulary

/// A bus between processes. Within this process messages travel at once, whatever becomes of Redis; others get them through its channels.
/// While Redis is away nothing is kept for them: everybody is told `missed` again and again, and reads the store.
package final class RedisBus: Bus, Service {
    private let settings: RedisSettings
    private let reactor: Reactor
    private let clock: any WallClock
    private let logger: Logger
    private let local = InProcessBus()
    /// Marks this process's own messages, which it does not want to hear again.
    private let origin: [UInt8]
    private let speaker = Mutex<RedisConnection?>(nil)
    private let listener = Mutex<RedisConnection?>(nil)

    /// Connects when it runs.
    package init(_ settings: RedisSettings, reactors: ReactorPool, clock: any WallClock, ids: any IDSource, logger: Logger) {
        self.settings = settings
        self.clock = clock
        self.logger = logger
        reactor = reactors.next()
        origin = Array(ids.next().utf8)
    }

    /// See `Bus`.
    package func publish(_ message: BusMessage) async {
        local.spread(message)
        guard let speaker = speaker.withLock({ $0 }) else { return }
        let channel = Array((settings.prefix + message.topic).utf8)
        _ = try? await speaker.ask([Array("PUBLISH".utf8), channel, origin + message.payload])
    }

    /// See `Bus`. Whether other processes listen is not known, so somebody always may.
    package func mayHaveListeners(_ topic: String) -> Bool { true }

    /// See `Bus`.
    package func subscribe(_ topics: Set<String>, buffer: Int) -> BusSubscription {
        let subscription = local.subscribe(topics, buffer: buffer) { [weak self] in self?.adjustChannels() }
        adjustChannels()
        return subscription
    }

    /// Keeps connected until the process shuts down.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var pause = Duration.milliseconds(100)
            while !Task.isCancelled {
                do {
                    try await self.serve { pause = .milliseconds(100) }
                } catch is CancellationError {
                    return
                } catch {
                    self.logger.warning("Messages travel within this process only", metadata: ["error": "\(error)"])
                }
                try? await self.clock.sleep(for: pause)
                self.local.loseAll()
                pause = min(pause * 2, .seconds(2))
            }
        }
    }

    /// Serves one pair of connections to its end.
    private func serve(_ isUp: () -> Void) async throws {
        let connecting = RedisConnecting(settings: settings, reactor: reactor)
        let (speaking, listening) = (try await connecting.open(), try await connecting.open())
        isUp()
        await listening.listen { [weak self] in self?.hear($0) }
        speaker.withLock { $0 = speaking }
        listener.withLock { $0 = listening }
        adjustChannels()
        await withTaskCancellationHandler {
            await withTaskGroup(of: Void.self) { group in
                for connection in [speaking, listening] { group.addTask { await connection.ended() } }
                await group.next()
                await speaking.end()
                await listening.end()
            }
        } onCancel: {
            Task { await speaking.end() }
        }
        speaker.withLock { $0 = nil }
        listener.withLock { $0 = nil }
        local.loseAll()
        try Task.checkCancellation()
        let (one, other) = (await speaking.lost, await listening.lost)
        throw one ?? other ?? RedisError.garbled
    }

    /// Brings the channels in line with the topics that somebody here listens to.
    private func adjustChannels() {
        guard let listener = listener.withLock({ $0 }) else { return }
        Task { [local, prefix = settings.prefix] in
            await listener.follow { Set(local.topics.map { prefix + $0 }) }
        }
    }

    private func hear(_ value: RedisValue) {
        guard case .list(let parts) = value, parts.count == 3, case .bytes(let kind) = parts[0], case .bytes(let channel) = parts[1],
            let topic = String(validating: channel, as: UTF8.self)?.trimmingPrefix(settings.prefix)
        else { return }
        switch (String(decoding: kind, as: UTF8.self), parts[2]) {
        // What was published before the channel was open has passed by.
        case ("subscribe", _): local.lose(String(topic))
        case ("message", .bytes(let bytes)) where !bytes.starts(with: origin):
            local.spread(BusMessage(topic: String(topic), payload: Array(bytes.dropFirst(origin.count))))
        default: break
        }
    }
}
