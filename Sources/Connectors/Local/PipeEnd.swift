import CEpoll
import Glibc
import Reactor

/// Our end of a pipe. It is watched edge-triggered: the flag stays up until the pipe has no more to give or to take, so a reader that is
/// slow leaves the bytes in the pipe and slows the child.
///
/// `@unchecked Sendable`: used on the reactor's thread only.
final class PipeEnd: @unchecked Sendable {
    private let descriptor: Int32
    private let reactor: Reactor
    private var isReady = true
    /// Whether it was closed, by us or because the other side is at its end.
    private(set) var isClosed = false

    init(_ descriptor: Int32, _ interest: Readiness, _ reactor: Reactor, _ changed: Signal) {
        self.descriptor = descriptor
        self.reactor = reactor
        let edges = Readiness(rawValue: EPOLLET.rawValue)
        reactor.watch(descriptor, for: [interest, edges]) { [weak self] _ in
            self?.isReady = true
            changed.fire()
        }
    }

    /// The next bytes; nil when there are none now, or never again.
    func read() -> [UInt8]? {
        guard isReady, !isClosed else { return nil }
        let buffer = reactor.scratch
        let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        if count > 0 { return Array(buffer[0..<count]) }
        if count < 0, errno == EAGAIN || errno == EINTR {
            isReady = errno == EINTR
            return nil
        }
        close()
        return nil
    }

    /// Writes what fits; returns how far it came. Nobody who reads any more counts as written to the end.
    func write(_ bytes: [UInt8], from start: Int) -> Int {
        var sent = start
        while sent < bytes.count, isReady, !isClosed {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent) }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                isReady = false
            } else if errno != EINTR {
                return bytes.count
            }
        }
        return sent
    }

    /// Closes it; nothing happens the second time.
    func close() {
        if isClosed { return }
        isClosed = true
        reactor.unwatch(descriptor)
        Glibc.close(descriptor)
    }
}
