import Foundation

/// Where Redis is.
package struct RedisSettings: Sendable, Hashable {
    /// The host's name or address.
    package var host: String
    /// The TCP port.
    package var port: Int
    /// The user of the access control list; nil is the default user.
    package var user: String?
    /// The password; nil needs none.
    package var password: String?
    /// The number of the database.
    package var database: Int
    /// In front of every channel, so that several installations can share a server.
    package var prefix = "opsconductor:"

    /// Reads `redis://[[user]:password@]host[:port][/database]`; nil for anything else.
    package init?(url: String) {
        guard let parts = URLComponents(string: url), parts.scheme == "redis", let host = parts.host, !host.isEmpty else { return nil }
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        port = parts.port ?? 6379
        user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        password = parts.password
        let path = parts.path.drop { $0 == "/" }
        guard path.isEmpty || Int(path) != nil, parts.query == nil, (1...65_535).contains(port) else { return nil }
        database = Int(path) ?? 0
    }
}

/// What can go wrong with Redis.
package enum RedisError: Error, Sendable, Hashable, CustomStringConvertible {
    /// It cannot be reached, or the connection broke.
    case unavailable(String)
    /// It refused a command.
    case refused(String)
    /// It said something that is no RESP.
    case garbled

    /// In words.
    package var description: String {
        switch self {
        case .unavailable(let why): "Redis cannot be reached: \(why)."
        case .refused(let why): "Redis refused a command: \(why)."
        case .garbled: "What answers in place of Redis does not speak its protocol."
        }
    }
}
