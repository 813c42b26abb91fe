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
    /// Executions that are kept as they begin, with their first entry counted.
    private var begun: Set<Int> = []
    /// Executions that ended in this transaction.
    private(set) var ended: [Execution] = []
    /// Decisions that were asked for.
    var asked: [Asked] = []
    /// What the audit log is told.
    var notes: [AuditNote] = []
    let room: ExecutionsRoom

    init(_ room: ExecutionsRoom) { self.room = room }

    /// The execution as it stands in this transaction.
    mutating func execution(_ key: Int, in transaction: any Transaction) async throws -> StoredExecution? {
        try await load([key], in: transaction)
        return executions[key]
    }

    /// Takes over an execution that this transaction began.
    mutating func begin(_ stored: StoredExecution) {
        executions[stored.key] = stored
        begun.insert(stored.key)
        add(.execution(stored.execution), to: stored.key)
    }

    /// Reads executions by their keys as they stand in this transaction, all at once. With `unlessLocked` those are passed over that somebody else
    /// changes just now.
    mutating func load(_ keys: [Int], unlessLocked: Bool = false, in transaction: any Transaction) async throws {
        let missing = keys.filter { executions[$0] == nil }
        if missing.isEmpty { return }
        for stored in try await room.executions.lock(missing, unlessLocked: unlessLocked, in: transaction) {
            executions[stored.key] = stored
        }
    }

    /// Reads executions by their ids as they stand in this transaction, all at once; those that do not exist are left out.
    mutating func load(_ ids: Set<ExecutionID>, in transaction: any Transaction) async throws -> [ExecutionID: StoredExecution] {
        if ids.isEmpty { return [:] }
        let found = try await room.executions.lock(Array(ids), in: transaction)
        for stored in found where executions[stored.key] == nil { executions[stored.key] = stored }
        return Dictionary(found.map { ($0.execution.id, executions[$0.key] ?? $0) }, uniquingKeysWith: { first, _ in first })
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
            let waiting = try await room.branches.all(key, states: [.waiting], in: transaction)
            let adrift = try await room.adrift(waiting, of: key, in: transaction)
            for branch in waiting {
                let isAdrift = adrift.contains(branch.number)
                let cause = isAdrift ? "Ended: \(sentence)" : "Not begun: \(sentence)"
                try await move(branch, to: isAdrift ? .cancelling : .cancelled, cause: cause, at: now, in: transaction)
            }
        }
        return true
    }

    /// Decides the states of the executions that were touched, stores and numbers everything, and returns what to publish after the commit.
    mutating func finish(at now: Timestamp, in transaction: any Transaction) async throws -> Publication {
        var publication = Publication()
        var (stories, news): ([(execution: Int, items: [FeedItem])], [Outbox.News]) = ([], [])
        for key in Set(events.keys).union(changed).sorted() {
            if begun.contains(key), !changed.contains(key), let stored = executions[key] {
                let items = try Self.items(events[key] ?? [], after: 0, at: now)
                stories.append((key, items))
                publication.feeds.append((stored.execution.id, items))
                continue
            }
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
            let items = try Self.items(events[key] ?? [], after: stored.execution.lastSequence, at: now)
            stored.execution.lastSequence += items.count
            if hasChanged {
                news.append(
                    Outbox.News(
                        topic: ExecutionsRoom.overviewTopic, kind: "execution.\(stored.execution.state.rawValue)",
                        payload: try JSONCodec.text(stored.execution)))
            }
            if hasChanged, stored.execution.state.isFinal { ended.append(stored.execution) }
            executions[key] = stored
            if items.isEmpty { continue }
            stories.append((key, items))
            publication.feeds.append((stored.execution.id, items))
        }
        let touched = Set(events.keys).subtracting(begun).union(changed).sorted().compactMap { executions[$0] }
        try await room.executions.update(touched, in: transaction)
        try await room.feed.append(stories, in: transaction)
        try await Outbox.bus.append(news, in: transaction, at: now)
        publication.hasNews = !news.isEmpty
        publication.isTold = try await tellOthers(touched, at: now, in: transaction)
        return publication
    }

    /// Numbers what happened. What steps printed comes first, so that all that one transaction tells of states stands together.
    private static func items(_ events: [FeedEvent], after last: Int, at now: Timestamp) throws -> [FeedItem] {
        let ordered = events.filter(\.isOutput) + events.filter { !$0.isOutput }
        return try ordered.enumerated().map { offset, event in
            var item = FeedItem(sequence: last + 1 + offset, at: now, event: event)
            if !event.isOutput { item.json = try item.plainJSON ?? JSONCodec.encode(item.entry()) }
            return item
        }
    }
}

/// What is published after a commit.
struct Publication: Sendable {
    var feeds: [(execution: ExecutionID, items: [FeedItem])] = []
    var hasNews = false
    /// Whether other services are told something.
    var isTold = false
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
        if isTold { room.news.ring() }
        if hasFreeLocks {
            // What was stored is stored; the next look for silent workers does this again.
            do { try await HoldOperations(room: room).admit() } catch {
                room.logger.warning("Free locks could not be given away", metadata: ["error": "\(error)"])
            }
        }
        if hasWork { await room.ringForWork() }
    }
}
