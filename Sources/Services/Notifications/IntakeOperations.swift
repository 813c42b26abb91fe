import Contracts
import Store
import Vocabulary

/// Takes news: remembers what was taken, and plans who is to hear of it, all in one transaction.
struct IntakeOperations: Sendable {
    let room: NotificationsRoom

    /// Takes items of one service, each once however often it comes.
    func take(_ delivery: NewsDelivery) async throws {
        let news = EventNews(publicURL: room.settings.publicURL)
        var known: [(id: String, jobs: [JobID], happenings: EventNews.Reading)] = []
        for item in delivery.items {
            do {
                if let read = try news.read(item) { known.append((item.id, read.jobs, read.happenings)) }
            } catch {
                // What cannot be read now cannot be read later either, and must not hold up what comes behind it.
                room.logger.error("News could not be read", metadata: ["kind": "\(item.kind)", "id": "\(item.id)", "error": "\(error)"])
            }
        }
        guard !known.isEmpty else { return }
        let items = known
        try await room.database.transact { transaction in
            let now = room.clock.now()
            let fresh = Set(try await room.heard.take(items.map(\.id), at: now, in: transaction))
            let news = items.filter { fresh.contains($0.id) }
            guard !news.isEmpty else { return }
            var failures = try await room.heard.failures(of: Array(Set(news.flatMap(\.jobs))).sorted { $0.text < $1.text }, in: transaction)
            let before = failures
            var planner = try await Planner(room, at: now, in: transaction)
            for item in news {
                for happening in item.happenings(&failures) { try await planner.plan(happening, in: transaction) }
            }
            try await room.heard.keep(failures.filter { before[$0.key] != $0.value }, at: now, in: transaction)
        }
        room.bell.ring()
    }
}
