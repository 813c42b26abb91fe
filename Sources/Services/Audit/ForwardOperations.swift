import Ledger
import Store
import Vocabulary

/// Forwards entries and signed heads to a place outside, at least once and in order for each chain, by one process at a time. Nothing waits for it.
struct ForwardOperations: Sendable {
    let room: AuditRoom
    let sink: any EventSink
    /// What this process is called in messages: its machine.
    let host: String
    private let holder: String
    private static let (page, lease) = (200, Duration.seconds(60))

    init(room: AuditRoom, sink: any EventSink, host: String) {
        self.room = room
        self.sink = sink
        self.host = host
        holder = room.ids.next()
    }

    /// Forwards a page of each chain and returns how many messages that were; nil while another process forwards.
    /// - Throws: what the sink threw; `StoreError`.
    func tick() async throws -> Int? {
        guard try await claim() else { return nil }
        let places = try await room.forwarding.forwarded(in: room.database)
        var sent = 0
        for source in try await room.store.sources(in: room.database) {
            var place = places[source] ?? Forwarded(source: source, entries: 0, heads: 0)
            let entries = try await room.store.entries(
                of: source, after: place.entries, EntryFilter(), limit: Self.page, in: room.database)
            let heads = try await room.store.heads(of: source, after: place.heads, limit: Self.page, in: room.database)
            if entries.isEmpty && heads.isEmpty { continue }
            try await sink.send(entries.map { SyslogMessage.of($0, host: host) } + heads.map { SyslogMessage.of($0, host: host) })
            place.entries = entries.last?.number ?? place.entries
            place.heads = heads.last?.number ?? place.heads
            // Another process has taken over while this one was slow: it sends the same again.
            guard try await keep(place) else { return nil }
            sent += entries.count + heads.count
        }
        return sent
    }

    private func claim() async throws -> Bool {
        let now = room.clock.now()
        return try await room.database.transact(.lockingRows) {
            try await room.forwarding.claim(holder, until: now + Self.lease, at: now, in: $0)
        }
    }

    private func keep(_ place: Forwarded) async throws -> Bool {
        let now = room.clock.now()
        return try await room.database.transact(.lockingRows) { transaction in
            guard try await room.forwarding.claim(holder, until: now + Self.lease, at: now, in: transaction) else { return false }
            try await room.forwarding.keep([place], in: transaction)
            return true
        }
    }

    /// Forwards until the task is cancelled; while the other side is away it is tried every few seconds.
    func run() async {
        while !Task.isCancelled {
            do {
                while let sent = try await tick(), sent > 0 {}
            } catch is CancellationError {
                break
            } catch {
                room.logger.warning("The audit log could not be forwarded; it is tried again", metadata: ["error": "\(error)"])
                try? await room.clock.sleep(for: .seconds(3))
            }
            await room.forwardBell.wait(atMost: .seconds(5), room.clock)
        }
        await sink.close()
    }

    /// How many entries of each chain are not forwarded yet.
    func lag() async throws -> [(source: String, entries: Int)] {
        let places = try await room.forwarding.forwarded(in: room.database)
        return try await room.store.chains(in: room.database).map { ($0.source, $0.number - (places[$0.source]?.entries ?? 0)) }
    }
}
