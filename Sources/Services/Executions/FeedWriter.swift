import Contracts
import Store
import Vocabulary
import Web

/// Collects what one transaction does to executions, numbers and stores it, and hands it out after the commit.
struct FeedWriter: Sendable {
    private(set) var events: [Int: [FeedEvent]] = [:]
    private(set) var executions: [Int: StoredExecution] = [:]
    private var changed: Set<Int> = []
    private var told: Set<Int> = []
    private let room: ExecutionsRoom

    init(_ room: ExecutionsRoom) { self.room = room }

    /// The execution as it stands in this transaction.
    mutating func execution(_ key: Int, in transaction: any Transaction) async throws -> StoredExecution? {
        if let known = executions[key] { return known }
        let stored = try await room.executions.lock(key: key, in: transaction)
        executions[key] = stored
        return stored
    }

    /// The execution with this id as it stands in this transaction.
    mutating func execution(_ id: ExecutionID, in transaction: any Transaction) async throws -> StoredExecution? {
        if let known = executions.values.first(where: { $0.execution.id == id }) { return known }
        let stored = try await room.executions.lock(id, in: transaction)
        if let stored { executions[stored.key] = stored }
        return stored
    }

    /// Takes over a change of an execution that was read through this writer.
    mutating func change(_ stored: StoredExecution) {
        executions[stored.key] = stored
        changed.insert(stored.key)
    }

    /// Takes over a change of an execution that its readers are to see, even if its state stays.
    mutating func tell(_ stored: StoredExecution) {
        change(stored)
        told.insert(stored.key)
    }

    /// Adds an event to the feed of an execution.
    mutating func add(_ event: FeedEvent, to key: Int) { events[key, default: []].append(event) }

    /// Moves a branch to another state: stores it, counts it and tells it. An impossible move is ignored.
    mutating func move(
        _ branch: StoredBranch, to state: BranchState, cause: String? = nil, at now: Timestamp, in transaction: any Transaction
    ) async throws {
        var moved = branch
        guard try await turn(&moved, to: state, cause: cause, at: now, in: transaction) else { return }
        try await room.branches.update([moved], in: transaction)
    }

    /// Moves a branch to another state for a caller who stores it: counts and tells it. False for an impossible move, which changes nothing.
    mutating func turn(
        _ branch: inout StoredBranch, to state: BranchState, cause: String?, at now: Timestamp, in transaction: any Transaction
    ) async throws -> Bool {
        guard ExecutionRules.allows(branch.state, state), var stored = try await execution(branch.execution, in: transaction)
        else { return false }
        stored.execution.counts.move(from: branch.state, to: state)
        change(stored)
        branch.state = state
        branch.cause = cause
        if state.isFinal { branch.endedAt = now }
        add(.branch(branch.number, state, cause: cause), to: branch.execution)
        return true
    }

    /// Decides which of the waiting branches may not begin, and goes on with the rollout. True when branches may begin that might not before.
    private mutating func holdBack(_ key: Int, at now: Timestamp, in transaction: any Transaction) async throws -> Bool {
        guard var stored = try await execution(key, in: transaction) else { return false }
        let wasReady = stored.isReady
        if stored.isCancelling { stored.execution.hold = nil }
        var held = (later: 0, parked: 0)
        if stored.rollout != nil || stored.hasApprovals, !stored.isCancelling, stored.execution.hold == nil {
            held = try await room.branches.held(key, after: stored.execution.released, in: transaction)
            executions[key] = stored
            if try await rollOut(key, held.later, at: now, in: transaction) {
                stored = executions[key] ?? stored
                held = try await room.branches.held(key, after: stored.execution.released, in: transaction)
            }
        }
        stored.held = stored.execution.hold == nil ? held.later + held.parked : stored.execution.counts.waiting
        executions[key] = stored
        return stored.isReady && !wasReady
    }

