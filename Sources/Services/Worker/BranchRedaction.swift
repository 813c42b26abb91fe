import ConnectorPort
import Contracts
import Flow
import Vocabulary

/// Remembers how to redact, so that branches that know the same secrets look for them together.
struct Redactions {
    private var known: [Set<Secret>: Redaction] = [:]

    /// The most sets of secrets that are remembered.
    private static let most = 64

    /// Hides the secret parameters of a branch and what opens the ways to its target.
    mutating func redaction(_ parameters: [String: Secret], _ connection: TargetConnection?, _ plans: RoutePlans) -> Redaction {
        let secrets = Set(parameters.values).union(plans.secrets(of: connection))
        if secrets.isEmpty { return .none }
        if let redaction = known[secrets] { return redaction }
        if known.count >= Self.most { known = [:] }
        let made = Redaction(secrets)
        known[secrets] = made
        return made
    }
}

extension ReportEntry {
    /// Takes secrets out of everything that is told in words; output was redacted as it came.
    mutating func redact(_ redaction: Redaction) {
        if redaction.isEmpty { return }
        if let cause = step?.cause { step?.cause = redaction.text(cause) }
        if let cause = ended?.cause { ended?.cause = redaction.text(cause) }
        connected = connected.map(redaction.text)
    }
}

extension ConnectionAttempt {
    /// Takes secrets out of everything that is told in words.
    mutating func redact(_ redaction: Redaction) {
        if redaction.isEmpty { return }
        cause = cause.map(redaction.text)
        for index in stages.indices { stages[index].detail = redaction.text(stages[index].detail) }
    }
}

extension CredentialMaterial {
    /// What must not be seen of it: private keys never leave the worker, so that no command can print them.
    var secrets: [Secret] {
        switch self {
        case .password(let password): [password]
        case .privateKey(_, let passphrase, _): passphrase.map { [$0] } ?? []
        }
    }
}
