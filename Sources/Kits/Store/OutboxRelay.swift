import Logging
import Vocabulary

/// Hands the events of one service's outbox on, in order and at least once: an event is forgotten after it was published,
/// and one that could not be published holds up those behind it until it can.
package final class OutboxRelay: Sendable {
    private let database: any Database
    private let clock: any WallClock
    private let pollInterval: Duration
    private let batch: Int
    private let logger: Logger
    private let publish: @Sendable (Outbox.Event) async throws -> Void
    private let doorbell = Doorbell()

    /// `publish` hands one event on and throws when that failed. Without a ring the outbox is looked at every `pollInterval`.
    package init(
        database: any Database, clock: any WallClock, logger: Logger, pollInterval: Duration = .seconds(5), batch: Int = 200,
        publish: @escaping @Sendable (Outbox.Event) async throws -> Void
    ) {
        self.database = database
        self.clock = clock
        self.logger = logger
        self.pollInterval = pollInterval
        self.batch = batch
        self.publish = publish
    }

    /// Says that there may be something new; returns at once.
    package func ring() { doorbell.ring() }

    /// Delivers until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            do {
                while try await tick() == batch {}
            } catch is CancellationError {
                return
            } catch {
                logger.warning("Events wait in the outbox", metadata: ["error": "\(error)"])
            }
            await doorbell.wait(atMost: pollInterval, clock)
        }
    }

    /// Delivers one batch and returns how many events it delivered.
    /// - Throws: what `publish` threw for the first event that it could not hand on; `StoreError`.
    @discardableResult
    package func tick() async throws -> Int {
        let events = try await database.read { try await Outbox.undelivered(in: $0, atMost: self.batch) }
        var delivered: [Int] = []
        var failure: (any Error)?
        for (position, event) in events {
            do {
                try await publish(event)
                delivered.append(position)
            } catch {
                failure = error
                break
            }
        }
        let positions = delivered
        if !positions.isEmpty {
            try await database.transact { try await Outbox.remove(positions, in: $0) }
        }
        if let failure { throw failure }
        return positions.count
    }
}
