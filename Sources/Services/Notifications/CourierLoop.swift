import Contracts
import ServiceLifecycle
import Store
import Synchronization
import Vocabulary

/// Sends what is to be sent until the process shuts down.
struct CourierLoop: Service {
    /// So many messages are under way at the same time.
    private static let most = 32
    /// Without a ring it is looked so often whether something is due.
    private static let interval = Duration.seconds(1)

    /// How many are under way.
    private final class Load: Sendable {
        let count = Mutex(0)
    }

    let room: NotificationsRoom

    func run() async throws {
        let (courier, load) = (Courier(room: room, name: room.ids.next()), Load())
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.send(courier, load) }
                group.addTask {
                    await self.repeatedly(every: self.room.settings.lease / 3, "Leases could not be prolonged") {
                        try await courier.renew()
                    }
                }
                group.addTask {
                    await self.repeatedly(every: .seconds(5), "Reminders could not be planned") {
                        if try await courier.remind() > 0 { self.room.bell.ring() }
                    }
                }
                group.addTask {
                    await self.repeatedly(every: .seconds(60), "Old notifications could not be removed") { try await self.prune() }
                }
                group.addTask {
                    await self.repeatedly(every: .seconds(10), "The clocks could not be compared") {
                        _ = try await self.room.clock.compare()
                    }
                }
            }
        }
    }

    private func send(_ courier: Courier, _ load: Load) async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let free = Self.most - load.count.withLock { $0 }
                var chosen: [StoredDelivery] = []
                do {
                    chosen = free > 0 ? try await courier.choose(atMost: free) : []
                } catch {
                    if Task.isCancelled { return }
                    room.logger.warning("Notifications wait", metadata: ["error": "\(error)"])
                }
                for delivery in chosen {
                    load.count.withLock { $0 += 1 }
                    group.addTask {
                        do { try await courier.carry(delivery) } catch is CancellationError {} catch {
                            self.room.logger.warning("A notification waits", metadata: ["delivery": "\(delivery.id)", "error": "\(error)"])
                        }
                        load.count.withLock { $0 -= 1 }
                        self.room.bell.ring()
                    }
                }
                if chosen.isEmpty { await room.bell.wait(atMost: Self.interval, room.clock) }
            }
        }
    }

    /// Removes what is over for long enough, a little at a time.
    func prune() async throws {
        let now = room.clock.now()
        let day = Duration.seconds(86_400)
        let isMore = try await room.database.transact { transaction in
            try await room.heard.prune(
                heardBefore: Timestamp(milliseconds: now.milliseconds - 7 * day.milliseconds),
                endedBefore: Timestamp(milliseconds: now.milliseconds - room.settings.keep.milliseconds), limit: 500, in: transaction)
        }
        if isMore >= 500, !Task.isCancelled { try await prune() }
    }

    private func repeatedly(every pause: Duration, _ complaint: String, _ body: @Sendable () async throws -> Void) async {
        while !Task.isCancelled {
            do { try await body() } catch {
                if Task.isCancelled { return }
                room.logger.warning("\(complaint)", metadata: ["error": "\(error)"])
            }
            try? await room.clock.sleep(for: pause)
        }
    }
}
