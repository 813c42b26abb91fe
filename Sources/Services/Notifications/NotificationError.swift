import Contracts
import Vocabulary

/// What the Notifications service refuses, with the facts that a person needs to go on.
package enum NotificationError: Error, Sendable, Hashable {
    /// The nouns of this service.
    package enum Noun: String, Sendable {
        case channel
        case route
        case delivery
        case alert
        case mailServer = "mail server"
    }

    /// There is no such thing.
    case notFound(Noun, String)
    /// Another one has this name.
    case nameTaken(Noun, String)
    /// Someone saved meanwhile.
    case staleRevision(sent: Int, current: Int)
    /// The input does not make sense at these places.
    case invalid([ProblemPlace])
    /// The cursor is none that a list gave.
    case invalidCursor
    /// Routes send over this channel.
    case channelInUse(String, by: [String])
    /// Mail cannot be sent without a mail server.
    case noMailServer
    /// A delivery that waits or is being sent cannot be sent again.
    case stillUnderWay(DeliveryState)
    /// What it was to go over is gone.
    case channelGone(String)
    /// An alert that is over cannot be changed.
    case alertOver(AlertState)
}

extension NotificationError: ProblemConvertible {
    /// How it looks from outside.
    package var problem: Problem {
        switch self {
        case .notFound(.mailServer, _): .notFound("mail server yet; set one first")
        case .notFound(let noun, let reference): .notFound("\(noun.rawValue) `\(reference.prefix(200))`")
        case .nameTaken(let noun, let name): .conflict("There is already a \(noun.rawValue) named `\(name)`; choose another name.")
        case .staleRevision(let sent, let current): .staleRevision(sent: sent, current: current)
        case .invalid(let places): .invalid(Self.sentence(places), places)
        case .invalidCursor: .invalid("The cursor is none that this list gave; start again without one.")
        case .channelInUse(let name, let routes):
            .conflict("The channel `\(name)` is used by \(routes.map { "`\($0)`" }.joined(separator: ", ")); change these routes first.")
        case .noMailServer: .conflict("There is no mail server yet, so that no mail can be sent; set one first.")
        case .stillUnderWay(let state): .conflict("The delivery is \(state.rawValue); it is sent without being asked again.")
        case .channelGone(let name):
            .conflict("The channel `\(name)` of this delivery is gone or disabled, so that nothing can be sent over it.")
        case .alertOver(let state): .conflict("The alert is \(state.rawValue) already.")
        }
    }

    private static func sentence(_ places: [ProblemPlace]) -> String {
        guard places.count == 1, let only = places.first else {
            return "There are \(places.count) mistakes: " + places.map(\.detail).joined(separator: " ")
        }
        return only.detail
    }
}
