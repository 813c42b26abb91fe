import Logging
import Store
import Vocabulary

extension NewsDesk {
    /// A desk whose news stay in the database, where tests may look at them.
    package static func unheard(_ database: any Database) -> NewsDesk {
        struct Nobody: Peer {
            func call<Input, Output>(
                _ endpoint: Endpoint<Input, Output>, _ path: [String: String], _ input: Input, as caller: Caller, idempotencyKey: String?
            ) async throws -> Output { throw Problem.unavailable("Nobody listens.") }
        }
        return NewsDesk(
            from: "test", database: database, peer: Nobody(), receivers: [:], clock: SystemClock(), ids: SystemIDs(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// What lies in a desk's table, oldest first, for one receiver.
    package static func lying(in database: any Database, for receiver: String) async throws -> [(kind: String, payload: String)] {
        try await database.read { transaction in
            try await transaction.query(
                "-- test.news\nSELECT kind, payload FROM news WHERE topic = \(receiver) ORDER BY position"
            ).map { (try $0.text("kind"), try $0.text("payload")) }
        }
    }
}
