import Contracts
import Vocabulary

/// What webhooks and rules about events refuse.
enum EventError: Error, Sendable, Hashable {
    /// What there can be none of.
    enum Noun: String, Sendable {
        case webhook
        case delivery
        case rule
    }

    /// There is no such thing.
    case notFound(Noun, String)
    /// Another one has this name.
    case nameTaken(Noun, String)
    /// Somebody else saved meanwhile.
    case staleRevision(sent: Int, current: Int)
    /// The input is wrong at these places.
    case invalid(Noun, [ProblemPlace])
    /// Who may not run jobs may not have them run either.
    case mayNotRun
    /// Only people can answer for runs.
    case noOwner
    /// A secret comes with a change.
    case secretWithChange
    /// The cursor is none of ours.
    case cursor
    /// Who sent a message is not proved.
    case notProved
    /// The message was signed too long ago or too far ahead.
    case staleMessage(seconds: Int64, window: Int)
    /// An address sent too much that is not proved.
    case tooManyAttempts(retryAfterSeconds: Int)
    /// The message is too long.
    case tooLarge(limit: Int)
    /// The message is of a kind that is not read.
    case mediaType(String)
    /// The message starts nothing.
    case refused(String)
    /// A delivery cannot be delivered again.
    case notRepeatable(String)
}

extension EventError: ProblemConvertible {
    /// How it looks from outside.
    var problem: Problem {
        switch self {
        case .notFound(let noun, let reference): .notFound("\(noun.rawValue) \(reference.prefix(200))")
        case .nameTaken(let noun, let name): .conflict("There is already a \(noun.rawValue) named \(name). Choose another name.")
        case .staleRevision(let sent, let current): .staleRevision(sent: sent, current: current)
        case .invalid(let noun, let places):
            .invalid(
                places.count == 1
                    ? "The \(noun.rawValue) has a mistake: \(places[0].detail)" : "The \(noun.rawValue) has \(places.count) mistakes.",
                places)
        case .mayNotRun: .forbidden(.jobsRun)
        case .noOwner:
            Problem("forbidden", "Not allowed", status: 403, "Only a user can save this, because somebody has to answer for its runs.")
        case .secretWithChange:
            .invalid(
                "A change of a webhook leaves its secret as it is; rotate it for another one.",
                [ProblemPlace("is given only for a new webhook", pointer: "#/secret")])
        case .cursor: .invalid("The cursor is not one that this list gave out.", [ProblemPlace("not a cursor", pointer: "#/cursor")])
        case .notProved:
            Problem(
                "sender-not-proved", "Sender not proved", status: 401,
                "There is no webhook at this address, or the message does not prove that it comes from its sender.")
        case .staleMessage(let seconds, let window):
            Problem(
                "sender-not-proved", "Sender not proved", status: 401,
                "The message was signed \(seconds.magnitude) seconds \(seconds < 0 ? "ahead of now" : "ago"), and this webhook takes \(window) at most."
            )
        case .tooManyAttempts(let seconds):
            Problem(
                "too-many-attempts", "Too many attempts", status: 429,
                "This address has sent too many messages that prove nothing. Try again in \(seconds) seconds.", retryAfterSeconds: seconds)
        case .tooLarge(let limit):
            Problem("body-too-large", "Body too large", status: 413, "A message to this webhook may have at most \(limit) bytes.")
        case .mediaType(let type):
            Problem(
                "unsupported-media-type", "Unsupported media type", status: 415,
                "Send the message as application/json or application/x-www-form-urlencoded\(type.isEmpty ? "" : ", not \(type.prefix(80))")."
            )
        case .refused(let reason): Problem("message-refused", "Message refused", status: 422, "Nothing was started. \(reason)")
        case .notRepeatable(let reason): .conflict("This delivery cannot be delivered again: \(reason)")
        }
    }
}

extension Problem {
    /// The problem in one text, with the places that it does not name itself.
    var sentence: String {
        let places = (errors ?? []).map(\.detail).filter { !detail.contains($0) }
        return places.isEmpty ? detail : "\(detail) (\(places.prefix(3).joined(separator: "; ")))"
    }
}
