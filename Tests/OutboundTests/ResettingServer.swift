import Glibc
import Synchronization

/// Accepts connections on loopback and resets each at once.
final class ResettingServer: Sendable {
    /// Where it listens.
    let port: Int
    private let descriptor: Int32
    private let isOver = Atomic(false)

    /// Starts it; nil when the system gives no socket.
    init?() {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = descriptor
        let isListening = withUnsafeMutablePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        port = Int(UInt16(bigEndian: place.sin_port))
        guard isListening else { return nil }
    }

    /// Accepts until it is stopped; blocks its thread.
    func serve() {
        while true {
            let connection = accept(descriptor, nil, nil)
            if isOver.load(ordering: .acquiring) || connection < 0 { break }
            var end = linger(l_onoff: 1, l_linger: 0)
            setsockopt(connection, SOL_SOCKET, SO_LINGER, &end, socklen_t(MemoryLayout<linger>.size))
            close(connection)
        }
    }

    /// Ends it.
    func stop() {
        isOver.store(true, ordering: .releasing)
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    deinit { close(descriptor) }
}
