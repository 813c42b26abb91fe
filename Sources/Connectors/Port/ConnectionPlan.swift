import Crypto
import Foundation
import Vocabulary

/// How to reach one target by one method, with everything a connector needs and nothing to look up.
package struct ConnectionPlan: Sendable {
    /// The name of the target, for messages.
    package var target: String
    /// Host name or address; empty for the local connector.
    package var host: String
    /// TCP port.
    package var port: Int
    /// The account to log in as; empty for the local connector.
    package var user: String
    /// What proves our identity.
    package var credential: CredentialMaterial?
    /// Which host keys are accepted.
    package var hostTrust: HostTrust
    /// The hops before this host, nearest to us first.
    package var jumps: [ConnectionPlan]
    /// The most time from the first packet to a session that accepts commands.
    package var connectTimeout: Duration
    /// Silence after which the peer is asked for a sign of life; half a minute is usual.
    package var keepAlive: Duration
    /// Key exchange methods in order, comma-separated; nil leaves the choice to the library.
    package var keyExchange: String?

    /// Makes a plan.
    package init(
        target: String, host: String = "", port: Int = 22, user: String = "", credential: CredentialMaterial? = nil,
        hostTrust: HostTrust = .strict([]), jumps: [ConnectionPlan] = [], connectTimeout: Duration = .seconds(15),
        keepAlive: Duration = .seconds(30), keyExchange: String? = nil
    ) {
        self.target = target
        self.host = host
        self.port = port
        self.user = user
        self.credential = credential
        self.hostTrust = hostTrust
        self.jumps = jumps
        self.connectTimeout = connectTimeout
        self.keepAlive = keepAlive
        self.keyExchange = keyExchange
    }
}

extension ConnectionPlan {
    /// Lets no hop take longer than this.
    package mutating func limit(to most: Duration) {
        connectTimeout = min(connectTimeout, most)
        for index in jumps.indices { jumps[index].limit(to: most) }
    }
}

/// An opened credential; it lives in the worker's memory for the length of a lease.
package enum CredentialMaterial: Sendable, Hashable {
    /// A password; also answers keyboard-interactive prompts that do not echo.
    case password(Secret)
    /// A private key in OpenSSH or PEM text, its passphrase, and an OpenSSH user certificate for it.
    case privateKey(Secret, passphrase: Secret?, certificate: String?)
}

/// A server's public key as it stands in `known_hosts`: `ssh-ed25519` and the base64 blob.
package struct HostKey: Sendable, Hashable, Codable {
    /// The algorithm's name, for example `ssh-ed25519`.
    package var algorithm: String
    /// The public key blob in base64.
    package var blob: String
    /// Makes a key.
    package init(algorithm: String, blob: String) {
        self.algorithm = algorithm
        self.blob = blob
    }

    /// `SHA256:` and the unpadded base64 of the blob's hash, as ssh-keygen shows it.
    package var fingerprint: String {
        let hash = SHA256.hash(data: Data(base64Encoded: blob) ?? Data())
        return "SHA256:" + Data(hash).base64EncodedString().trimmingCharacters(in: ["="])
    }
}

/// Which host keys are accepted. A key that differs from all pinned ones is refused in either case.
package enum HostTrust: Sendable, Hashable {
    /// Only these keys; an empty list refuses every host.
    case strict([HostKey])
    /// While the list is empty the first key seen is accepted and reported, to be pinned by the caller.
    case pinOnFirstUse([HostKey])
}