    /// Lets the next branches begin, or holds up the rest, as the rollout says. False when nothing changed.
    private mutating func rollOut(
        _ key: Int, _ later: Int, at now: Timestamp, in transaction: any Transaction
    ) async throws -> Bool {
        guard var stored = executions[key], let definition = stored.rollout, let released = stored.execution.released else { return false }
        let counts = stored.execution.counts
        let decision = Rollout(definition, total: counts.total).next(
            released: released, counts: counts, accepted: stored.accepted, restIsOver: counts.running == 0 && counts.waiting == later)
        switch decision {
        case .goOn: return false
        case .release(let next): stored.execution.released = next
        case .pause(let sentence): stored.execution.hold = Hold(.failures, sentence, since: now)
        case .stop(let sentence):
            stored.execution.hold = Hold(.stopped, sentence, since: now)
            stored.execution.cause = "Stopped: \(sentence)"
        }
        tell(stored)
        if case .stop(let sentence) = decision {
            for branch in try await room.branches.all(key, states: [.waiting], in: transaction) {
                try await move(branch, to: .cancelled, cause: "Not begun: \(sentence)", at: now, in: transaction)
            }
        }
        return true
    }

    /// Decides the states of the executions that were touched, stores and numbers everything, and returns what to publish after the commit.
    mutating func finish(at now: Timestamp, in transaction: any Transaction) async throws -> Publication {
        var publication = Publication()
        for key in Set(events.keys).union(changed).sorted() {
            if try await holdBack(key, at: now, in: transaction) { publication.hasWork = true }
            guard var stored = try await execution(key, in: transaction) else { continue }
            let before = stored.execution.state
            stored.execution.state = ExecutionRules.state(
                of: stored.execution.counts, isCancelling: stored.isCancelling, isStopped: stored.execution.hold?.reason == .stopped)
            if stored.execution.startedAt == nil, stored.execution.counts.waiting < stored.execution.counts.total {
                stored.execution.startedAt = now
            }
            if stored.execution.state.isFinal, stored.execution.endedAt == nil { stored.execution.endedAt = now }
            let hasChanged = stored.execution.state != before
            if stored.hasLocks, stored.execution.state.isFinal, try await room.locks.release(key, in: transaction) > 0 {
                publication.hasFreeLocks = true
            }
            if hasChanged || told.contains(key) { events[key, default: []].append(.execution(stored.execution)) }
            let first = stored.execution.lastSequence + 1
            let items = (events[key] ?? []).enumerated().map { FeedItem(sequence: first + $0, at: now, event: $1) }
            stored.execution.lastSequence += items.count
            try await room.executions.update(stored, in: transaction)
            if hasChanged {
                let news = try Outbox.News(
                    topic: ExecutionsRoom.overviewTopic, kind: "execution.\(stored.execution.state.rawValue)",
                    payload: JSONCodec.text(stored.execution))
                try await Outbox.append([news], in: transaction, at: now)
                publication.hasNews = true
            }
            executions[key] = stored
            if items.isEmpty { continue }
            try await room.feed.append(items, execution: key, in: transaction)
            publication.feeds.append((stored.execution.id, items))
        }
        return publication
    }
}

/// What is published after a commit.
struct Publication: Sendable {
    var feeds: [(execution: ExecutionID, items: [FeedItem])] = []
    var hasNews = false
    /// Whether locks were given back that others may wait for.
    var hasFreeLocks = false
    /// Whether branches may begin that might not before.
    var hasWork = false

    /// Rings the doorbells: the feeds' readers, and the relay of the outbox.
    func send(from room: ExecutionsRoom) async throws {
        for (execution, items) in feeds {
            let topic = ExecutionsRoom.feedTopic(execution)
            if room.bus.mayHaveListeners(topic) { await room.bus.publish(topic, try FeedBatch(items).payload) }
        }
        if hasNews { room.relay.ring() }
        if hasFreeLocks {
            // What was stored is stored; the next look for silent workers does this again.
            do { try await HoldOperations(room: room).admit() } catch {
                room.logger.warning("Free locks could not be given away", metadata: ["error": "\(error)"])
            }
        }
        if hasWork { await room.ringForWork() }
    }
}
