import CPQ
import Store

extension StoreError {
    /// Translates an error that the server reported in a result, by its SQLSTATE (PostgreSQL manual, appendix A).
    init(_ result: QueryResult) {
        let state = result.field(.state) ?? ""
        let message = result.field(.message) ?? result.message
        switch state {
        case "23505": self = .duplicate(constraint: result.field(.constraint) ?? message)
        case "53100": self = .full
        case "XX001", "XX002": self = .corrupt(message)
        case "25006": self = .statement(message)
        default:
            switch state.prefix(2) {
            case "22", "23", "54": self = .constraint(message)
            case "42", "0A", "26", "34": self = .statement(message)
            default: self = .unavailable(message)
            }
        }
    }
}

extension QueryResult {
    /// Whether the whole transaction may be tried again: it lost a race against another one (serialization failure, deadlock), or its
    /// server process was told to end. Nothing of it was kept.
    var mayBeTriedAgain: Bool { isLostRace || ["57P01", "57P02", "57P03"].contains(field(.state)) }

    /// Whether the server gave the transaction up in favour of another one.
    var isLostRace: Bool { ["40001", "40P01"].contains(field(.state)) }
}

/// A transaction that came to nothing, through no fault of its own, and may be tried again as a whole.
struct TryAgain: Error {
    let reason: StoreError
    /// Whether the server itself said so before anything could be kept; otherwise the connection broke.
    var wasNotKept = false
    /// Whether the connection was found broken before anything was sent.
    var wasNotSent = false

    /// What it means for statements that may have committed: an error that says so, unless nothing can have.
    var afterCommit: any Error {
        if wasNotKept || wasNotSent { return self }
        return StoreError.unavailable("the connection broke while the change was being stored, which may have happened or not")
    }
}
