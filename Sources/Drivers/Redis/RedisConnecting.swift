import Glibc
import Reactor

/// Opens connections on threads of their own, because name resolution blocks.
struct RedisConnecting: Sendable {
    private static let threads = BlockingThreads(limit: 2)
    private static let patience = timeval(tv_sec: 5, tv_usec: 0)

    let settings: RedisSettings
    let reactor: Reactor

    /// A connection that is signed in and has its database chosen, to a server that answers.
    /// - Throws: `RedisError`.
    func open() async throws -> RedisConnection {
        let result: Result<Int32, RedisError> = await withCheckedContinuation { continuation in
            Self.threads.submit { continuation.resume(returning: connect()) }
        }
        let connection = RedisConnection(try result.get(), on: reactor)
        await connection.start()
        if let password = settings.password {
            let words = [settings.user, password].compactMap { $0 }
            try await connection.ask((["AUTH"] + words).map { Array($0.utf8) })
        }
        if settings.database != 0 { try await connection.ask([Array("SELECT".utf8), Array("\(settings.database)".utf8)]) }
        try await connection.ask([Array("PING".utf8)])
        return connection
    }

    private func connect() -> Result<Int32, RedisError> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(settings.host, "\(settings.port)", &hints, &found)
        guard code == 0 else {
            return .failure(.unavailable("\(settings.host) cannot be resolved: \(String(cString: gai_strerror(code)))"))
        }
        defer { freeaddrinfo(found) }
        var failure = "there is no address"
        var next = found
        while let place = next {
            next = place.pointee.ai_next
            let descriptor = socket(place.pointee.ai_family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            if descriptor < 0 { continue }
            var (patience, yes) = (Self.patience, Int32(1))
            setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
            setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &yes, 4)
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, 4)
            // A server whose machine is gone, or has another address, acknowledges nothing any more.
            for (option, value) in [(TCP_KEEPIDLE, 5), (TCP_KEEPINTVL, 2), (TCP_KEEPCNT, 3), (TCP_USER_TIMEOUT, 5000)] as [(Int32, Int32)] {
                var value = value
                setsockopt(descriptor, Int32(IPPROTO_TCP), option, &value, 4)
            }
            if Glibc.connect(descriptor, place.pointee.ai_addr, place.pointee.ai_addrlen) == 0 {
                _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
                return .success(descriptor)
            }
            failure = String(cString: strerror(errno))
            close(descriptor)
        }
        return .failure(.unavailable("\(settings.host) port \(settings.port): \(failure)"))
    }
}
