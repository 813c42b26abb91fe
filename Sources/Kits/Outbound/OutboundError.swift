import Vocabulary

/// Why nothing went out, or no answer came.
package struct OutboundError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of reasons.
    package enum Kind: Sendable, Hashable {
        /// The name has no address.
        case unknownHost
        /// There is no connection to be had, or it broke.
        case unreachable
        /// It took longer than it may.
        case timeout
        /// The certificate is not to be trusted, or there is no common TLS.
        case tls
        /// The answer is longer than it may be.
        case tooLong
        /// The address is one that the installation does not send to.
        case forbiddenAddress
        /// The mail server does not take the login.
        case login
        /// The mail server refused with this code.
        case refused(code: Int)
        /// The URL or something else in the request cannot be used.
        case malformed
    }

    /// The kind of reason.
    package let kind: Kind
    /// One sentence.
    package let description: String

    /// Makes the value.
    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
