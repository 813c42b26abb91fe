import Logging
import ServiceLifecycle
import Store
import Vocabulary

/// Carries scans on as long as the process runs.
struct DiscoveryLoop: Service {
    let progress: ScanProgress
    let clock: any WallClock
    let logger: Logger

    /// The most scans of this process that are carried on at the same time.
    private static let mostPieces = 4
    /// So often it is looked for pieces while scans run, and otherwise for what others have begun.
    private static let (pause, longPause) = (Duration.seconds(1), Duration.seconds(5))

    func run() async throws {
        await cancelWhenGracefulShutdown { await carryOn() }
    }

    private func carryOn() async {
        await withTaskGroup(of: Void.self) { group in
            var underWay = 0
            while !Task.isCancelled {
                do {
                    try await progress.beginDue()
                    while let piece = try await progress.claim() {
                        if underWay >= Self.mostPieces {
                            await group.next()
                            underWay -= 1
                        }
                        group.addTask { await self.run(piece) }
                        underWay += 1
                    }
                } catch {
                    logger.warning("Scans could not be carried on", metadata: ["error": "\(error)"])
                }
                await progress.scans.bell.wait(atMost: await rest(), clock)
            }
        }
    }

    /// How long nothing is to be done, if nobody begins a scan here.
    private func rest() async -> Duration {
        guard let due = try? await progress.discovery.nextDue(in: progress.database) else { return Self.longPause }
        return min(max(due - clock.now(), Self.pause), Self.longPause)
    }

    /// A piece, and others that are due then, one after the other.
    private func run(_ piece: ScanProgress.Piece) async {
        do {
            var next: ScanProgress.Piece? = piece
            while let piece = next, !Task.isCancelled {
                try await progress.run(piece)
                next = try await progress.claim()
            }
        } catch is CancellationError {
            return
        } catch {
            logger.debug("A piece of a scan was not done", metadata: ["scan": "\(piece.scan.scan.id)", "error": "\(error)"])
        }
    }
}
