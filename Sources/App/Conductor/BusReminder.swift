import Bus
import ServiceLifecycle
import Vocabulary

/// Where others may write to the same databases and no messages travel between us: tells everybody to look again, every two seconds.
struct BusReminder: Service {
    let bus: InProcessBus
    let clock: any WallClock

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await clock.sleep(for: .seconds(2))
                bus.loseAll()
            }
        }
    }
}
