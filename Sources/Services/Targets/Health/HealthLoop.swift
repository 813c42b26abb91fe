import Contracts
import Logging
import ServiceLifecycle
import Store
import Vocabulary
import Web

/// Has targets checked when they are due, as long as the process runs.
struct HealthLoop: Service {
    let reconciler: HealthReconciler
    let checks: HealthChecks
    let history: any HealthHistoryStore
    let database: any Database
    let clock: any WallClock
    let logger: Logger

    /// The most batches of this process that are under way.
    private static let mostBatches = 6
    /// So often it is looked for what is due: that bounds how late a check is. What gets due meanwhile shares a batch.
    private static let pause = Duration.seconds(1)
    /// So often it is looked whether targets, groups or policies have changed.
    private static let lookEvery = Duration.seconds(3)
    /// So often all of them are looked at, whether they seem to have changed or not: what a process with a slow clock changed is not missed for ever.
    private static let wholeEvery = Duration.seconds(600)
    /// So often old history is forgotten.
    private static let pruneEvery = Duration.seconds(600)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.keepHistoryShort() }
                group.addTask { await self.check() }
            }
        }
    }

    private func check() async {
        var (seen, look, whole): (HealthMark?, Timestamp, Timestamp) = (nil, clock.now(), clock.now())
        await withTaskGroup(of: Void.self) { group in
            var underWay = 0
            while !Task.isCancelled {
                do {
                    let now = clock.now()
                    if now >= look {
                        if now >= whole { (seen, whole) = (nil, now + Self.wholeEvery) }
                        seen = try await reconciler.tick(since: seen)
                        look = clock.now() + Self.lookEvery
                    }
                    var isMore = true
                    while isMore, let batch = try await checks.claim() {
                        isMore = batch.isFull
                        if underWay >= Self.mostBatches {
                            await group.next()
                            underWay -= 1
                        }
                        group.addTask { await self.run(batch) }
                        underWay += 1
                    }
                } catch {
                    logger.warning("Targets could not be checked", metadata: ["error": "\(error)"])
                }
                try? await clock.sleep(for: await rest())
            }
        }
    }

    /// How long nothing is due, as far as is known.
    private func rest() async -> Duration {
        guard let due = try? await checks.health.nextDue(in: database) else { return Self.lookEvery }
        return min(max(due - clock.now(), Self.pause), Self.lookEvery)
    }

    private func run(_ batch: HealthChecks.Batch) async {
        do {
            try await checks.run(batch)
        } catch is CancellationError {
            return
        } catch {
            logger.debug("A batch of checks was not done", metadata: ["checks": "\(batch.checks.count)", "error": "\(error)"])
        }
    }

    private func keepHistoryShort() async {
        while !Task.isCancelled {
            do {
                try await prune()
            } catch {
                logger.warning("Old checks could not be forgotten", metadata: ["error": "\(error)"])
            }
            try? await clock.sleep(for: Self.pruneEvery)
        }
    }

    /// Forgets what was kept for long enough, some in each transaction.
    func prune() async throws {
        let now = clock.now()
        var isMore = true
        while isMore, !Task.isCancelled {
            isMore = try await database.transact(.lockingRows) { transaction in
                try await history.prune(
                    pointsBefore: now + (.zero - HealthOperations.pointsKept) + .seconds(-3600),
                    hoursBefore: now + (.zero - HealthOperations.hoursKept), limit: 2000, in: transaction)
            }
        }
    }
}
