import CLibSSH
import ConnectorPort
import Glibc
import Reactor

extension SSHSession {
    typealias KeyArrival = Arrival<Result<PrivateKey, ConnectorError>>

    /// Starts to read the private key, beside the way to the host; nil when there is none.
    func startReadingKey(_ credential: CredentialMaterial?, _ keys: KeyRing) -> KeyArrival? {
        guard case .privateKey(let text, let passphrase, let certificate) = credential else { return nil }
        let arrival = KeyArrival(reactor, activity)
        keys.fetch(text, passphrase: passphrase, certificate: certificate) { arrival.deliver($0) }
        return arrival
    }

    /// Logs in. Returns what was accepted.
    func logIn(_ plan: ConnectionPlan, _ key: KeyArrival?) async throws -> String {
        if let key {
            if key.value == nil { reactor.change(handle.descriptor, to: []) }  // unread bytes would raise events without end
            let key = try await wait(for: key).get()
            return try await present(key, plan.user)
        }
        guard case .password(let password) = plan.credential else {
            throw ConnectorError(.credentialUnusable, "No credential is given for \(place); add a password or a private key.")
        }
        return try await say(password.reveal(), plan.user)
    }

    private func present(_ key: PrivateKey, _ user: String) async throws -> String {
        let code = try await attempt { ssh_userauth_publickey($0, nil, key.pointer) }
        guard code == SSH_AUTH_SUCCESS.rawValue else { throw refusal(code, of: "the key \(key.fingerprint)", user) }
        return "\(user) by key \(key.fingerprint)"
    }

    private func say(_ password: String, _ user: String) async throws -> String {
        let code = try await attempt { ssh_userauth_password($0, nil, password) }
        if code == SSH_AUTH_SUCCESS.rawValue { return "\(user) by password" }
        // A server that takes passwords has judged this one; asking again another way would count as a second wrong attempt.
        guard code == SSH_AUTH_DENIED.rawValue, !accepts(SSH_AUTH_METHOD_PASSWORD), accepts(SSH_AUTH_METHOD_INTERACTIVE) else {
            throw refusal(code, of: "the password", user)
        }
        var answer = try await attempt { ssh_userauth_kbdint($0, nil, nil) }
        var rounds = 0
        while answer == SSH_AUTH_INFO.rawValue, rounds < 8 {
            rounds += 1
            try answerPrompts(with: password)
            answer = try await attempt { ssh_userauth_kbdint($0, nil, nil) }
        }
        guard answer == SSH_AUTH_SUCCESS.rawValue else { throw refusal(answer, of: "the password", user) }
        return "\(user) by keyboard-interactive"
    }

    /// Answers hidden prompts with the password; one that echoes asks for something we do not have.
    private func answerPrompts(with password: String) throws {
        let session = try session
        for index in 0..<max(0, ssh_userauth_kbdint_getnprompts(session)) {
            var echoes: CChar = 0
            let prompt = ssh_userauth_kbdint_getprompt(session, UInt32(index), &echoes).map { String(cString: $0) } ?? ""
            guard echoes == 0 else {
                throw ConnectorError(
                    .authenticationRefused, "\(place) asks \"\(prompt)\" at login, which a password cannot answer; use a key.")
            }
            ssh_userauth_kbdint_setanswer(session, UInt32(index), password)
        }
    }

    private func attempt(_ call: (ssh_session) -> Int32) async throws -> Int32 {
        guard let code = try await settle(orUntil: { interruption != nil }, call) else {
            throw Interrupted(why: interruption ?? .cancelled)
        }
        return code
    }

    private func accepts(_ method: UInt32) -> Bool {
        UInt32(truncatingIfNeeded: ssh_userauth_list(handle.session, nil)) & method != 0
    }

    private func refusal(_ code: Int32, of credential: String, _ user: String) -> ConnectorError {
        if code == SSH_AUTH_ERROR.rawValue {
            return ConnectorError(
                .authenticationRefused, "\(place) broke off the login of \(user) with \(credential): \(handle.failure).")
        }
        let methods = [
            (SSH_AUTH_METHOD_PUBLICKEY, "publickey"), (SSH_AUTH_METHOD_PASSWORD, "password"),
            (SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive"), (SSH_AUTH_METHOD_GSSAPI_MIC, "gssapi"),
        ]
        let accepted = methods.filter { accepts(UInt32($0.0)) }.map(\.1).joined(separator: ", ")
        if code == SSH_AUTH_PARTIAL.rawValue {
            return ConnectorError(
                .authenticationRefused,
                "\(place) accepted \(credential) of \(user) and wants a second proof (\(accepted)), which is not supported.")
        }
        return ConnectorError(
            .authenticationRefused,
            "\(place) refused \(credential) of \(user); it accepts: \(accepted.isEmpty ? "nothing" : accepted).")
    }
}
