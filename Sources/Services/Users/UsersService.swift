import Bus
import Logging
import Store
import Vocabulary
import Web

/// The Users service: people and their roles.
package struct UsersService: Sendable {
    /// The name of the service, its database and its identity.
    package static let name = "users"
    /// The schema, to be brought up to date before the service is made.
    package static let migrations: [Migration] = UsersMigrations.all

    private let operations: UserOperations

    /// Works on its own database; calls Auth through `peer` when a user is disabled or deleted; rings `SignInNews` on `bus`.
    package init(
        database: any Database, peer: any Peer, bus: any Bus, news: NewsDesk, clock: any WallClock, ids: any IDSource, logger: Logger
    ) {
        operations = UserOperations(database: database, peer: peer, bus: bus, news: news, clock: clock, ids: ids, logger: logger)
    }

    /// Adds all endpoints of `UsersAPI`.
    package func routes(into routes: inout Routes) {
        UserRoutes(users: operations).add(to: &routes)
    }
}
