import CLibSSH
import ConnectorPort
import Glibc
import Reactor

/// One libssh session that never blocks, at home on a reactor. `ssh_event_dopoll` serves the socket for all channels; the channels'
/// callbacks only raise signals, and their bytes stay in libssh, with the window shut, until somebody takes them.
actor SSHSession {
    /// Why the opening is to stop.
    enum Interruption: Sendable {
        case cancelled
        case timedOut
    }

    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
    let handle: SessionHandle
    /// `name (host:port)` for messages.
    nonisolated let place: Place
    /// Fires when something was read or written, and when the session is lost.
    nonisolated let activity: Signal
    /// Set while opening, when the opening has to stop.
    var interruption: Interruption?
    /// The activity of the jump host through which this session is being opened; the two share a reactor.
    var jumpActivity: Signal?
    /// The first bytes of the peer, kept until it has identified itself.
    var greeting: [UInt8]?
    /// Why the session is no longer usable; nil while it is.
    private(set) var lost: String?
    private(set) var firstSeenHostKey: HostKey?
    /// So many unanswered signs of life in a row make a dead peer, as ServerAliveCountMax of ssh_config(5).
    private static let patience = 3
    private var isOpen = false
    private var answersWithin = Duration.seconds(10)
    private var lastRead = Moment.now()
    private var askedForLife: (at: Moment, bytesIn: UInt64)?
    private var unanswered = 0
    private var keepAliveTimer: UInt64?
    private var channels: [ObjectIdentifier: SSHChannel] = [:]
    var tunnels: [Tunnel] = []
    var keptSpools: [KeptSpool] = []

    init(_ reactor: Reactor, _ place: Place) {
        self.reactor = reactor
        self.place = place
        handle = SessionHandle(reactor)
        activity = Signal(reactor)
    }

    /// Whether commands can be run, as far as is known.
    var isAlive: Bool { isOpen && lost == nil }

    /// The libssh session of a session that is not lost.
    /// - Throws: `ConnectorError.connectionLost`
    var session: ssh_session {
        get throws(ConnectorError) {
            guard lost == nil, let session = handle.session else {
                throw ConnectorError(.connectionLost, "The connection to \(place) is closed: \(lost ?? "it was never opened").")
            }
            return session
        }
    }

    func remember(firstSeen key: HostKey) { firstSeenHostKey = key }

    /// Why the opening has to stop, for another session on the same reactor.
    nonisolated var interruptionNow: Interruption? { assumeIsolated { $0.interruption } }

    /// Ends an opening that is under way.
    func interrupt(_ why: Interruption) {
        if isOpen || interruption != nil { return }
        interruption = why
        activity.fire()
        jumpActivity?.fire()
    }

    // MARK: Serving the socket

    /// Watches the socket from the first byte on.
    func watchSocket(for interest: Readiness) {
        reactor.watch(handle.descriptor, for: interest) { [weak self] _ in self?.assumeIsolated { $0.serve() } }
    }

    /// From here on libssh serves all channels, and silence is noticed; a request for a channel is answered within so long, or the
    /// session is lost.
    func startServing(keepAlive: Duration, answersWithin: Duration) {
        self.answersWithin = answersWithin
        handle.makeEvent()
        isOpen = true
        adjustInterest()
        lastRead = .now()
        if keepAlive > .zero { awaitSilence(keepAlive) }
    }

    private func serve() {
        lastRead = .now()
        guard lost == nil else { return }
        if isOpen {
            // At most 64 rounds, so that other sessions get their turn; what is left raises the next event.
            var rounds = 0
            var code = SSH_OK
            while code == SSH_OK, rounds < 64 {
                code = ssh_event_dopoll(handle.event, 0)
                rounds += 1
            }
            if code == SSH_ERROR || ssh_is_connected(handle.session) == 0 {
                let said = handle.session.flatMap { ssh_get_disconnect_message($0) }.map { String(cString: $0) }
                lose(said ?? "the host closed it")
            } else {
                adjustInterest()
                for channel in channels.values where channel.wantsToWrite { channel.changed.fire() }
            }
        }
        activity.fire()
    }

    /// Asks for readiness to write only while libssh holds bytes back.
    func adjustInterest() {
        guard lost == nil else { return }
        reactor.change(handle.descriptor, to: isCongested ? .either : .readable)
    }

    /// Whether libssh still holds bytes for the socket. Its flag is up after each packet; flushing without waiting tells at once
    /// whether anything is left, which spares a turn of the reactor for each packet.
    var isCongested: Bool {
        guard lost == nil, let session = handle.session else { return false }
        return ssh_get_poll_flags(session) & SSH_WRITE_PENDING != 0 && ssh_blocking_flush(session, 0) != SSH_OK
    }

    /// Calls libssh until it no longer asks to be called again. Such a call may read packets for others: if it did, they are woken.
    func settle(orUntil isOver: () -> Bool = { false }, _ call: (ssh_session) -> Int32) async throws(ConnectorError) -> Int32? {
        while true {
            if isOver() { return nil }
            let session = try session
            let seen = activity.generation
            let bytes = handle.bytesIn
            let code = call(session)
            let readSomething = handle.bytesIn != bytes
            adjustInterest()
            guard code == SSH_AGAIN || code == SSH_AUTH_AGAIN.rawValue else {
                if readSomething, isOpen { activity.fire() }
                return code
            }
            if readSomething, isOpen {
                activity.fire()
                await activity.wait(since: activity.generation)
            } else {
                await activity.wait(since: seen)
            }
        }
    }

    // MARK: Signs of life

    private func awaitSilence(_ keepAlive: Duration) {
        guard isAlive, let session = handle.session else { return }
        let now = Moment.now()
        // An answer that comes at once is read by the very call that asks, so what was read counts too.
        if let asked = askedForLife, lastRead < asked.at, handle.bytesIn == asked.bytesIn {
            unanswered += 1
            if unanswered == Self.patience { return lose("the host has been silent and left \(unanswered) signs of life unanswered") }
        } else {
            unanswered = 0
        }
        var due = lastRead + keepAlive
        if due <= now {
            askedForLife = (now, handle.bytesIn)
            ssh_send_keepalive(session)
            adjustInterest()
            due = now + keepAlive
        }
        keepAliveTimer = reactor.timer(at: due) { [weak self] in self?.assumeIsolated { $0.awaitSilence(keepAlive) } }
    }

    // MARK: Channels and the end

    /// Asks for a channel. A connection that waited for its next command may have died without a word; only an answer tells.
    /// - Returns: the code of libssh; nil when `isOver` became true first.
    func openChannel(_ channel: SSHChannel, orUntil isOver: () -> Bool) async throws(ConnectorError) -> Int32? {
        let alarm = reactor.timer(at: .now() + answersWithin) { [weak self] in
            self?.assumeIsolated { $0.lose("it did not answer the request for a channel within the time limit for connecting") }
        }
        defer { reactor.cancelTimer(alarm) }
        return try await settle(orUntil: isOver) { _ in ssh_channel_open_session(channel.pointer) }
    }

    func enlist(_ channel: SSHChannel) { channels[ObjectIdentifier(channel)] = channel }

    /// Closes a channel and forgets it.
    func dismiss(_ channel: SSHChannel) {
        channels[ObjectIdentifier(channel)] = nil
        channel.release(saysGoodbye: lost == nil)
        adjustInterest()
    }

    /// Marks the session as unusable and wakes everybody. The memory stays until `close`.
    private func lose(_ why: String) {
        if lost != nil { return }
        lost = why
        if handle.descriptor >= 0 { reactor.unwatch(handle.descriptor) }
        if let keepAliveTimer { reactor.cancelTimer(keepAliveTimer) }
        for channel in channels.values { channel.changed.fire() }
        for tunnel in tunnels { tunnel.close() }
        activity.fire()
    }

    /// Closes the session and everything in it.
    func close() {
        lose("it was closed on our side")
        tunnels = []
        for channel in channels.values { channel.release(saysGoodbye: false) }
        (channels, keptSpools) = ([:], [])
        handle.release()
    }
}

/// Where a session leads, for messages.
struct Place: Sendable, CustomStringConvertible {
    let target: String
    let host: String
    let port: Int
    /// For example `web1 (10.0.0.7 port 22)`.
    var description: String {
        host == target ? "\(host) port \(port)" : "\(target) (\(host) port \(port))"
    }
}
