import Vocabulary

/// What to test.
package struct TestTarget: Codable, Sendable {
    /// The position of the connection method to test, from 0; absent tries all in order as a run does.
    package var method: Int?
    /// Makes the value.
    package init(method: Int? = nil) {
        self.method = method
    }
}

/// The stages on the way to a usable connection.
package enum ConnectionStageName: String, WireEnum {
    case dns
    case tcp
    case keyExchange = "key_exchange"
    case hostKey = "host_key"
    case authentication
    case shell
}

/// One stage of a connection test.
package struct ConnectionStage: Codable, Sendable, Hashable {
    /// Which stage.
    package var name: ConnectionStageName
    /// The host it was about; a jump host's stages come first.
    package var host: String
    /// Whether it went well.
    package var succeeded: Bool
    /// How long it took.
    package var milliseconds: Double
    /// What was found, or the exact cause of the failure.
    package var detail: String
    /// Makes the value.
    package init(name: ConnectionStageName, host: String, succeeded: Bool, milliseconds: Double, detail: String) {
        self.name = name
        self.host = host
        self.succeeded = succeeded
        self.milliseconds = milliseconds
        self.detail = detail
    }
}

/// The test of one connection method.
package struct ConnectionAttempt: Codable, Sendable, Hashable {
    /// The method's position, from 0.
    package var method: Int
    /// The kind.
    package var kind: ConnectionKind
    /// Whether a command could be run.
    package var succeeded: Bool
    /// The stages in order; the last one is where it failed.
    package var stages: [ConnectionStage]
    /// The cause of the failure in one sentence.
    package var cause: String?
    /// The host key that was shown and is not pinned, to be compared and pinned.
    package var presentedKey: PresentedHostKey?
    /// Makes the value.
    package init(
        method: Int, kind: ConnectionKind, succeeded: Bool, stages: [ConnectionStage], cause: String? = nil,
        presentedKey: PresentedHostKey? = nil
    ) {
        self.method = method
        self.kind = kind
        self.succeeded = succeeded
        self.stages = stages
        self.cause = cause
        self.presentedKey = presentedKey
    }
}

/// A host key as a server showed it.
package struct PresentedHostKey: Codable, Sendable, Hashable {
    /// For example `ssh-ed25519`.
    package var algorithm: String
    /// The public key in base64.
    package var blob: String
    /// For example `SHA256:...`.
    package var fingerprint: String
    /// Whether another key is pinned, so that this one is a change.
    package var isChange: Bool
    /// Makes the value.
    package init(algorithm: String, blob: String, fingerprint: String, isChange: Bool) {
        self.algorithm = algorithm
        self.blob = blob
        self.fingerprint = fingerprint
        self.isChange = isChange
    }
}

/// The result of a connection test.
package struct ConnectionTest: Codable, Sendable, Hashable {
    /// Whether the target can be used.
    package var succeeded: Bool
    /// The attempts in order of the methods.
    package var attempts: [ConnectionAttempt]
    /// The whole time.
    package var milliseconds: Double
    /// The worker that tested.
    package var worker: String
    /// Makes the value.
    package init(succeeded: Bool, attempts: [ConnectionAttempt], milliseconds: Double, worker: String) {
        self.succeeded = succeeded
        self.attempts = attempts
        self.milliseconds = milliseconds
        self.worker = worker
    }
}

/// A host key to pin.
package struct PinHostKey: Codable, Sendable, WireConstrained {
    /// For example `ssh-ed25519`.
    package var algorithm: String
    /// The public key in base64.
    package var blob: String
    /// Whether to drop the keys that were pinned before, as after a new installation.
    package var replace: Bool?
    /// Makes the value.
    package init(algorithm: String, blob: String, replace: Bool? = nil) {
        self.algorithm = algorithm
        self.blob = blob
        self.replace = replace
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["algorithm": .length(1...64), "blob": .length(1...8192)] }
}
