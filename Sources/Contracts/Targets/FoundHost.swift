import Vocabulary

/// What a scan found out about one host.
package struct FoundHost: Codable, Sendable, Hashable {
    /// Its address.
    package var address: String
    /// The names that reverse DNS gives it.
    package var names: [String]
    /// How it was reached, for example `ICMP echo` or `TCP port 22`.
    package var reachedBy: String
    /// How long the answer took.
    package var milliseconds: Double
    /// The ports that took a connection, in order.
    package var ports: [FoundPort]
    /// The SSH host keys that it showed.
    package var hostKeys: [FoundHostKey]
    /// What its SNMP agent says of it.
    package var snmp: SNMPSystem?
    /// Whether it takes connections on every port that is tried, also where nothing can be; it was not looked at any further then.
    package var answersEverything: Bool
    /// Makes the value.
    package init(
        address: String, names: [String], reachedBy: String, milliseconds: Double, ports: [FoundPort], hostKeys: [FoundHostKey],
        snmp: SNMPSystem? = nil, answersEverything: Bool
    ) {
        self.address = address
        self.names = names
        self.reachedBy = reachedBy
        self.milliseconds = milliseconds
        self.ports = ports
        self.hostKeys = hostKeys
        self.snmp = snmp
        self.answersEverything = answersEverything
    }
}

/// A port that took a connection, and what answered there.
package struct FoundPort: Codable, Sendable, Hashable {
    /// The port.
    package var port: Int
    /// What answered, for example `ssh`, `http`, `https`, `smtp`; nil when it said nothing that is understood.
    package var service: String?
    /// What it said first, or the `Server` of HTTP; at most 256 characters.
    package var banner: String?
    /// The title of the web page.
    package var title: String?
    /// The names in its TLS certificate.
    package var certificateNames: [String]?
    /// Makes the value.
    package init(port: Int, service: String? = nil, banner: String? = nil, title: String? = nil, certificateNames: [String]? = nil) {
        self.port = port
        self.service = service
        self.banner = banner
        self.title = title
        self.certificateNames = certificateNames
    }
}

/// A host key that a scan was shown.
package struct FoundHostKey: Codable, Sendable, Hashable {
    /// The port it was shown on.
    package var port: Int
    /// For example `ssh-ed25519`.
    package var algorithm: String
    /// The public key in base64.
    package var blob: String
    /// For example `SHA256:...`.
    package var fingerprint: String
    /// Makes the value.
    package init(port: Int, algorithm: String, blob: String, fingerprint: String) {
        self.port = port
        self.algorithm = algorithm
        self.blob = blob
        self.fingerprint = fingerprint
    }
}

/// The system group of an SNMP agent (RFC 3418).
package struct SNMPSystem: Codable, Sendable, Hashable {
    /// `sysDescr`.
    package var description: String
    /// `sysObjectID`.
    package var objectId: String
    /// `sysName`.
    package var name: String
    /// `sysLocation`.
    package var location: String
    /// `sysContact`.
    package var contact: String
    /// The id of the credential that it answered to.
    package var credential: CredentialID
    /// Makes the value.
    package init(description: String, objectId: String, name: String, location: String, contact: String, credential: CredentialID) {
        self.description = description
        self.objectId = objectId
        self.name = name
        self.location = location
        self.contact = contact
        self.credential = credential
    }
}
