import Vocabulary

/// Which targets a run is for: the union of ids and filter.
package struct SelectTargets: Codable, Sendable {
    /// A filter; absent matches nothing.
    package var filter: String?
    /// Targets by id.
    package var ids: [TargetID]?
    /// Targets to leave out, by id.
    package var exclude: [TargetID]?
    /// Makes the value.
    package init(filter: String? = nil, ids: [TargetID]? = nil, exclude: [TargetID]? = nil) {
        self.filter = filter
        self.ids = ids
        self.exclude = exclude
    }
}

/// The targets of a run.
package struct SelectedTargets: Codable, Sendable {
    /// Active targets by name.
    package var targets: [TargetSnapshot]
    /// Names of matching targets that are left out because of their status.
    package var leftOut: [String]
    /// Makes the value.
    package init(targets: [TargetSnapshot], leftOut: [String]) {
        self.targets = targets
        self.leftOut = leftOut
    }
}

/// A target as a run keeps it: later changes do not touch the history.
package struct TargetSnapshot: Codable, Sendable, Hashable {
    /// The id.
    package var id: TargetID
    /// The serial.
    package var serial: String
    /// The name.
    package var name: String
    /// The host of the first connection method; the name when it has none.
    package var host: String
    /// The kind of system.
    package var type: TargetType
    /// The operating system.
    package var os: String
    /// The environment.
    package var environment: String
    /// Where it stands.
    package var location: String
    /// Tags in order.
    package var tags: [String]
    /// Facts by name.
    package var facts: [String: String]
    /// The most runs that work on it at the same time; no limit when absent.
    package var slots: Int?
    /// Makes the value.
    package init(
        id: TargetID, serial: String, name: String, host: String, type: TargetType, os: String, environment: String,
        location: String, tags: [String], facts: [String: String], slots: Int? = nil
    ) {
        self.id = id
        self.serial = serial
        self.name = name
        self.host = host
        self.type = type
        self.os = os
        self.environment = environment
        self.location = location
        self.tags = tags
        self.facts = facts
        self.slots = slots
    }
}

extension TargetSnapshot {
    /// What placeholders and expressions see of it as `target`.
    package var names: JSONValue {
        .object([
            "name": .string(name), "host": .string(host), "serial": .string(serial), "type": .string(type.rawValue), "os": .string(os),
            "environment": .string(environment), "location": .string(location), "tags": .array(tags.map { .string($0) }),
            "facts": .object(facts.mapValues { .string($0) }),
        ])
    }
}

/// Asks how to reach targets.
package struct AskConnections: Codable, Sendable {
    /// The targets.
    package var targets: [TargetID]
    /// The worker's public key (X25519, base64) for which credentials are sealed; without it none are given out.
    package var recipientKey: String?
    /// Only the method at this position, from 0.
    package var method: Int?
    /// Other credentials to seal for the worker.
    package var credentials: [CredentialID]?
    /// Makes the value.
    package init(targets: [TargetID], recipientKey: String?, method: Int? = nil, credentials: [CredentialID]? = nil) {
        self.credentials = credentials
        self.targets = targets
        self.recipientKey = recipientKey
        self.method = method
    }
}

/// How to reach targets.
package struct TargetConnections: Codable, Sendable {
    /// One entry for each target that was asked for and exists.
    package var targets: [TargetConnection]
    /// Sealed credentials by id: `SealedCredential` as JSON, sealed for the worker's key.
    package var credentials: [String: String]
    /// What people call these credentials, by id; workers need not know.
    package var names: [String: String]?
    /// Makes the value.
    package init(targets: [TargetConnection], credentials: [String: String], names: [String: String]? = nil) {
        self.targets = targets
        self.credentials = credentials
        self.names = names
    }
}

/// How to reach one target.
package struct TargetConnection: Codable, Sendable, Hashable {
    /// The target.
    package var target: TargetID
    /// Its methods in order of priority.
    package var methods: [ConnectionRoute]
    /// Why it cannot be reached, when its description is broken (a jump target that is gone, a circle of jumps).
    package var problem: String?
    /// Makes the value.
    package init(target: TargetID, methods: [ConnectionRoute], problem: String? = nil) {
        self.target = target
        self.methods = methods
        self.problem = problem
    }
}

/// One method with everything it refers to.
package struct ConnectionRoute: Codable, Sendable, Hashable {
    /// The kind.
    package var kind: ConnectionKind
    /// Host name or address.
    package var host: String
    /// TCP port.
    package var port: Int
    /// The account.
    package var user: String
    /// The credential's id, a key of `TargetConnections.credentials`.
    package var credential: CredentialID?
    /// The policy while no key is pinned.
    package var hostKeyPolicy: HostKeyPolicy
    /// The target whose host keys these are, so that a first-seen key can be pinned.
    package var hostKeyOwner: TargetID
    /// The pinned host keys.
    package var hostKeys: [PinnedHostKey]
    /// Most seconds to connect.
    package var connectTimeoutSeconds: Int
    /// The hops before this host, nearest to the worker first.
    package var jumps: [ConnectionRoute]
    /// Makes the value.
    package init(
        kind: ConnectionKind, host: String, port: Int, user: String, credential: CredentialID? = nil,
        hostKeyPolicy: HostKeyPolicy, hostKeyOwner: TargetID, hostKeys: [PinnedHostKey], connectTimeoutSeconds: Int,
        jumps: [ConnectionRoute]
    ) {
        self.kind = kind
        self.host = host
        self.port = port
        self.user = user
        self.credential = credential
        self.hostKeyPolicy = hostKeyPolicy
        self.hostKeyOwner = hostKeyOwner
        self.hostKeys = hostKeys
        self.connectTimeoutSeconds = connectTimeoutSeconds
        self.jumps = jumps
    }
}

/// The secrets of a credential, as they travel sealed to a worker.
package struct SealedCredential: Codable, Sendable, Hashable {
    /// The kind.
    package var kind: CredentialKind
    /// The password.
    package var password: Secret?
    /// The private key.
    package var privateKey: Secret?
    /// Its passphrase.
    package var passphrase: Secret?
    /// Its certificate.
    package var certificate: String?
    /// The account, where it is not given by a connection method.
    package var username: String?
    /// How an SNMP v3 user proves who asks.
    package var snmpAuthentication: SNMPAuthentication?
    /// Makes the value.
    package init(
        kind: CredentialKind, password: Secret? = nil, privateKey: Secret? = nil, passphrase: Secret? = nil,
        certificate: String? = nil, username: String? = nil, snmpAuthentication: SNMPAuthentication? = nil
    ) {
        self.username = username
        self.snmpAuthentication = snmpAuthentication
        self.kind = kind
        self.password = password
        self.privateKey = privateKey
        self.passphrase = passphrase
        self.certificate = certificate
    }
}

/// A host key that a worker saw first.
package struct ReportHostKey: Codable, Sendable {
    /// The target whose policy is *pin on first use*.
    package var target: TargetID
    /// For example `ssh-ed25519`.
    package var algorithm: String
    /// The public key in base64.
    package var blob: String
    /// What was wrong, when another key than the pinned one was shown: it is not pinned then, only told of.
    package var change: String?
    /// Makes the value.
    package init(target: TargetID, algorithm: String, blob: String, change: String? = nil) {
        self.target = target
        self.algorithm = algorithm
        self.blob = blob
        self.change = change
    }
}
