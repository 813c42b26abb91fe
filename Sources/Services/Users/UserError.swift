import Vocabulary

/// Everything the Users service refuses.
package enum UserError: Error, Sendable, Hashable {
    /// There is no user with this id or name.
    case notFound(String)
    /// Another user has this name.
    case nameTaken(String)
    /// The name does not have the form of a user name.
    case nameMalformed
    /// The name to show is too long or holds control characters.
    case displayNameMalformed
    /// Someone else saved meanwhile.
    case staleRevision(sent: Int, current: Int)
    /// Nobody would be left to administer.
    case lastAdministrator(String)
    /// People do not delete or disable themselves.
    case ownAccount
    /// There are users already.
    case alreadySetUp
}

extension UserError: ProblemConvertible {
    /// How it looks from outside.
    package var problem: Problem {
        switch self {
        case .notFound(let user): .notFound("user \(user)")
        case .nameTaken(let name): .conflict("There is already a user named \(name). Choose another name.")
        case .nameMalformed:
            .invalid(
                "The user name is not valid.",
                [
                    ProblemPlace(
                        "must be 1 to 64 letters, digits and . _ @ - and start with a letter or digit", pointer: "#/username")
                ])
        case .displayNameMalformed:
            .invalid(
                "The name to show is not valid.",
                [ProblemPlace("must be at most 128 characters without line breaks", pointer: "#/display_name")])
        case .staleRevision(let sent, let current): .staleRevision(sent: sent, current: current)
        case .lastAdministrator(let name):
            .conflict("\(name) is the last active administrator. Make someone else an administrator first.")
        case .ownAccount: .conflict("You cannot delete or disable yourself. Ask another administrator.")
        case .alreadySetUp: .conflict("The first administrator exists already. Sign in instead.")
        }
    }
}
