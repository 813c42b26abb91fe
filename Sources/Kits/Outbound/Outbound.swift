import Vocabulary

/// The port to the world outside this installation: HTTP and mail. Whoever implements it obeys the `AddressRules` that it was made with, for every
/// address that a name resolves to, on every connection, and after every redirect.
package protocol Outbound: Sendable {
    /// Makes a request and returns the answer, whatever its status.
    /// - Throws: `OutboundError`; `CancellationError`.
    func send(_ request: OutboundRequest) async throws -> OutboundResponse
    /// Hands a message to a mail server.
    /// - Throws: `OutboundError`; `CancellationError`.
    func send(_ mail: OutboundMail) async throws -> MailReceipt
}

/// An HTTP request.
package struct OutboundRequest: Sendable {
    /// The URL; `http` and `https` only.
    package var url: String
    /// The method.
    package var method: String
    /// The header fields in order.
    package var headers: [(name: String, value: String)]
    /// The body; nil sends none.
    package var body: [UInt8]?
    /// All of it takes at most so long.
    package var timeout: Duration
    /// The connection takes at most so long.
    package var connectTimeout: Duration
    /// At most so many bytes of the answer's body are read.
    package var mostBytes: Int
    /// What becomes of a longer answer: it is cut, or the request fails.
    package var cutsLongAnswers: Bool
    /// At most so many redirects are followed, each of which obeys the rules.
    package var redirects: Int

    /// Makes a request.
    package init(
        _ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        timeout: Duration = .seconds(30),
        connectTimeout: Duration = .seconds(10), mostBytes: Int = 1 << 20, cutsLongAnswers: Bool = false, redirects: Int = 0
    ) {
        (self.method, self.url, self.headers, self.body) = (method, url, headers, body)
        (self.timeout, self.connectTimeout, self.mostBytes) = (timeout, connectTimeout, mostBytes)
        (self.cutsLongAnswers, self.redirects) = (cutsLongAnswers, redirects)
    }
}

/// The answer to a request.
package struct OutboundResponse: Sendable {
    /// The status.
    package let status: Int
    /// The header fields of the last answer, names in lower case.
    package let headers: [(name: String, value: String)]
    /// The body, or its beginning.
    package let body: [UInt8]
    /// Whether the body was longer.
    package let isCut: Bool
    /// How many connections were opened for it.
    package let newConnections: Int

    /// Makes an answer.
    package init(
        status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = [], isCut: Bool = false, newConnections: Int = 0
    ) {
        (self.status, self.headers, self.body, self.isCut, self.newConnections) = (status, headers, body, isCut, newConnections)
    }

    /// The first value of a header field.
    package func header(_ name: String) -> String? { headers.first { $0.name == name.lowercased() }?.value }
}

/// A message for a mail server.
package struct OutboundMail: Sendable {
    /// How the connection is protected.
    package enum Protection: Sendable {
        /// STARTTLS, which the server must offer.
        case startTLS
        /// TLS from the first byte.
        case tls
        /// Not at all.
        case none
    }
    /// Who logs in.
    package struct Login: Sendable {
        /// The account.
        package let username: String
        /// Its password.
        package let password: Secret

        /// Makes a login.
        package init(username: String, password: Secret) { (self.username, self.password) = (username, password) }
    }

    /// The host name or address of the server.
    package var host: String
    /// Its port.
    package var port: Int
    /// How the connection is protected.
    package var protection: Protection
    /// Who logs in; nobody when nil.
    package var login: Login?
    /// The sender's address, bare.
    package var sender: String
    /// The recipients' addresses, bare.
    package var recipients: [String]
    /// The message (RFC 5322) with lines that end in CR LF.
    package var message: [UInt8]
    /// All of it takes at most so long.
    package var timeout: Duration
    /// The connection takes at most so long.
    package var connectTimeout: Duration

    /// Makes a mail.
    package init(
        host: String, port: Int, protection: Protection, login: Login? = nil, sender: String, recipients: [String], message: [UInt8],
        timeout: Duration = .seconds(60), connectTimeout: Duration = .seconds(10)
    ) {
        (self.host, self.port, self.protection, self.login) = (host, port, protection, login)
        (self.sender, self.recipients, self.message) = (sender, recipients, message)
        (self.timeout, self.connectTimeout) = (timeout, connectTimeout)
    }
}

/// What a mail server said to a message that it took.
package struct MailReceipt: Sendable, Hashable {
    /// Its answer to the message.
    package let answer: String
    /// Its answers to recipients that it did not take; there is at least one that it took.
    package let refusals: [String]

    /// Makes a receipt.
    package init(answer: String, refusals: [String]) { (self.answer, self.refusals) = (answer, refusals) }
}
