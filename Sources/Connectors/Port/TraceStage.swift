import Vocabulary

/// One stage on the way to a usable connection, as the connection test shows it.
package struct TraceStage: Sendable, Hashable, Codable {
    /// The stages in order.
    package enum Name: String, WireEnum {
        case dns
        case tcp
        case keyExchange = "key_exchange"
        case hostKey = "host_key"
        case authentication
        case shell
    }

    /// Which stage.
    package var name: Name
    /// The host it was about; differs from the target's while going through a jump host.
    package var host: String
    /// Whether it went well.
    package var succeeded: Bool
    /// How long it took.
    package var milliseconds: Double
    /// What was found (`127.0.0.2`, `curve25519-sha256, ssh-ed25519`, `SHA256:…`) or the exact cause of the failure.
    package var detail: String

    /// Makes a stage.
    package init(_ name: Name, host: String, succeeded: Bool, milliseconds: Double, detail: String) {
        self.name = name
        self.host = host
        self.succeeded = succeeded
        self.milliseconds = milliseconds
        self.detail = detail
    }
}

/// Why a connection could not be opened or a command not be started. Every message is one sentence that names the host and says what to do where something can be done.
package struct ConnectorError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The causes that callers tell apart.
    package enum Cause: String, WireEnum {
        case unknownHost = "unknown_host"
        case refused
        case unreachable
        case timedOut = "timed_out"
        case hostKeyUnknown = "host_key_unknown"
        case hostKeyChanged = "host_key_changed"
        case authenticationRefused = "authentication_refused"
        case credentialUnusable = "credential_unusable"
        case protocolError = "protocol_error"
        case connectionLost = "connection_lost"
        case couldNotStart = "could_not_start"
        /// Whoever asked for the command no longer wants it; nothing has begun.
        case withdrawn
    }

    /// The cause.
    package var cause: Cause
    /// The sentence.
    package var message: String
    /// The key that the host showed, when the cause is about host keys.
    package var presentedHostKey: HostKey?

    /// Makes an error.
    package init(_ cause: Cause, _ message: String, presentedHostKey: HostKey? = nil) {
        self.cause = cause
        self.message = message
        self.presentedHostKey = presentedHostKey
    }

    /// The command cannot start where it is to start.
    package static func badDirectory(_ directory: String?, _ target: String) -> ConnectorError {
        ConnectorError(
            .couldNotStart,
            "The working directory \(directory ?? "") cannot be entered on \(target); check that it exists and that the account may enter it."
        )
    }

    /// See `CommandPlan.mayBegin`.
    package static func withdrawn(_ target: String) -> ConnectorError {
        ConnectorError(.withdrawn, "The command was not begun on \(target), because whoever asked for it no longer may.")
    }

    /// The sentence.
    package var description: String { message }
    /// Whether another connection method of the same target may still work: everything but a changed host key.
    package var allowsFallback: Bool { cause != .hostKeyChanged }
}
