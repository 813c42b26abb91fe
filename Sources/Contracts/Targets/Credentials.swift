import Vocabulary

/// What a `CredentialID` names.
package enum CredentialSubject {}
/// A credential's id.
package typealias CredentialID = Identifier<CredentialSubject>

/// The kinds of credentials.
package enum CredentialKind: String, WireEnum {
    case password
    case sshKey = "ssh_key"
    /// The community of SNMP v2c, kept as the password; for discovery.
    case snmpCommunity = "snmp_community"
    /// A user of SNMP v3: the password proves who asks, the passphrase, if there is one, encrypts; for discovery.
    case snmpUser = "snmp_user"

    /// Whether connection methods of targets can log in with it.
    package var logsIn: Bool { self == .password || self == .sshKey }
}

/// With which hash an SNMP v3 user proves who asks (RFC 3414, RFC 7860).
package enum SNMPAuthentication: String, WireEnum {
    case sha1
    case sha256
    case sha512
}

/// A shared credential without its secrets.
package struct Credential: Codable, Sendable {
    /// The id.
    package var id: CredentialID
    /// The name; unique without regard to case.
    package var name: String
    /// The kind.
    package var kind: CredentialKind
    /// The account that it is for, unless the connection method names another.
    package var username: String
    /// What it is for.
    package var description: String
    /// The public half of an SSH key as it goes into `authorized_keys`.
    package var publicKey: String?
    /// How an SNMP v3 user proves who asks; messages are encrypted with AES-128 where there is a passphrase.
    package var snmpAuthentication: SNMPAuthentication?
    /// How many targets use it.
    package var usedBy: Int
    /// Counts changes.
    package var revision: Int
    /// When it was added.
    package var createdAt: Timestamp
    /// When it was last changed.
    package var updatedAt: Timestamp
    /// Makes the value.
    package init(
        id: CredentialID, name: String, kind: CredentialKind, username: String, description: String,
        publicKey: String? = nil, snmpAuthentication: SNMPAuthentication? = nil, usedBy: Int, revision: Int, createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.username = username
        self.description = description
        self.publicKey = publicKey
        self.snmpAuthentication = snmpAuthentication
        self.usedBy = usedBy
        self.revision = revision
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// A credential to add or the new state of one.
package struct SaveCredential: Codable, Sendable, WireConstrained {
    /// The name.
    package var name: String
    /// The kind.
    package var kind: CredentialKind
    /// The account.
    package var username: String?
    /// What it is for.
    package var description: String?
    /// The password, for the kinds `password` and `snmp_user`; the community, for the kind `snmp_community`.
    package var password: Secret?
    /// The private key in OpenSSH or PEM text, for the kind `ssh_key`.
    package var privateKey: Secret?
    /// The passphrase of the private key, or what messages of an `snmp_user` are encrypted with.
    package var passphrase: Secret?
    /// The OpenSSH certificate for the key.
    package var certificate: String?
    /// How an `snmp_user` proves who asks; `sha256` when absent.
    package var snmpAuthentication: SNMPAuthentication?
    /// The revision that this change is based on; absent overwrites whatever is there.
    package var revision: Int?
    /// Makes the value.
    package init(
        name: String, kind: CredentialKind, username: String? = nil, description: String? = nil, password: Secret? = nil,
        privateKey: Secret? = nil, passphrase: Secret? = nil, certificate: String? = nil,
        snmpAuthentication: SNMPAuthentication? = nil, revision: Int? = nil
    ) {
        self.name = name
        self.kind = kind
        self.username = username
        self.description = description
        self.password = password
        self.privateKey = privateKey
        self.passphrase = passphrase
        self.certificate = certificate
        self.snmpAuthentication = snmpAuthentication
        self.revision = revision
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "name": .pattern("[A-Za-z0-9][A-Za-z0-9._-]{0,127}"), "username": .length(0...64),
            "description": .length(0...2000), "password": .length(0...1024), "privateKey": .length(0...32768),
            "passphrase": .length(0...1024), "certificate": .length(0...32768),
        ]
    }
}
