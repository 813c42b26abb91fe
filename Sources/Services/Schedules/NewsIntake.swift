import Vocabulary

/// Hands news to everybody in this service who listens. Each of them takes what comes twice as if it came once.
struct NewsIntake: Sendable {
    let room: SchedulesRoom

    /// Takes a delivery.
    func take(_ delivery: NewsDelivery) async throws {
        try await NewsOperations(room: room).take(delivery)
        try await RuleIntake(room: room.events).take(delivery)
    }
}
