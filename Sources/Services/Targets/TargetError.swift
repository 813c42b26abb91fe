import Contracts
import Flow
import Vocabulary

/// What the Targets service refuses, with the facts that a person needs to go on.
package enum TargetError: Error, Sendable, Hashable {
    /// The nouns of this service.
    package enum Noun: String, Sendable {
        case target
        case group
        case credential
        case policy
        case range
        case scan
        case finding
    }

    /// There is no such thing.
    case notFound(Noun, String)
    /// Another one has this name.
    case nameTaken(Noun, String)
    /// Someone saved meanwhile.
    case staleRevision(sent: Int, current: Int)
    /// The input does not make sense at these places.
    case invalid(Noun, [ProblemPlace])
    /// The text is not a filter.
    case invalidFilter(FilterError)
    /// The cursor is none that a list gave.
    case invalidCursor
    /// Other targets reach theirs through this one.
    case jumpedThrough(target: String, by: [String], count: Int)
    /// Targets log in with this credential.
    case credentialInUse(String, by: [String], count: Int)
    /// Other groups are made of this one.
    case groupInUse(String, by: [String])
    /// No pinned host key has this fingerprint.
    case hostKeyNotPinned(target: String, fingerprint: String)
    /// There is nothing to test.
    case nothingToTest(target: String, methods: Int)
    /// The range is scanned already.
    case scanRuns(range: String, done: Int, total: Int)
    /// The scan has ended.
    case scanEnded
    /// The worker's key is no key.
    case badRecipientKey
    /// The list cannot be read at all.
    case unreadableList(String, line: Int?)
}

extension TargetError: ProblemConvertible {
    /// How it looks from outside.
    package var problem: Problem {
        switch self {
        case .notFound(let noun, let reference): .notFound("\(noun.rawValue) `\(reference.prefix(200))`")
        case .nameTaken(let noun, let name): .conflict("There is already a \(noun.rawValue) named `\(name)`; choose another name.")
        case .staleRevision(let sent, let current): .staleRevision(sent: sent, current: current)
        case .invalid(let noun, let places): .invalid(Self.sentence(noun, places), places)
        case .invalidFilter(let error):
            .invalid("The filter is not valid. \(error)", [ProblemPlace(error.message, pointer: "#/filter", line: 1, column: error.column)])
        case .invalidCursor: .invalid("The cursor is none that this list gave; start again without one.")
        case .unreadableList(let why, let line): .invalid(why, [ProblemPlace(why, pointer: "#/text", line: line)])
        case .nothingToTest(let target, let methods):
            .invalid(
                methods == 0
                    ? "The target `\(target)` has no connection method yet; add one first."
                    : "The target `\(target)` has \(methods) connection methods, counted from 0.")
        case .scanRuns(let range, let done, let total):
            .conflict("The range `\(range)` is being scanned already (\(done) of \(total) addresses); wait for the end or cancel it.")
        case .scanEnded: .conflict("The scan has ended; there is nothing to cancel.")
        case .badRecipientKey: .invalid("The recipient key is not an X25519 public key in base64.")
        case .jumpedThrough(let target, let names, let count):
            .conflict("`\(target)` is the jump host of \(Self.list(names, count)); change them first.")
        case .credentialInUse(let name, let names, let count):
            .conflict("The credential `\(name)` is used by \(Self.list(names, count)); give them another one first.")
        case .groupInUse(let name, let names):
            .conflict("The group `\(name)` is part of \(Self.list(names, names.count)); change them first.")
        case .hostKeyNotPinned(let target, let fingerprint):
            .notFound("host key `\(fingerprint.prefix(200))` pinned for `\(target)`")
        }
    }

    private static func sentence(_ noun: Noun, _ places: [ProblemPlace]) -> String {
        guard places.count == 1, let only = places.first else {
            return "The \(noun.rawValue) has \(places.count) mistakes: " + places.map(\.detail).joined(separator: " ")
        }
        return only.detail
    }

    /// `a, b and 3 more`.
    private static func list(_ names: [String], _ count: Int) -> String {
        let shown = names.prefix(5).map { "`\($0)`" }.joined(separator: ", ")
        return count > 5 ? "\(shown) and \(count - 5) more" : shown
    }
}
