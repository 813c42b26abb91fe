import Contracts
import Store
import Vocabulary
import Web

/// Collects what one transaction does to executions, numbers and stores it, and hands it out after the commit.
struct FeedWriter: Sendable {
    private(set) var events: [Int: [FeedEvent]] = [:]
    private(set) var executions: [Int: StoredExecution] = [:]
    private let room: ExecutionsRoom

    init(_ room: ExecutionsRoom) { self.room = room }

    /// The execution as it stands in this transaction.
    mutating func execution(_ key: Int, in transaction: any Transaction) async throws -> StoredExecution? {
        if let known = executions[key] { return known }
        let stored = try await room.executions.find(key: key, in: transaction)
        executions[key] = stored
        return stored
    }

    /// Takes over a change of an execution that was read through this writer.
    mutating func change(_ stored: StoredExecution) { executions[stored.key] = stored }

    /// Adds an event to the feed of an execution.
    mutating func add(_ event: FeedEvent, to key: Int) { events[key, default: []].append(event) }

    /// Moves a branch to another state: stores it, counts it and tells it. An impossible move is ignored.
    mutating func move(
        _ branch: StoredBranch, to state: BranchState, cause: String? = nil, at now: Timestamp, in transaction: any Transaction
    ) async throws {
        guard ExecutionRules.allows(branch.state, state), var stored = try await execution(branch.execution, in: transaction)
        else { return }
        var moved = branch
        moved.state = state
        moved.cause = cause
        if state.isFinal { moved.endedAt = now }
        try await room.branches.update(moved, in: transaction)
        stored.execution.counts.move(from: branch.state, to: state)
        change(stored)
        add(.branch(branch.number, state, cause: cause), to: branch.execution)
    }

    /// Decides the states of the executions that were touched, stores and numbers everything, and returns what to publish after the commit.
    mutating func finish(at now: Timestamp, in transaction: any Transaction) async throws -> Publication {
        var publication = Publication()
        for key in executions.keys.sorted() {
            guard var stored = executions[key] else { continue }
            let before = stored.execution.state
            stored.execution.state = ExecutionRules.state(of: stored.execution.counts, isCancelling: stored.isCancelling)
            if stored.execution.startedAt == nil, stored.execution.counts.waiting < stored.execution.counts.total {
                stored.execution.startedAt = now
            }
            if stored.execution.state.isFinal, stored.execution.endedAt == nil { stored.execution.endedAt = now }
            let hasChanged = stored.execution.state != before
            if hasChanged { events[key, default: []].append(.execution(stored.execution)) }
            try await room.executions.update(stored, in: transaction)
            if hasChanged {
                let news = try Outbox.News(
                    topic: ExecutionsRoom.overviewTopic, kind: "execution.\(stored.execution.state.rawValue)",
                    payload: JSONCodec.text(stored.execution))
                try await Outbox.append([news], in: transaction, at: now)
                publication.hasNews = true
            }
            executions[key] = stored
        }
        for key in events.keys.sorted() {
            guard let list = events[key], !list.isEmpty, let stored = try await execution(key, in: transaction) else { continue }
            let first = try await room.executions.takeSequence(key, list.count, in: transaction)
            let items = list.enumerated().map { FeedItem(sequence: first + $0, at: now, event: $1) }
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

    /// Rings the doorbells: the feeds' readers, and the relay of the outbox.
    func send(from room: ExecutionsRoom) async throws {
        for (execution, items) in feeds {
            await room.bus.publish(ExecutionsRoom.feedTopic(execution), try FeedBatch(items).payload)
        }
        if hasNews { room.relay.ring() }
    }
}
