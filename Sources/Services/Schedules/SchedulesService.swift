import Contracts
import Logging
import Store
import Vocabulary
import Web

/// The Schedules service: when jobs run by themselves, and on which events.
package struct SchedulesService: Sendable {
    /// The name of the service, its database and its identity.
    package static let name = SchedulesAPI.name
    /// The schema, to be brought up to date before the service is made.
    package static let migrations: [Migration] = SchedulesMigrations.all

    private let database: any Database
    private let peer: any Peer
    private let news: NewsDesk
    private let clock: any WallClock
    private let ids: any IDSource
    private let logger: Logger

    /// Works on its own database.
    package init(database: any Database, peer: any Peer, news: NewsDesk, clock: any WallClock, ids: any IDSource, logger: Logger) {
        self.database = database
        self.peer = peer
        self.news = news
        self.clock = clock
        self.ids = ids
        self.logger = logger
    }

    /// Adds all endpoints of `SchedulesAPI`.
    package func routes(into routes: inout Routes) {
        routes.serve(SchedulesAPI.news) { _ in Nothing() }
    }
}
