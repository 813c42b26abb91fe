import Vocabulary

/// Everything the Audit service refuses.
package enum AuditError: Error, Sendable, Hashable {
    /// There is no entry with this id.
    case noEntry(String)
    /// The cursor is not one that a page gave.
    case badCursor
    /// The times are the wrong way round.
    case timesSwapped
}

extension AuditError: ProblemConvertible {
    /// How it looks from outside.
    package var problem: Problem {
        switch self {
        case .noEntry(let id): .notFound("entry \(id) in the audit log")
        case .badCursor:
            .invalid("The cursor is not valid.", [ProblemPlace("must be the next_cursor of the page before", pointer: "#/cursor")])
        case .timesSwapped: .invalid("The times are not valid.", [ProblemPlace("must be before `until`", pointer: "#/since")])
        }
    }
}
