import Glibc
import NIOCore

/// Sockets that are connected before an event loop takes them over, so that they can be asked what the other side has acknowledged.
enum TCPSocket {
    private static let patienceSeconds = 5
    /// `SIOCOUTQ` of tcp(7): how many bytes were not acknowledged.
    private static let outQueue: UInt = 0x5411

    /// Connects within some seconds; blocks meanwhile.
    /// - Throws: `SyslogError.unreachable`.
    static func connect(_ host: String, _ port: Int) throws -> CInt {
        let address: SocketAddress
        do {
            address = try SocketAddress.makeAddressResolvingHost(host, port: port)
        } catch {
            throw SyslogError.unreachable(host: host, reason: "its name is not known")
        }
        let family = address.protocol == .inet6 ? AF_INET6 : AF_INET
        let made = socket(family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard made >= 0 else { throw SyslogError.unreachable(host: host, reason: reason()) }
        // Linux holds connect(2) to this too.
        var limit = timeval(tv_sec: patienceSeconds, tv_usec: 0)
        setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let result = address.withSockAddr { pointer, size in Glibc.connect(made, pointer, socklen_t(size)) }
        guard result == 0 else {
            let why = reason()
            close(made)
            throw SyslogError.unreachable(host: host, reason: why)
        }
        return made
    }

    /// How many bytes of a connected socket the other side has not acknowledged; nil when it cannot be told.
    static func unacknowledged(_ socket: CInt) -> Int? {
        var count: CInt = 0
        return ioctl(socket, outQueue, &count) == 0 ? Int(count) : nil
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
