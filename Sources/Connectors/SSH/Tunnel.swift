import CEpoll
import CLibSSH
import ConnectorPort
import Glibc
import Reactor

/// A direct-tcpip channel of a jump host and one end of a socket pair; the other end is the socket of the inner session. Either direction
/// holds at most one piece, so a slow reader slows the far end.
///
/// `@unchecked Sendable`: used on the jump session's reactor only.
final class Tunnel: @unchecked Sendable {
    let channel: SSHChannel
    let descriptor: Int32
    /// Fires when the socket is ready for something.
    let socketReady: Signal
    private let reactor: Reactor
    private(set) var isOpen = true

    init(_ channel: SSHChannel, _ descriptor: Int32, _ reactor: Reactor) {
        self.channel = channel
        self.descriptor = descriptor
        self.reactor = reactor
        socketReady = Signal(reactor)
        // Edge-triggered: two loops wait for two directions, and one that is not read must not spin.
        let edges = Readiness(rawValue: EPOLLET.rawValue)
        reactor.watch(descriptor, for: [.readable, .writable, edges]) { [socketReady] _ in socketReady.fire() }
    }

    /// Closes the socket and wakes both loops.
    func close() {
        if !isOpen { return }
        isOpen = false
        reactor.unwatch(descriptor)
        Glibc.close(descriptor)
        socketReady.fire()
        channel.changed.fire()
    }
}

extension SSHSession {
    /// Opens a way through this host. Returns the socket for the inner session, which belongs to the caller.
    func openTunnel(to host: String, port: Int, for inner: SSHSession) async throws -> Int32 {
        let channel = try newChannel()
        do {
            let code = try await settle(orUntil: { inner.interruptionNow != nil }) { _ in
                // The originator (RFC 4254 section 7.2) is only for the jump host's log.
                ssh_channel_open_forward(channel.pointer, host, Int32(port), "opsconductor", 0)
            }
            guard let code else { throw Interrupted(why: inner.interruptionNow ?? .cancelled) }
            guard code == SSH_OK else {
                throw ConnectorError(
                    .unreachable, "The jump host \(place) could not reach \(host) port \(port): \(handle.failure).")
            }
            var ends: [Int32] = [0, 0]
            let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
                throw ConnectorError(.unreachable, "This machine has no socket left for \(host): \(String(cString: strerror(errno))).")
            }
            let tunnel = Tunnel(channel, ends[1], reactor)
            tunnels.append(tunnel)
            Task { await self.carryIn(tunnel) }
            Task { await self.carryOut(tunnel) }
            return ends[0]
        } catch {
            dismiss(channel)
            throw error
        }
    }

    /// From the far end to the inner session.
    private func carryIn(_ tunnel: Tunnel) async {
        while tunnel.isOpen {
            let seen = tunnel.channel.changed.generation
            if let (stream, bytes) = tunnel.channel.take() {
                if stream == .stdout, await !send(bytes, tunnel) { break }
            } else if tunnel.channel.isClosed || tunnel.channel.isAtEnd || lost != nil {
                break
            } else {
                adjustInterest()
                await tunnel.channel.changed.wait(since: seen)
            }
        }
        drop(tunnel)
    }

    private func send(_ bytes: [UInt8], _ tunnel: Tunnel) async -> Bool {
        var sent = 0
        while sent < bytes.count {
            guard tunnel.isOpen else { return false }
            let seen = tunnel.socketReady.generation
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(tunnel.descriptor, buffer.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                await tunnel.socketReady.wait(since: seen)
            } else {
                return false
            }
        }
        return true
    }

    /// From the inner session to the far end.
    private func carryOut(_ tunnel: Tunnel) async {
        while tunnel.isOpen {
            let seen = tunnel.socketReady.generation
            let count = Glibc.read(tunnel.descriptor, reactor.scratch.baseAddress, 32_768)
            if count > 0 {
                let bytes = Array(reactor.scratch[0..<count])
                guard await write(bytes, to: tunnel.channel, for: tunnel) else { break }
            } else if count < 0, errno == EAGAIN {
                await tunnel.socketReady.wait(since: seen)
            } else {
                break
            }
        }
        drop(tunnel)
    }

    private func write(_ bytes: [UInt8], to channel: SSHChannel, for tunnel: Tunnel) async -> Bool {
        var sent = 0
        while sent < bytes.count {
            let seen = channel.changed.generation
            guard tunnel.isOpen, let count = try? feed(bytes, from: sent, to: channel) else { return false }
            sent += count
            if count == 0 { await roomToWrite(channel, since: seen) }
        }
        return true
    }

    private func drop(_ tunnel: Tunnel) {
        tunnel.close()
        guard tunnels.contains(where: { $0 === tunnel }) else { return }
        tunnels.removeAll { $0 === tunnel }
        dismiss(tunnel.channel)
    }
}
