import CPQ

/// Where a service's database is, and how patient its driver is.
package struct PostgreSQLSettings: Sendable {
    /// A libpq connection URI such as `postgresql://user:password@host/database?sslmode=verify-full`; its TLS parameters are libpq's.
    package var url: String
    /// At most so many connections.
    package var connections = 10
    /// A connection that nobody has used for so long is closed.
    package var idle: Duration = .seconds(60)
    /// The server ends a statement that takes longer.
    package var statementTimeout: Duration = .seconds(30)
    /// The server gives a statement up that waits longer for a lock.
    package var lockTimeout: Duration = .seconds(10)
    /// How long a transaction is tried again after a conflict, a broken connection or while the server is away.
    package var patience: Duration = .seconds(10)
    /// Shown in the server's list of connections.
    package var applicationName = "opsconductor"

    /// Settings with everything but the place left as usual.
    package init(url: String) { self.url = url }

    /// Whether libpq can read the URI. Its own words are not passed on, because they may hold a part of the password.
    package static func isReadable(_ url: String) -> Bool {
        guard url.hasPrefix("postgresql://") || url.hasPrefix("postgres://"), let options = PQconninfoParse(url, nil) else { return false }
        PQconninfoFree(options)
        return true
    }
}
