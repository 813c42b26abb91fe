import CEpoll
import ConnectorPort
import Glibc
import Reactor

extension SSHSession {
    /// The addresses of the plan's host. Only names need another thread.
    func resolve(_ plan: ConnectionPlan, _ threads: BlockingThreads) async throws -> [NetworkAddress] {
        let (host, port) = (plan.host, plan.port)
        guard (1...65_535).contains(port) else {
            throw ConnectorError(.unreachable, "\(port) is not a port of \(place.target); use 1 to 65535.")
        }
        if case .success(let addresses) = NetworkAddress.resolve(host, port: port, onlyNumeric: true) { return addresses }
        let arrival = Arrival<Result<[NetworkAddress], ResolutionFailure>>(reactor, activity)
        threads.submit { arrival.deliver(NetworkAddress.resolve(host, port: port, onlyNumeric: false)) }
        switch try await wait(for: arrival) {
        case .success(let addresses) where !addresses.isEmpty: return addresses
        case .success:
            throw ConnectorError(.unknownHost, "The host \(host) has no address; check the name or use an address.")
        case .failure(let failure):
            throw ConnectorError(
                .unknownHost, "The host \(host) is not known (\(failure.text)); check the name or use an address.")
        }
    }

    /// Connects to the first address that accepts, each getting a fair share of the time. Returns that address.
    func dial(_ addresses: [NetworkAddress], limit: Duration) async throws -> String {
        let end = Moment.now() + limit
        var failure: Int32 = ETIMEDOUT
        for (index, address) in addresses.enumerated() {
            let share = (end - .now()) / (addresses.count - index)
            failure = try await connect(to: address, within: index == addresses.count - 1 ? nil : share)
            if failure == 0 { return address.text }
        }
        let reason = String(cString: strerror(failure))
        switch failure {
        case ECONNREFUSED:
            throw ConnectorError(
                .refused, "\(place) refused the connection; check the port and whether the SSH server runs.")
        case ETIMEDOUT:
            throw ConnectorError(.timedOut, "Nobody answered at \(place); check the address and the firewalls on the way.")
        default: throw ConnectorError(.unreachable, "\(place) cannot be reached: \(reason).")
        }
    }

    /// Returns 0 or the error number of connect(2).
    private func connect(to address: NetworkAddress, within share: Duration?) async throws -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, kind, 0)
        guard descriptor >= 0 else { return errno }
        handle.descriptor = descriptor
        let end = share.map { Moment.now() + $0 }
        let timer = end.map { end in reactor.timer(at: end) { [activity] in activity.fire() } }
        defer { if let timer { reactor.cancelTimer(timer) } }
        var code = address.startConnecting(descriptor)
        if code == EINPROGRESS { watchSocket(for: .writable) }
        while code == EINPROGRESS || code == EALREADY {
            let seen = activity.generation
            try checkInterruption()
            if let end, .now() >= end {
                code = ETIMEDOUT
                break
            }
            await activity.wait(since: seen)
            // Asked again, connect(2) tells how it went.
            code = address.startConnecting(descriptor)
        }
        if code != 0, code != EISCONN {
            handle.release()
            return code
        }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        return 0
    }
}
