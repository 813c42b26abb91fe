import Logging
import Vocabulary

/// Hands the events of one outbox on, or those of one topic, in order and at least once: an event is forgotten after it was published,
/// and one that could not be published holds up those behind it until it can.
package final class OutboxRelay: Sendable {
    private let outbox: Outbox
    private let topic: String?
    private let database: any Database
    private let clock: any WallClock
    private let pace: Duration
    private let batch: Int
    private let logger: Logger
    private let publish: @Sendable ([Outbox.Event]) async -> (delivered: Int, failure: (any Error)?)
    private let doorbell = Doorbell()

    /// Without a ring it is looked at the outbox this often: on engines with many writers what was written while others were at work can be read
    /// later only, on others nothing is there that nobody rang for.
    private static func patience(_ dialect: Dialect) -> Duration { dialect == .sqlite ? .seconds(30) : usualPatience }
    private static let usualPatience = Duration.seconds(5)

    /// `publish` hands one event on and throws when that failed.
    package init(
        _ outbox: Outbox = .bus, database: any Database, clock: any WallClock, logger: Logger, batch: Int = 200,
        publish: @escaping @Sendable (Outbox.Event) async throws -> Void
    ) {
        (self.outbox, self.database, self.clock, self.logger) = (outbox, database, clock, logger)
        (self.batch, topic, pace) = (batch, nil, .zero)
        self.publish = { events in
            for (index, event) in events.enumerated() {
                do { try await publish(event) } catch { return (index, error) }
            }
            return (events.count, nil)
        }
    }

    /// `publish` hands the events of a topic on, all or none of them, and throws when that failed. At most one batch goes in each `pace`, unless it was full.
    package init(
        _ outbox: Outbox, topic: String, database: any Database, clock: any WallClock, logger: Logger, pace: Duration = .zero,
        batch: Int = 200, publishAll publish: @escaping @Sendable ([Outbox.Event]) async throws -> Void
    ) {
        (self.outbox, self.database, self.clock, self.logger) = (outbox, database, clock, logger)
        (self.batch, self.topic, self.pace) = (batch, topic, pace)
        self.publish = { events in
            guard !events.isEmpty else { return (0, nil) }
            do { try await publish(events) } catch { return (0, error) }
            return (events.count, nil)
        }
    }

    /// Says that there may be something new; returns at once.
    package func ring() { doorbell.ring() }

    /// Delivers until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            var patience = Self.patience(database.dialect)
            do {
                while try await handOn().isMore {}
            } catch is CancellationError {
                return
            } catch {
                logger.warning("Events wait in the outbox", metadata: ["topic": "\(topic ?? "all")", "error": "\(error)"])
                // Who rings meanwhile has nothing to tell that would go any better.
                try? await clock.sleep(for: .seconds(1))
                patience = Self.usualPatience
            }
            if pace > .zero { try? await clock.sleep(for: pace) }
            await doorbell.wait(atMost: patience, clock)
        }
    }

    /// Delivers one batch and returns how many events it delivered.
    /// - Throws: what `publish` threw for the first event that it could not hand on; `StoreError`.
    @discardableResult
    package func tick() async throws -> Int { try await handOn().delivered }

    /// Delivers one batch; says how many events it delivered, and whether there are more.
    private func handOn() async throws -> (delivered: Int, isMore: Bool) {
        let found = try await database.read { try await self.outbox.undelivered(of: self.topic, in: $0, atMost: self.batch) }
        let some = found.prefix(Self.fitting(found.map(\.event)))
        let (delivered, failure) = await publish(some.map(\.event))
        let positions = some.prefix(delivered).map(\.position)
        if !positions.isEmpty { try await outbox.remove(positions, from: database) }
        if let failure { throw failure }
        return (positions.count, some.count < found.count || found.count == batch)
    }

    /// How many events go in one batch by what they say: a part of what receivers take at once (`BODY_LIMIT_BYTES`), and one at least.
    private static func fitting(_ events: [Outbox.Event]) -> Int {
        var (count, bytes) = (0, 0)
        for event in events {
            bytes += event.payload.utf8.count
            if count > 0, bytes > mostBytes { break }
            count += 1
        }
        return count
    }

    private static let mostBytes = 2_000_000
}
