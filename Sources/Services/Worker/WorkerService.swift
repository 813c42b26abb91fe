import ConnectorPort
import Contracts
import Logging
import ServiceLifecycle
import Vocabulary
import Web

/// The front page of this room: a worker that runs as long as the process and drains when it is told to stop.
package struct WorkerService: Service {
    /// The service's name in settings and logs.
    package static let name = "worker"

    private let loop: WorkerLoop
    private let errands: ErrandLoop
    private let settings: WorkerSettings
    private let logger: Logger

    /// Makes a worker that reaches Executions through `peer`. `home` gives the executor for the branches of a target, always the same one:
    /// where the connectors serve their connections from it, a branch crosses no threads.
    package init(
        peer: any Peer, connectors: [any Connector], scanner: (any NetworkScanner)? = nil, settings: WorkerSettings, clock: any WallClock,
        logger: Logger, home: @escaping @Sendable (TargetID) -> any TaskExecutor
    ) {
        loop = WorkerLoop(peer: peer, connectors: connectors, settings: settings, clock: clock, logger: logger, home: home)
        errands = ErrandLoop(peer: peer, connectors: connectors, scanner: scanner, settings: settings, clock: clock, logger: logger)
        self.settings = settings
        self.logger = logger
    }

    /// What the worker measures about its work.
    package func metrics() async -> [Metric] {
        await loop.metrics + [
            Metric(
                "opsconductor_worker_errands", .gauge, "Batches of checks and pieces of scans that the worker does now.",
                Double(await errands.count))
        ]
    }

    /// Works until the process shuts down: then no new lease, and running branches have the drain time to end.
    package func run() async throws {
        logger.info("The worker is ready", metadata: ["worker": "\(settings.name)", "slots": "\(settings.slots)"])
        let beat = Task { await loop.beat() }
        let errand = Task { await errands.run() }
        await cancelWhenGracefulShutdown { await loop.lease() }
        errand.cancel()
        await loop.drain()
        beat.cancel()
    }
}
