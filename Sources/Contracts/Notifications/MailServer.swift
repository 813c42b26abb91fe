import Vocabulary

/// How a connection to a mail server is protected.
package enum MailSecurity: String, WireEnum {
    /// STARTTLS (RFC 3207), which the server must offer.
    case startTLS = "starttls"
    /// TLS from the first byte (RFC 8314).
    case tls
    /// Not at all; only without a password.
    case none
}

/// The mail server, if there is one.
package struct MailServerState: Codable, Sendable, Hashable {
    /// The mail server; absent while none is set.
    package var server: MailServer?
    /// Makes the value.
    package init(server: MailServer? = nil) {
        self.server = server
    }
}

/// The mail server of this installation without its password.
package struct MailServer: Codable, Sendable, Hashable {
    /// The host name or address.
    package var host: String
    /// The TCP port.
    package var port: Int
    /// How the connection is protected.
    package var security: MailSecurity
    /// The account; absent logs in to none.
    package var username: String?
    /// Whether a password is kept.
    package var hasPassword: Bool
    /// The address that mail comes from, such as `opsconductor@example.org`.
    package var sender: String
    /// The name that mail comes from.
    package var senderName: String?
    /// Counts changes.
    package var revision: Int
    /// When it was last changed.
    package var updatedAt: Timestamp
    /// Who changed it.
    package var updatedBy: String
    /// Makes the value.
    package init(
        host: String, port: Int, security: MailSecurity, username: String? = nil, hasPassword: Bool, sender: String,
        senderName: String? = nil, revision: Int, updatedAt: Timestamp, updatedBy: String
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.username = username
        self.hasPassword = hasPassword
        self.sender = sender
        self.senderName = senderName
        self.revision = revision
        self.updatedAt = updatedAt
        self.updatedBy = updatedBy
    }
}

/// The mail server to use.
package struct SaveMailServer: Codable, Sendable, WireConstrained {
    /// The host name or address.
    package var host: String
    /// The TCP port.
    package var port: Int
    /// How the connection is protected.
    package var security: MailSecurity
    /// The account; absent logs in to none.
    package var username: String?
    /// Its password; absent keeps it.
    package var password: Secret?
    /// The address that mail comes from.
    package var sender: String
    /// The name that mail comes from.
    package var senderName: String?
    /// The revision that this change is based on; absent overwrites whatever is there.
    package var revision: Int?
    /// Makes the value.
    package init(
        host: String, port: Int, security: MailSecurity, username: String? = nil, password: Secret? = nil, sender: String,
        senderName: String? = nil, revision: Int? = nil
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.username = username
        self.password = password
        self.sender = sender
        self.senderName = senderName
        self.revision = revision
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "host": .length(1...253), "port": .range(1...65535), "username": .length(0...320), "password": .length(0...1024),
            "sender": .length(3...320), "senderName": .length(0...200),
        ]
    }
}

/// Where a test mail goes.
package struct TestMailServer: Codable, Sendable, WireConstrained {
    /// A mail address.
    package var recipient: String
    /// Makes the value.
    package init(recipient: String) {
        self.recipient = recipient
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["recipient": .length(3...320)] }
}
