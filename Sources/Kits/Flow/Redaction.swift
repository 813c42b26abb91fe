import Synchronization
import Vocabulary

/// Secrets that must not be seen, and the knowledge of how they may be written: as they are, in base64, in hexadecimal, escaped for a URL, JSON, a shell,
/// C or HTML, in any mixture of escapes. Secrets of fewer than four characters are not looked for.
package final class Redaction: Sendable {
    /// Hides nothing.
    package static let none = Redaction([])

    private let secrets: [Secret]
    private let shared = Mutex<RedactionStates?>(nil)

    /// Hides these secrets.
    package init(_ secrets: some Sequence<Secret>) { self.secrets = Set(secrets).filter { SpellingGraph.core(of: $0) != nil } }

    /// Whether nothing is hidden.
    package var isEmpty: Bool { secrets.isEmpty }

    /// Begins to redact the streams of a command.
    package func redactor() -> Redactor {
        Redactor(
            shared.withLock { states in
                if let states { return states }
                var graph = SpellingGraph()
                for secret in secrets { graph.add(secret) }
                let made = RedactionStates(graph)
                states = made
                return made
            })
    }

    /// Keeps what a redactor found out about the secrets, for those that begin later.
    package func learn(from redactor: Redactor) {
        shared.withLock { states in
            if redactor.states.count > states?.count ?? 0, !redactor.states.isFull { states = redactor.states }
        }
    }

    /// A text without the secrets.
    package func text(_ text: String) -> String {
        if isEmpty { return text }
        var redactor = redactor()
        let pieces = redactor.take(Array(text.utf8), of: .first) + redactor.finish()
        learn(from: redactor)
        return String(decoding: pieces.flatMap(\.bytes), as: UTF8.self)
    }
}
