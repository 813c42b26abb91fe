import Contracts
import Store
import Vault
import Vocabulary
import Web

/// Gives work to workers.
package struct LeaseOperations: Sendable {
    let room: ExecutionsRoom

    /// What a worker took.
    struct Taken: Sendable {
        var branches: [StoredBranch] = []
        var executions: [Int: StoredExecution] = [:]
        var contents: [Int: ExecutionContent] = [:]
        var steps: [Int: [Int: [StepResult]]] = [:]
        var approvals: [Int: [LeasedApproval]] = [:]
        /// How branches' targets were reached when steps were approved, by execution, branch and step.
        var ways: [Int: [Int: [Int: String]]] = [:]
        var probes: [LeasedProbe] = []
        var cancel: [BranchKey] = []
        /// Credentials that the audit log was told of with the claim, by execution.
        var told: [Int: [KnownCredential]] = [:]
        /// When the leases began.
        var at: Timestamp?
        var isEmpty: Bool { branches.isEmpty && probes.isEmpty && cancel.isEmpty }
    }

    /// Leases branches and connection tests; waits until there are some, something is to be cancelled, or the time is over.
    package func lease(_ ask: AskLease) async throws -> Lease {
        let asked = room.clock.now()
        let end = asked + .seconds(max(0, min(ask.waitSeconds, 25)))
        var isCalled = false
        try await room.workers.note(ask.worker, slots: ask.capacity ?? ask.slots, at: room.clock.now(), in: room.database)
        while true {
            let seen = room.bell.generation
            // Looking first keeps an idle worker from writing; after a ring there is nearly always something.
            if try await isCalled ? true : hasNews(ask) {
                let taken = try await take(ask)
                if !taken.isEmpty { return try await furnish(taken, for: ask, since: asked) }
            }
            let left = end - room.clock.now()
            try Task.checkCancellation()
            if left <= .zero { return Self.empty(room.settings) }
            // A worker without free slots asks again soon: by then it may have some.
            let isFull = ask.slots == 0
            let given = await room.bell.wait(
                since: seen, for: ask, atMost: min(left, isFull ? .milliseconds(500) : .seconds(2)), room.clock)
            if let given, !given.isEmpty { return try await furnish(given, for: ask, since: asked) }
            isCalled = !isFull && room.bell.generation != seen
            if isFull, try await !hasNews(ask) { return Self.empty(room.settings) }
        }
    }

    private func hasNews(_ ask: AskLease) async throws -> Bool {
        try await room.database.read { transaction in
            if ask.slots > 0, try await !room.executions.claimable(limit: 1, in: transaction).isEmpty { return true }
            if try await !room.branches.adrift(limit: 1, in: transaction).isEmpty { return true }
            if try await room.probes.hasWaiting(in: transaction) { return true }
            return try await !room.branches.cancelling(worker: ask.worker, untoldOnly: false, in: transaction).isEmpty
        }
    }

    private func take(_ ask: AskLease) async throws -> Taken {
        try await room.change { transaction, writer, now in
            var taken = Taken()
            taken.cancel = try await room.branches.cancelling(worker: ask.worker, untoldOnly: true, in: transaction)
                .map { BranchKey(execution: $0.execution, number: $0.number) }
            taken.probes = try await room.probes.claim(ask.worker, limit: 20, in: transaction)
            try await claim(ask, &taken, &writer, at: now, in: transaction)
            try await claimAdrift(ask.worker, &taken, &writer, at: now, in: transaction)
            return taken
        }
    }

    /// Leases as many waiting branches as the worker can take. A transaction that holds executions already does not wait for those that another one
    /// changes just now, because that may wait for these.
    func claim(
        _ ask: AskLease, _ taken: inout Taken, _ writer: inout FeedWriter, at now: Timestamp, in transaction: any Transaction
    ) async throws {
        taken.at = now
        var slots = max(0, min(ask.slots, Self.mostBranches))
        guard slots > 0 else { return }
        let ours = writer.executions.values.filter(\.isReady).map(\.key)
        let keys = try await room.executions.claimable(limit: min(slots, Self.mostExecutions), in: transaction)
        try await writer.load(keys, unlessLocked: !writer.executions.isEmpty, in: transaction)
        var shares: [BranchShare] = []
        for stored in Set(keys + ours).compactMap({ writer.executions[$0] }).sorted(by: Self.comesFirst) where stored.isReady && slots > 0 {
            let share = stored.share(atMost: slots)
            shares.append(share)
            slots -= share.limit
        }
        let claimed = try await claim(shares, for: ask, at: now, in: transaction)
        taken.contents = try await room.executions.contents(Set(claimed.map(\.execution)).sorted(), in: transaction)
        try await note(claimed, for: ask, &taken, &writer, at: now, in: transaction)
    }

    /// Leases branches of executions that this transaction began.
    func claim(
        _ begun: [(new: NewExecution, key: Int)], for ask: AskLease, _ taken: inout Taken, _ writer: inout FeedWriter, at now: Timestamp,
        in transaction: any Transaction
    ) async throws {
        taken.at = now
        var slots = max(0, min(ask.slots, Self.mostBranches))
        let ready = begun.compactMap { writer.executions[$0.key] }.filter(\.isReady).sorted(by: Self.comesFirst)
        var shares: [BranchShare] = []
        for stored in ready where slots > 0 {
            let share = stored.share(atMost: slots)
            shares.append(share)
            slots -= share.limit
        }
        if shares.isEmpty { return }
        let claimed = try await claim(shares, for: ask, at: now, in: transaction)
        for (new, key) in begun {
            taken.contents[key] = ExecutionContent(
                definition: new.definition, parameters: new.parameters, sealedSecrets: new.sealedSecrets, leftOut: new.leftOut)
        }
        try await note(claimed, for: ask, &taken, &writer, at: now, in: transaction)
    }

    private func claim(
        _ shares: [BranchShare], for ask: AskLease, at now: Timestamp, in transaction: any Transaction
    ) async throws -> [StoredBranch] {
        try await room.branches.claim(shares, worker: ask.worker, until: now + room.settings.lease, at: now, in: transaction)
    }

    /// At most so many branches, of so many executions, are leased by one transaction.
    private static let (mostBranches, mostExecutions) = (1000, 200)

    private static func comesFirst(_ one: StoredExecution, _ other: StoredExecution) -> Bool {
        let (rank, otherRank) = (one.execution.priority.rank, other.execution.priority.rank)
        return rank == otherRank ? one.key < other.key : rank > otherRank
    }

    /// Counts and tells what was leased, and reads what its worker needs to know.
    private func note(
        _ claimed: [StoredBranch], for ask: AskLease, _ taken: inout Taken, _ writer: inout FeedWriter, at now: Timestamp,
        in transaction: any Transaction
    ) async throws {
        taken.branches += claimed
        tellCredentials(claimed, to: ask.worker, &taken, &writer, at: now)
        for (key, branches) in Dictionary(grouping: claimed, by: \.execution) {
            guard var stored = writer.executions[key] else { continue }
            stored.execution.counts.move(from: .waiting, to: .running, branches.count)
            writer.change(stored)
            for branch in branches { writer.add(.branch(branch.number, .running, cause: nil), to: key) }
            taken.executions[key] = stored
            if stored.hasApprovals {
                taken.approvals[key] = try await room.approvals.decided(key, in: transaction)
                taken.ways[key] = try await room.approvals.ways(key, branches: branches.map(\.number), in: transaction)
            }
            let known = branches.filter { $0.fence > 1 || stored.execution.resumed == true }.map(\.number)
            if !known.isEmpty { taken.steps[key] = try await room.branches.steps(key, branches: known, in: transaction) }
        }
    }

    /// Adds what the worker needs to know about what it took; if that fails it is given back.
    func furnish(_ taken: Taken, for ask: AskLease, since asked: Timestamp? = nil) async throws -> Lease {
        var lease = Self.empty(room.settings)
        if let asked, let began = taken.at { lease.waited = max(0, Int((began - asked).seconds * 1000)) }
        lease.cancel = taken.cancel
        lease.probes = taken.probes
        if taken.branches.isEmpty && taken.probes.isEmpty { return lease }
        do {
            let snapshots = try taken.branches.map { try $0.snapshot() }
            let targets = Set(snapshots.map(\.id) + taken.probes.map(\.target))
            lease.connections = try await room.peer.call(
                TargetsAPI.connections, [:],
                AskConnections(targets: targets.sorted { $0.text < $1.text }, recipientKey: ask.publicKey),
                as: ExecutionsRoom.caller)
            try await tellRest(taken, lease.connections, to: ask.worker)
            lease.connections.names = nil
            let sealer = try RecipientSealer(to: ask.publicKey)
            for (key, stored) in taken.executions {
                guard let content = taken.contents[key] else { continue }
                lease.executions[stored.execution.id.text] = try furnish(stored, content, taken.approvals[key], sealer)
            }
            lease.branches = zip(taken.branches, snapshots).compactMap { branch, target in
                guard let stored = taken.executions[branch.execution] else { return nil }
                return LeasedBranch(
                    key: BranchKey(execution: stored.execution.id, number: branch.number), fence: branch.fence,
                    target: target, results: taken.steps[branch.execution]?[branch.number] ?? [],
                    serial: ExecutionRules.serial(execution: stored.execution.serial, branch: branch.number),
                    drifted: Self.drifted(taken.ways[branch.execution]?[branch.number], lease.connections, target.id),
                    cancels: branch.state == .cancelling ? true : nil)
            }
            // Whoever asked may be gone.
            try Task.checkCancellation()
        } catch {
            try await giveBack(taken, from: ask.worker)
            throw error
        }
        return lease
    }

    /// Approvals of steps that were given for another way to the target than there is now.
    private static func drifted(_ ways: [Int: String]?, _ connections: TargetConnections, _ target: TargetID) -> [LeasedApproval]? {
        guard let ways, !ways.isEmpty else { return nil }
        let now = connections.targets.first { $0.target == target }?.way ?? TargetConnection.noWay
        return ways.filter { $0.value != now }.sorted { $0.key < $1.key }.map { step, way in
            LeasedApproval(
                step: step, isGranted: false,
                text: "It was approved while the target was reached by \(way); now it is \(now). Run it again for a new decision.")
        }
    }

    private func furnish(
        _ stored: StoredExecution, _ content: ExecutionContent, _ approvals: [LeasedApproval]?, _ sealer: RecipientSealer
    ) throws -> LeasedExecution {
        var sealed: String?
        if let secrets = content.sealedSecrets.flatMap(Base64.decode) {
            let plain = try room.vault.open(secrets, for: StartOperations.place(stored.execution.id))
            sealed = try sealer.seal(plain, for: "parameters")
        }
        return LeasedExecution(
            serial: stored.execution.serial, definition: content.definition, parameters: content.parameters,
            sealedParameters: sealed, startedBy: stored.execution.startedBy, approvals: approvals)
    }

    /// Done to the end, also when nobody waits for it any more.
    private func giveBack(_ taken: Taken, from worker: String) async throws {
        guard !taken.branches.isEmpty else { return }
        let (room, branches) = (room, taken.branches)
        try await Task {
            try await room.change { transaction, writer, now in
                for branch in branches where branch.state == .cancelling { try await room.branches.letGo(branch, in: transaction) }
                for branch in branches { try await writer.move(branch, to: .waiting, at: now, in: transaction) }
                for (key, credentials) in taken.told.sorted(by: { $0.key < $1.key }) {
                    guard let run = taken.executions[key]?.execution else { continue }
                    writer.notes += credentials.map {
                        ExecutionNotes.credential("credential.withheld", $0, for: run, to: worker, at: now)
                    }
                }
            }
            await room.ringForWork()
        }.value
    }

    /// Keeps leases alive and tells which branches are to be ended.
    package func heartbeat(_ beat: Heartbeat) async throws -> HeartbeatAnswer {
        try await room.database.transact(.lockingRows) { transaction in
            let until = room.clock.now() + room.settings.lease
            var (keys, held): ([Int: ExecutionID], [(execution: Int, number: Int, fence: Int)]) = ([:], [])
            var revoked: [BranchKey] = []
            for (execution, branches) in Dictionary(grouping: beat.held, by: \.key.execution) {
                guard let stored = try await room.executions.find(execution.text, in: transaction) else {
                    revoked += branches.map(\.key)
                    continue
                }
                keys[stored.key] = execution
                held += branches.map { (stored.key, $0.key.number, $0.fence) }
            }
            held.sort { ($0.execution, $0.number) < ($1.execution, $1.number) }
            for gone in try await room.branches.extend(held, worker: beat.worker, until: until, in: transaction) {
                if let execution = keys[gone.execution] { revoked.append(BranchKey(execution: execution, number: gone.number)) }
            }
            let cancel = try await room.branches.cancelling(worker: beat.worker, untoldOnly: false, in: transaction)
            return HeartbeatAnswer(
                cancel: cancel.map { BranchKey(execution: $0.execution, number: $0.number) }, revoked: revoked)
        }
    }

    private static func empty(_ settings: ExecutionsSettings) -> Lease {
        Lease(
            branches: [], executions: [:], connections: TargetConnections(targets: [], credentials: [:]), probes: [],
            cancel: [], leaseSeconds: Int(settings.lease.seconds), waited: 0)
    }
}
