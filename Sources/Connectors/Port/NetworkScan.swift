import Vocabulary

/// Finds out which addresses of a network answer, and what is there.
package protocol NetworkScanner: Sendable {
    /// Looks at addresses and returns the hosts that answered, in the order of the addresses. Never begins more packets in a second than the plan
    /// allows. Task cancellation ends it soon.
    /// - Throws: `CancellationError`.
    func scan(_ plan: ScanPlan) async throws -> [ScannedHost]
}

/// What to look at, and how.
package struct ScanPlan: Sendable {
    /// Numeric addresses.
    package var addresses: [String]
    /// The TCP ports to try, in order.
    package var ports: [Int]
    /// The most connections, echo requests and SNMP questions that are begun in a second.
    package var ratePerSecond: Int
    /// The most addresses at the same time.
    package var concurrency: Int
    /// How long an answer is waited for.
    package var timeout: Duration
    /// Whom SNMP agents may know, tried in order.
    package var snmp: [SNMPIdentity]
    /// Makes a plan.
    package init(addresses: [String], ports: [Int], ratePerSecond: Int, concurrency: Int, timeout: Duration, snmp: [SNMPIdentity] = []) {
        self.addresses = addresses
        self.ports = ports
        self.ratePerSecond = ratePerSecond
        self.concurrency = concurrency
        self.timeout = timeout
        self.snmp = snmp
    }
}

/// As whom an SNMP agent is asked.
package struct SNMPIdentity: Sendable, Hashable {
    /// How it is proved who asks.
    package enum Proof: Sendable, Hashable {
        /// SNMP v2c.
        case community(Secret)
        /// SNMP v3: a user, the hash that proves who asks, and, where messages are encrypted (AES-128), what with.
        case user(String, hash: SNMPHash, password: Secret, privacy: Secret?)
    }
    /// The id of the credential.
    package var credential: String
    /// How it is proved who asks.
    package var proof: Proof
    /// Makes an identity.
    package init(credential: String, proof: Proof) {
        self.credential = credential
        self.proof = proof
    }
}

/// The hashes of SNMP v3 users (RFC 3414, RFC 7860).
package enum SNMPHash: String, Sendable, Hashable, CaseIterable {
    case sha1
    case sha256
    case sha512
}

/// What was found out about one host.
package struct ScannedHost: Sendable, Hashable {
    /// Its address.
    package var address: String
    /// The names that reverse DNS gives it.
    package var names: [String] = []
    /// How it was reached, for example `ICMP echo` or `TCP port 22`.
    package var reachedBy: String
    /// How long the first answer took.
    package var milliseconds: Double
    /// The ports that took a connection, in order.
    package var ports: [ScannedPort] = []
    /// The SSH host keys that it showed, with the port.
    package var hostKeys: [ScannedHostKey] = []
    /// What its SNMP agent says.
    package var snmp: ScannedSNMP?
    /// Whether it takes connections also where nothing can be.
    package var answersEverything = false
    /// Makes a host of which nothing more is known.
    package init(address: String, reachedBy: String, milliseconds: Double) {
        self.address = address
        self.reachedBy = reachedBy
        self.milliseconds = milliseconds
    }
}

/// A host key and the port it was shown on.
package struct ScannedHostKey: Sendable, Hashable {
    /// The port.
    package var port: Int
    /// The key.
    package var key: HostKey
    /// Makes the value.
    package init(port: Int, key: HostKey) {
        self.port = port
        self.key = key
    }
}

/// A port that took a connection, and what answered there.
package struct ScannedPort: Sendable, Hashable {
    /// The port.
    package var port: Int
    /// What answered, for example `ssh` or `https`.
    package var service: String?
    /// What it said first; at most 256 characters, none of them control characters.
    package var banner: String?
    /// The title of the web page.
    package var title: String?
    /// The names in its TLS certificate.
    package var certificateNames: [String]?
    /// Makes a port of which nothing more is known.
    package init(port: Int, service: String? = nil, banner: String? = nil, title: String? = nil, certificateNames: [String]? = nil) {
        self.port = port
        self.service = service
        self.banner = banner
        self.title = title
        self.certificateNames = certificateNames
    }
}

/// The system group of an SNMP agent (RFC 3418).
package struct ScannedSNMP: Sendable, Hashable {
    /// `sysDescr`.
    package var description = ""
    /// `sysObjectID`.
    package var objectID = ""
    /// `sysContact`.
    package var contact = ""
    /// `sysName`.
    package var name = ""
    /// `sysLocation`.
    package var location = ""
    /// The id of the credential that it answered to.
    package var credential: String
    /// Makes an empty group.
    package init(credential: String) { self.credential = credential }
}
