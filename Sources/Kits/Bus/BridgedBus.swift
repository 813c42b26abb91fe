import Logging
import ServiceLifecycle
import Synchronization
import Vocabulary

/// Carries messages between processes for a `BridgedBus`; drivers implement it.
package protocol BusCarrier: Sendable {
    /// Opens a link. What the other side carries for the topics that are followed goes to `hear`, in order.
    /// - Throws: an error that describes itself in one sentence.
    func open(_ hear: @escaping @Sendable (BusArrival) -> Void) async throws -> any BusLink
}

/// One link of a carrier, until it breaks.
package protocol BusLink: Sendable {
    /// Hands a message to all processes that follow its topic, this one among them; never fails.
    func publish(_ message: BusMessage) async
    /// Follows exactly the topics that are wanted by the time it is carried out.
    func follow(_ wanted: @escaping @Sendable () -> Set<String>) async
    /// Returns when the link is broken, with the reason.
    func ended() async -> any Error
    /// Gives the link up.
    func end() async
}

/// What comes over a link.
package enum BusArrival: Sendable {
    /// A message.
    case message(BusMessage)
    /// From now on the topic is followed, or something of it could not be carried: earlier messages have passed by.
    case missed(topic: String)
}

/// A bus between processes. Within this process messages travel at once, whatever becomes of the carrier; others get them over its link.
/// While the link is broken nothing is kept for anybody: all are told `missed` again and again, and read the store.
package final class BridgedBus: Bus, Service {
    private let carrier: any BusCarrier
    private let clock: any WallClock
    private let logger: Logger
    private let local = InProcessBus()
    /// Marks this process's own messages, which it does not want to hear again.
    private let origin: [UInt8]
    private let link = Mutex<(any BusLink)?>(nil)

    /// Connects when it runs.
    package init(_ carrier: any BusCarrier, clock: any WallClock, ids: any IDSource, logger: Logger) {
        self.carrier = carrier
        self.clock = clock
        self.logger = logger
        origin = Array(ids.next().utf8)
    }

    /// See `Bus`.
    package func publish(_ message: BusMessage) async {
        local.spread(message)
        guard let link = link.withLock({ $0 }) else { return }
        await link.publish(BusMessage(topic: message.topic, payload: origin + message.payload))
    }

    /// See `Bus`. Whether other processes listen is not known, so somebody always may.
    package func mayHaveListeners(_ topic: String) -> Bool { true }

    /// See `Bus`. Whether there is a link.
    package var reachesAll: Bool { link.withLock { $0 != nil } }

    /// See `Bus`.
    package func subscribe(_ topics: Set<String>, buffer: Int) -> BusSubscription {
        let subscription = local.subscribe(topics, buffer: buffer) { [weak self] in self?.adjust() }
        adjust()
        return subscription
    }

    /// Keeps linked until the process shuts down.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var pause = Duration.milliseconds(100)
            while !Task.isCancelled {
                do {
                    let link = try await self.carrier.open { [weak self] in self?.hear($0) }
                    pause = .milliseconds(100)
                    let reason = await self.serve(link)
                    if Task.isCancelled { return }
                    throw reason
                } catch {
                    self.logger.warning("Messages travel within this process only", metadata: ["error": "\(error)"])
                }
                try? await self.clock.sleep(for: pause)
                self.local.loseAll()
                pause = min(pause * 2, .seconds(2))
            }
        }
    }

    /// Uses a link to its end.
    private func serve(_ link: any BusLink) async -> any Error {
        self.link.withLock { $0 = link }
        adjust()
        let reason = await withTaskCancellationHandler {
            await link.ended()
        } onCancel: {
            Task { await link.end() }
        }
        self.link.withLock { $0 = nil }
        local.loseAll()
        return reason
    }

    /// Brings the link in line with the topics that somebody here listens to.
    private func adjust() {
        guard let link = link.withLock({ $0 }) else { return }
        Task { [local] in await link.follow { local.topics } }
    }

    private func hear(_ arrival: BusArrival) {
        switch arrival {
        case .missed(let topic): local.lose(topic)
        case .message(let message) where !message.payload.starts(with: origin):
            local.spread(BusMessage(topic: message.topic, payload: Array(message.payload.dropFirst(origin.count))))
        case .message: break
        }
    }
}
