import Vocabulary

/// What a `TargetID` names.
package enum TargetSubject {}
/// A target's id.
package typealias TargetID = Identifier<TargetSubject>

/// What kind of system a target is.
package enum TargetType: String, WireEnum {
    case server
    case networkDevice = "network_device"
    case database
    case api
    case other
}

/// Whether a target takes part in runs.
package enum TargetStatus: String, WireEnum {
    /// Takes part.
    case active
    /// Left out of runs for now; named in the run's preview.
    case maintenance
    /// Kept for the history; left out of runs.
    case retired
}

/// Which host keys are accepted while none is pinned.
package enum HostKeyPolicy: String, WireEnum {
    /// None: a key must be pinned first.
    case strict
    /// The first one seen, which is pinned then.
    case pinOnFirstUse = "pin_on_first_use"
}

/// A system that can be acted on.
package struct Target: Codable, Sendable {
    /// The id.
    package var id: TargetID
    /// The serial for people, for example `T20260001`.
    package var serial: String
    /// The name; unique without regard to case.
    package var name: String
    /// What it is for.
    package var description: String
    /// What kind of system it is.
    package var type: TargetType
    /// The operating system, for example `debian 12`; empty when unknown.
    package var os: String
    /// For example `production`; empty when unknown.
    package var environment: String
    /// Where it stands; empty when unknown.
    package var location: String
    /// Tags in order.
    package var tags: [String]
    /// Facts by name, for example `cores`: `8`.
    package var facts: [String: String]
    /// Whether it takes part in runs.
    package var status: TargetStatus
    /// The ways to reach it, tried in this order.
    package var connections: [ConnectionMethod]
    /// What to do while no host key is pinned.
    package var hostKeyPolicy: HostKeyPolicy
    /// The pinned host keys.
    package var hostKeys: [PinnedHostKey]
    /// The most runs that work on it at the same time; no limit when absent.
    package var slots: Int?
    /// Counts changes; send it back with an update.
    package var revision: Int
    /// When it was added.
    package var createdAt: Timestamp
    /// When it was last changed.
    package var updatedAt: Timestamp
    /// Makes the value.
    package init(
        id: TargetID, serial: String, name: String, description: String, type: TargetType, os: String,
        environment: String, location: String, tags: [String], facts: [String: String], status: TargetStatus,
        connections: [ConnectionMethod], hostKeyPolicy: HostKeyPolicy, hostKeys: [PinnedHostKey], slots: Int? = nil,
        revision: Int, createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.serial = serial
        self.name = name
        self.description = description
        self.type = type
        self.os = os
        self.environment = environment
        self.location = location
        self.tags = tags
        self.facts = facts
        self.status = status
        self.connections = connections
        self.hostKeyPolicy = hostKeyPolicy
        self.hostKeys = hostKeys
        self.slots = slots
        self.revision = revision
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// The kinds of connection methods.
package enum ConnectionKind: String, WireEnum {
    case ssh
    /// This machine itself, where the worker runs.
    case local
}

/// One way to reach a target.
package struct ConnectionMethod: Codable, Sendable, Hashable, WireConstrained {
    /// The kind.
    package var kind: ConnectionKind
    /// Host name or address; the target's name when absent.
    package var host: String?
    /// TCP port; 22 for SSH when absent.
    package var port: Int?
    /// The account; the credential's user name when absent.
    package var user: String?
    /// The id of the credential to log in with.
    package var credential: CredentialID?
    /// The id of the target to go through first.
    package var jump: TargetID?
    /// Most seconds to connect; 15 when absent.
    package var connectTimeoutSeconds: Int?
    /// Makes the value.
    package init(
        kind: ConnectionKind, host: String? = nil, port: Int? = nil, user: String? = nil,
        credential: CredentialID? = nil, jump: TargetID? = nil, connectTimeoutSeconds: Int? = nil
    ) {
        self.kind = kind
        self.host = host
        self.port = port
        self.user = user
        self.credential = credential
        self.jump = jump
        self.connectTimeoutSeconds = connectTimeoutSeconds
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["port": .range(1...65535), "connectTimeoutSeconds": .range(1...600), "host": .length(1...253), "user": .length(1...64)]
    }
}

/// A pinned host key.
package struct PinnedHostKey: Codable, Sendable, Hashable {
    /// For example `ssh-ed25519`.
    package var algorithm: String
    /// The public key in base64.
    package var blob: String
    /// For example `SHA256:...`, as ssh-keygen shows it.
    package var fingerprint: String
    /// When it was pinned.
    package var pinnedAt: Timestamp
    /// Who pinned it, or `first use`.
    package var pinnedBy: String
    /// Makes the value.
    package init(algorithm: String, blob: String, fingerprint: String, pinnedAt: Timestamp, pinnedBy: String) {
        self.algorithm = algorithm
        self.blob = blob
        self.fingerprint = fingerprint
        self.pinnedAt = pinnedAt
        self.pinnedBy = pinnedBy
    }
}

/// A target to add or the new state of one. Pinned host keys are not part of it.
package struct SaveTarget: Codable, Sendable, WireConstrained {
    /// The name; letters, digits, `.`, `_` and `-`.
    package var name: String
    /// What it is for.
    package var description: String?
    /// The kind of system; server when absent.
    package var type: TargetType?
    /// The operating system.
    package var os: String?
    /// For example `production`.
    package var environment: String?
    /// Where it stands.
    package var location: String?
    /// Tags; letters, digits, `.`, `_`, `:`, `/` and `-`.
    package var tags: [String]?
    /// Facts by name.
    package var facts: [String: String]?
    /// Active when absent.
    package var status: TargetStatus?
    /// The ways to reach it, tried in this order.
    package var connections: [ConnectionMethod]?
    /// Strict when absent.
    package var hostKeyPolicy: HostKeyPolicy?
    /// The most runs that work on it at the same time; no limit when absent.
    package var slots: Int?
    /// The revision that this change is based on; absent overwrites whatever is there.
    package var revision: Int?
    /// Makes the value.
    package init(
        name: String, description: String? = nil, type: TargetType? = nil, os: String? = nil, environment: String? = nil,
        location: String? = nil, tags: [String]? = nil, facts: [String: String]? = nil, status: TargetStatus? = nil,
        connections: [ConnectionMethod]? = nil, hostKeyPolicy: HostKeyPolicy? = nil, slots: Int? = nil,
        revision: Int? = nil
    ) {
        self.name = name
        self.description = description
        self.type = type
        self.os = os
        self.environment = environment
        self.location = location
        self.tags = tags
        self.facts = facts
        self.status = status
        self.connections = connections
        self.hostKeyPolicy = hostKeyPolicy
        self.slots = slots
        self.revision = revision
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "name": .pattern("[A-Za-z0-9][A-Za-z0-9._-]{0,127}"), "description": .length(0...2000), "os": .length(0...64),
            "environment": .length(0...64), "location": .length(0...128), "tags": .count(0...100),
            "connections": .count(0...10), "slots": .range(1...1000),
        ]
    }
}

/// Which targets to list.
package struct TargetQuery: Codable, Sendable, WireConstrained {
    /// A filter such as `env = production and tag = web`; absent or empty matches all.
    package var filter: String?
    /// Only this status; all when absent.
    package var status: TargetStatus?
    /// At most so many items (1...500; default 50).
    package var limit: Int?
    /// The `next_cursor` of the page before.
    package var cursor: String?
    /// Makes the value.
    package init(filter: String? = nil, status: TargetStatus? = nil, limit: Int? = nil, cursor: String? = nil) {
        self.filter = filter
        self.status = status
        self.limit = limit
        self.cursor = cursor
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["limit": .range(1...500), "filter": .length(0...4000)] }
}

/// Tags to add and remove.
package struct TagTargets: Codable, Sendable {
    /// Which targets.
    package var filter: String
    /// Tags to add.
    package var add: [String]?
    /// Tags to remove.
    package var remove: [String]?
    /// Makes the value.
    package init(filter: String, add: [String]? = nil, remove: [String]? = nil) {
        self.filter = filter
        self.add = add
        self.remove = remove
    }
}

/// What tagging did.
package struct TagReceipt: Codable, Sendable {
    /// How many targets match the filter.
    package var matched: Int
    /// How many of them were changed.
    package var changed: Int
    /// Makes the value.
    package init(matched: Int, changed: Int) {
        self.matched = matched
        self.changed = changed
    }
}

/// The values that filters can use.
package struct FilterVocabulary: Codable, Sendable {
    /// The fields, for example `name`, `tag`, `env`, `os`, `fact.cores`.
    package var fields: [String]
    /// All tags in order.
    package var tags: [String]
    /// All environments in order.
    package var environments: [String]
    /// All operating systems in order.
    package var oses: [String]
    /// All saved groups in order.
    package var groups: [String]
    /// Makes the value.
    package init(fields: [String], tags: [String], environments: [String], oses: [String], groups: [String]) {
        self.fields = fields
        self.tags = tags
        self.environments = environments
        self.oses = oses
        self.groups = groups
    }
}
