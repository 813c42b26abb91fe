import ConnectorPort
import Contracts
import Flow
import Logging
import Synchronization
import Vault
import Vocabulary

/// Does what is no part of a run: batches of connection tests, and scans. It takes no slots of branches; how much it does at the same time is bounded
/// by a share of them.
actor ErrandLoop {
    private let peer: any Peer
    private let connectors: [any Connector]
    private let scanner: (any NetworkScanner)?
    private let settings: WorkerSettings
    private let clock: any WallClock
    private let logger: Logger
    private let key = WorkerKey()
    private var held: [HeldErrand: Task<ErrandResult, Never>] = [:]
    private var beatEvery = Duration.seconds(4)

    /// An eighth of the slots tests connections for each of the two lanes; a scan bounds itself.
    private nonisolated var probesAtOnce: Int { max(1, settings.slots / 8) }

    init(
        peer: any Peer, connectors: [any Connector], scanner: (any NetworkScanner)?, settings: WorkerSettings, clock: any WallClock,
        logger: Logger
    ) {
        (self.peer, self.connectors, self.scanner, self.settings) = (peer, connectors, scanner, settings)
        (self.clock, self.logger) = (clock, logger)
    }

    private nonisolated var me: Caller { .worker(settings.name) }

    /// Works until the task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<2 { group.addTask { await self.work([.probes]) } }
            if scanner != nil { group.addTask { await self.work([.scan]) } }
            group.addTask { await self.beat() }
        }
    }

    /// One lane: an errand after the other.
    private nonisolated func work(_ kinds: [ErrandKind]) async {
        while !Task.isCancelled {
            do {
                let ask = AskErrand(worker: settings.name, kinds: kinds, waitSeconds: 20, publicKey: key.publicKey)
                let lease = try await peer.call(ExecutionsAPI.leaseErrand, [:], ask, as: me)
                guard let errand = lease.errand else { continue }
                let held = HeldErrand(id: errand.id, fence: lease.fence)
                let result = await run(errand, held, lease)
                if Task.isCancelled { return }
                let report = ErrandReport(worker: settings.name, held: held, result: result)
                _ = try await peer.call(ExecutionsAPI.reportErrand, [:], report, as: me)
            } catch is CancellationError {
                return
            } catch {
                logger.debug("No errand to be had; trying again", metadata: ["error": "\(error)"])
                try? await clock.sleep(for: .seconds(1))
            }
        }
    }

    private func run(_ errand: Errand, _ held: HeldErrand, _ lease: ErrandLease) async -> ErrandResult {
        beatEvery = .seconds(max(1, min(4, lease.leaseSeconds / 4)))
        let task = Task { await self.perform(errand, lease.connections) }
        self.held[held] = task
        let result = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        self.held[held] = nil
        return result
    }

    private nonisolated func perform(_ errand: Errand, _ connections: TargetConnections) async -> ErrandResult {
        do {
            let plans = try RoutePlans(connections, key: key)
            if let chunk = errand.scan, let scanner {
                return ErrandResult(worker: settings.name, hosts: try await ScanRunner(scanner: scanner, plans: plans).run(chunk))
            }
            return ErrandResult(worker: settings.name, probes: await test(errand.probes ?? [], connections, plans))
        } catch {
            return ErrandResult(worker: settings.name, failure: "\(error)")
        }
    }

    /// Tests connections, some at the same time.
    private nonisolated func test(
        _ probes: [LeasedProbe], _ connections: TargetConnections, _ plans: RoutePlans
    ) async -> [ProbeResult] {
        let routes = Dictionary(connections.targets.map { ($0.target, $0) }) { first, _ in first }
        let runner = ProbeRunner(connectors: connectors, plans: plans, worker: settings.name, clock: clock)
        return await withTaskGroup(of: ProbeResult.self) { group in
            var results: [ProbeResult] = []
            for (index, probe) in probes.enumerated() {
                if index >= probesAtOnce, let result = await group.next() { results.append(result) }
                group.addTask { await runner.run(probe, routes[probe.target]) }
            }
            for await result in group { results.append(result) }
            return results
        }
    }

    /// Keeps the leases alive until the task is cancelled; ends what nobody wants any more.
    private func beat() async {
        while !Task.isCancelled {
            guard (try? await clock.sleep(for: beatEvery)) != nil else { return }
            if held.isEmpty { continue }
            do {
                let beat = ErrandHeartbeat(worker: settings.name, held: Array(held.keys))
                for gone in try await peer.call(ExecutionsAPI.errandHeartbeat, [:], beat, as: me).revoked { held[gone]?.cancel() }
            } catch {
                logger.debug("No heartbeat of errands got through", metadata: ["error": "\(error)"])
            }
        }
    }

    /// How many errands are under way.
    var count: Int { held.count }
}
