import Vocabulary

/// Everything the Auth service refuses.
package enum AuthError: Error, Sendable, Hashable {
    /// Name and password do not belong together, or the user is disabled; which of them is not said.
    case signInFailed
    /// The present password that was sent is wrong.
    case currentPasswordWrong
    /// Too many failed sign-ins for this account or from this address.
    case tooManyAttempts(retryAfterSeconds: Int)
    /// The new password is not good enough; the property of the input that holds it.
    case passwordRefused(PasswordFlaw, property: String)
    /// The one-time link was never made, was used, replaced, or has ended.
    case linkInvalid
    /// The refresh token was never given, was used, or its session is over.
    case refreshTokenInvalid
    /// There is no such session, or it belongs to someone else.
    case sessionNotFound(String)
    /// The caller has no such token.
    case tokenNotFound(String)
    /// There is no such user.
    case userNotFound(UserID)
    /// A disabled user gets no link.
    case userDisabled(String)
    /// This is done only in a sign-in, not with a personal token.
    case signInNeeded
    /// The scope is empty or names permissions that no token can have.
    case scopeInvalid([Permission])
    /// The token's name is empty or too long, or its days are out of range.
    case tokenMalformed
    /// The cursor is not one that a page before gave.
    case cursorInvalid
    /// More people sign in at this instant than passwords can be checked.
    case busy
}

extension AuthError: ProblemConvertible {
    /// How it looks from outside.
    package var problem: Problem {
        switch self {
        case .signInFailed:
            Problem("sign-in-failed", "Sign-in failed", status: 401, "The user name or the password is wrong.")
        case .currentPasswordWrong:
            .invalid("The present password is wrong.", [ProblemPlace("is not your password", pointer: "#/current")])
        case .tooManyAttempts(let seconds):
            Problem(
                "too-many-attempts", "Too many attempts", status: 429,
                "There were too many failed sign-ins. Try again in \(seconds) seconds.", retryAfterSeconds: seconds)
        case .passwordRefused(let flaw, let property):
            .invalid(flaw.sentence, [ProblemPlace(flaw.advice, pointer: "#/\(property)")])
        case .linkInvalid:
            Problem(
                "link-invalid", "Link not valid", status: 410,
                "This link was used, replaced or has ended. Ask for a new one.")
        case .refreshTokenInvalid:
            Problem("sign-in-over", "Sign-in is over", status: 401, "This sign-in is over. Sign in again.")
        case .sessionNotFound(let session): .notFound("session \(session)")
        case .tokenNotFound(let token): .notFound("token \(token)")
        case .userNotFound(let user): .notFound("user \(user)")
        case .userDisabled(let name): .conflict("\(name) is disabled. Enable the user first.")
        case .signInNeeded:
            Problem(
                "sign-in-needed", "Not with a token", status: 403,
                "Personal tokens do not manage sign-ins, tokens or passwords. Sign in with name and password for this.")
        case .scopeInvalid(let refused): Self.scopeProblem(refused)
        case .tokenMalformed:
            .invalid(
                "The token is not valid.",
                [ProblemPlace("needs a name of 1 to 128 characters and 1 to 366 days", pointer: "#/name")])
        case .cursorInvalid:
            .invalid("The cursor is not valid.", [ProblemPlace("must be the next_cursor of a page", pointer: "#/cursor")])
        case .busy: .unavailable("Too many people sign in at this instant. Try again in a moment.")
        }
    }

    private static func scopeProblem(_ refused: [Permission]) -> Problem {
        let names = refused.map(\.rawValue).joined(separator: ", ")
        let advice = refused.isEmpty ? "must name at least one permission, or be absent" : "cannot hold \(names)"
        return .invalid("The scope is not valid.", [ProblemPlace(advice, pointer: "#/scope")])
    }
}
