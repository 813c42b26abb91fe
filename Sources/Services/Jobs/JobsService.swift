import Store
import Vocabulary
import Web

/// The Jobs service: versioned descriptions of work.
package struct JobsService: Sendable {
    /// The name of the service, its database and its identity.
    package static let name = "jobs"
    /// The schema, to be brought up to date before the service is made.
    package static let migrations: [Migration] = JobsMigrations.all

    private let operations: JobOperations

    /// Works on its own database; calls Executions through `peer` to start a run.
    package init(database: any Database, peer: any Peer, news: NewsDesk, clock: any WallClock, ids: any IDSource) {
        operations = JobOperations(database: database, peer: peer, news: news, clock: clock, ids: ids)
    }

    /// Adds all endpoints of `JobsAPI`.
    package func routes(into routes: inout Routes) {
        JobRoutes(jobs: operations).add(to: &routes)
    }
}
