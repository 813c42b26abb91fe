import Contracts
import ServiceLifecycle
import Store
import Vocabulary

/// Starts what messages and rules ask for and could not be started at once, and forgets what is old. Any number of them may run beside each other.
struct EventLoop: Service {
    let room: EventsRoom

    /// It looks up at least this often, for what others have written down.
    private static let longestSleep = Duration.seconds(2)
    private static let pruneEvery = Duration.seconds(600)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var prune = room.clock.now()
            while !Task.isCancelled {
                do {
                    var isBusy = true
                    while isBusy, !Task.isCancelled { isBusy = try await tick() > 0 }
                    if room.clock.now() >= prune {
                        prune = room.clock.now() + Self.pruneEvery
                        try await self.prune()
                    }
                } catch is CancellationError {
                    return
                } catch {
                    room.logger.warning("What events ask for could not be looked at", metadata: ["error": "\(error)"])
                }
                await room.bell.wait(atMost: Self.longestSleep, room.clock)
            }
        }
    }

    /// Tries everything that is due; returns how much that was.
    @discardableResult
    func tick() async throws -> Int {
        try await DeliveryWork(room: room).tick() + (try await RuleWork(room: room).tick())
    }

    /// Forgets what is old.
    func prune() async throws {
        let now = room.clock.now()
        try await room.database.transact { try await room.deliveries.pruneMarks(at: now, in: $0) }
        var cursor: String?
        repeat {
            let some = try await room.database.read { [cursor] in try await room.webhooks.page(after: cursor, limit: 100, in: $0) }
            for webhook in some {
                let before = now + .seconds(-86_400 * (webhook.definition.keepDays ?? StoredWebhook.usualDays))
                try await room.database.transact(.lockingRows) {
                    try await room.deliveries.prune(webhook.id, bodiesBefore: before, in: $0)
                }
            }
            cursor = some.count == 100 ? some.last.map { EventsRoom.key($0.definition.name) } : nil
        } while cursor != nil
        repeat {
            let some = try await room.database.read { [cursor] in try await room.rules.page(after: cursor, limit: 100, in: $0) }
            for rule in some {
                try await room.database.transact(.lockingRows) {
                    try await room.firings.prune(rule.id, before: now + (.zero - SQLFiringStore.keptFor), in: $0)
                }
            }
            cursor = some.count == 100 ? some.last.map { EventsRoom.key($0.definition.name) } : nil
        } while cursor != nil
    }
}
