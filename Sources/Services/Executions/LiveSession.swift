import Bus
import Contracts
import Store
import Vocabulary
import Web

/// One client on `/ws`: follows executions and the overview until it leaves.
struct LiveSession: Sendable {
    let room: ExecutionsRoom
    let socket: any LiveSocket
    let caller: Caller

    /// Serves the client until it leaves.
    func run() async {
        var following: [ExecutionID: Task<Void, Never>] = [:]
        var overview: Task<Void, Never>?
        for await message in socket.messages {
            do {
                let request = try JSONCodec.decode(LiveRequest.self, from: Array(message.utf8))
                if let follow = request.follow {
                    following.removeValue(forKey: follow.execution)?.cancel()
                    following[follow.execution] = Task { await self.follow(follow) }
                }
                if let execution = request.unfollow { following.removeValue(forKey: execution)?.cancel() }
                if let wanted = request.overview {
                    overview?.cancel()
                    overview = wanted ? Task { await self.followOverview() } : nil
                }
            } catch {
                try? await send(LiveAnswer(problem: .invalid("The message is not a request: \(Self.reason(error))")))
            }
        }
        overview?.cancel()
        for task in following.values { task.cancel() }
    }

    private static func reason(_ error: any Error) -> String {
        (error as? any ProblemConvertible)?.problem.detail ?? "send {\"follow\": {\"execution\": ID, \"after\": 0}}, unfollow or overview."
    }

    private func send(_ answer: LiveAnswer) async throws {
        try await socket.send([try LiveMessage(json: answer)])
    }

    /// Sends everything after a number, from the store, and then as it happens; what the bus lost is read from the store again.
    private func follow(_ wish: FollowExecution) async {
        do {
            guard caller.holds(.executionsRead) else { throw Problem.forbidden(.executionsRead) }
            try await room.noteReading(of: wish.execution.text, by: caller, isFollowing: true)
            let key = try await room.database.read { try await room.require(wish.execution.text, in: $0).key }
            let news = room.bus.subscribe([ExecutionsRoom.feedTopic(wish.execution)], buffer: 64)
            defer { news.cancel() }
            var iterator = news.makeAsyncIterator()
            var sent = try await catchUp(wish, key, after: wish.after)
            try await send(LiveAnswer(execution: wish.execution, caughtUp: true))
            while let signal = await iterator.next() {
                guard case .message(let message) = signal, let batch = FeedBatch(payload: message.payload) else {
                    sent = try await catchUp(wish, key, after: sent)
                    continue
                }
                if batch.last <= sent { continue }
                if batch.first > sent + 1 {
                    sent = try await catchUp(wish, key, after: sent)
                    continue
                }
                if let frame = batch.frame(execution: wish.execution, after: sent, branch: wish.branch) {
                    try await socket.send([LiveMessage(utf8: frame)])
                }
                sent = batch.last
            }
        } catch is CancellationError {
            return
        } catch {
            let problem = (error as? any ProblemConvertible)?.problem ?? .unavailable("The execution could not be read; try again.")
            try? await send(LiveAnswer(execution: wish.execution, problem: problem))
        }
    }

    private func catchUp(_ wish: FollowExecution, _ key: Int, after start: Int) async throws -> Int {
        let scope = wish.branch.map { FeedScope.outputOf($0) } ?? .everything
        var sent = start
        while true {
            let after = sent
            let items = try await room.database.read { transaction in
                guard let stored = try await room.executions.find(key: key, in: transaction) else { return [FeedItem]() }
                return try await FeedReader(room: room).read(stored, after: after, scope, limit: 200, in: transaction)
            }
            guard let last = items.last else { break }
            let answer = LiveAnswer(execution: wish.execution, entries: items.map { $0.entry() })
            try await send(answer)
            sent = last.sequence
            if items.count < 200 { break }
        }
        guard wish.branch != nil else { return sent }
        let after = sent
        // Another branch's output may follow what was sent; it counts as seen.
        let newest = try await room.database.read { try await room.executions.find(key: key, in: $0)?.execution.lastSequence }
        let rest = try await room.database.read { transaction in
            guard let stored = try await room.executions.find(key: key, in: transaction) else { return [FeedItem]() }
            return try await FeedReader(room: room).read(stored, after: after, scope, limit: 1, in: transaction)
        }
        return rest.isEmpty ? max(sent, newest ?? sent) : sent
    }

    private func followOverview() async {
        guard caller.holds(.executionsRead) else {
            try? await send(LiveAnswer(problem: .forbidden(.executionsRead)))
            return
        }
        let news = room.bus.subscribe([ExecutionsRoom.overviewTopic], buffer: 256)
        var known: [ExecutionID: Execution] = [:]
        do {
            for await signal in news {
                for execution in try await self.news(in: signal) where known[execution.id] != execution {
                    if known.count > 1000 { known = [:] }
                    known[execution.id] = execution
                    try await send(LiveAnswer(overview: execution))
                }
            }
        } catch { return }
    }

    /// The executions that a signal tells of; the newest ones when it says that something was missed.
    private func news(in signal: BusSignal) async throws -> [Execution] {
        switch signal {
        case .message(let message):
            return (try? JSONCodec.decode(Execution.self, from: message.payload)).map { [$0] } ?? []
        case .missed:
            let newest = try await room.database.read { transaction in
                try await room.executions.list(ExecutionQuery(), before: nil, limit: 50, in: transaction)
            }
            return newest.reversed().map(\.execution)
        }
    }
}
