import CEpoll
import CLibSSH
import ConnectorPort
import Glibc
import Reactor

extension SSHSession {
    /// Exchanges keys over the connected socket. Returns what was agreed on.
    func exchangeKeys(_ plan: ConnectionPlan) async throws -> String {
        guard let session = handle.makeSession() else {
            throw ConnectorError(.protocolError, "There is not enough memory for a session with \(place).")
        }
        try prepare(session, plan)
        while true {
            let seen = activity.generation
            try checkInterruption()
            if greeting == nil { peek() }
            let code = ssh_connect(session)
            if code == SSH_OK { break }
            guard code == SSH_AGAIN else { throw explainHandshake() }
            adjustInterest()
            await activity.wait(since: seen)
        }
        adjustInterest()
        let method = ssh_get_kex_algo(session).map { String(cString: $0) } ?? "?"
        let cipher = ssh_get_cipher_in(session).map { String(cString: $0) } ?? "?"
        return "\(method), \(cipher)"
    }

    private func prepare(_ session: ssh_session, _ plan: ConnectionPlan) throws {
        var no: Int32 = 0
        var descriptor = handle.descriptor
        // The session is told neither name nor place: it must read no configuration, resolve nothing and trust no file of this machine.
        ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &no)
        ssh_options_set(session, SSH_OPTIONS_SSH_DIR, "/")
        ssh_options_set(session, SSH_OPTIONS_HOST, "target")
        ssh_options_set(session, SSH_OPTIONS_USER, plan.user)
        ssh_options_set(session, SSH_OPTIONS_FD, &descriptor)
        ssh_options_set(session, SSH_OPTIONS_KNOWNHOSTS, "/dev/null")
        ssh_options_set(session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null")
        if let preference = HostKeyReader.preference(for: plan.hostTrust.pinned) {
            ssh_options_set(session, SSH_OPTIONS_HOSTKEYS, preference)
        }
        if let methods = plan.keyExchange, ssh_options_set(session, SSH_OPTIONS_KEY_EXCHANGE, methods) != SSH_OK {
            throw ConnectorError(
                .protocolError, "None of the key exchange methods \"\(methods)\" for \(place.target) is known; correct the setting.")
        }
        ssh_set_blocking(session, 0)
    }

    /// Looks at the first bytes of the peer and leaves them in place; they explain a failure exactly.
    private func peek() {
        let count = recv(handle.descriptor, reactor.scratch.baseAddress, 255, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        if count > 0 { greeting = Array(reactor.scratch[0..<count]) }
    }

    private func explainHandshake() -> ConnectorError {
        guard greeting != nil else {
            return ConnectorError(
                .protocolError,
                "\(place) accepted the connection and closed it at once; check that it is an SSH server and not overloaded (MaxStartups).")
        }
        guard greetsAsSSH else { return ConnectorError(.protocolError, notSSH) }
        return ConnectorError(.protocolError, "The key exchange with \(place) failed: \(handle.failure).")
    }

    /// Checks the key that the host has proved to hold, before any credential leaves. Returns its fingerprint.
    func checkHostKey(_ trust: HostTrust) throws -> String {
        guard let session = handle.session, let (key, fingerprint) = HostKeyReader.presented(by: session) else {
            throw ConnectorError(.protocolError, "\(place) showed a host key that cannot be read.")
        }
        let pinned = trust.pinned
        let shown = "\(key.algorithm) \(fingerprint)"
        if pinned.contains(where: { $0.blob == key.blob }) { return shown }
        guard pinned.isEmpty else {
            throw ConnectorError(
                .hostKeyChanged,
                "The host key of \(place) has changed to \(shown); no credential was sent. Find out why before you accept the new key.",
                presentedHostKey: key)
        }
        guard case .pinOnFirstUse = trust else {
            throw ConnectorError(
                .hostKeyUnknown,
                "The host key of \(place) is not known: \(shown); no credential was sent. Compare the fingerprint, then accept the key.",
                presentedHostKey: key)
        }
        remember(firstSeen: key)
        return "\(shown), seen for the first time"
    }
}

extension HostTrust {
    /// The keys that are accepted.
    var pinned: [HostKey] {
        switch self {
        case .strict(let keys), .pinOnFirstUse(let keys): keys
        }
    }
}
