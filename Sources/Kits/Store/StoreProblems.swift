import Vocabulary

extension StoreError: ProblemConvertible {
    /// How it looks from outside when a service did not say something better.
    package var problem: Problem {
        switch self {
        case .duplicate: .conflict(description)
        case .constraint: .invalid(description)
        case .full:
            Problem("storage-full", "No space left", status: 507, description, retryAfterSeconds: 30)
        case .unavailable, .closed: .unavailable(description)
        case .corrupt, .newerSchema, .changedMigration, .unexpectedValue, .statement:
            Problem("storage-failed", "Storage failed", status: 500, "The data could not be read or written; the log says why.")
        }
    }
}

extension StoreError: CustomStringConvertible {
    /// One sentence that says what is wrong and what to do.
    package var description: String {
        switch self {
        case .duplicate(let constraint): "There is one already with the same value (\(constraint)); choose another."
        case .constraint(let what): "The data does not fit together: \(what)."
        case .full: "There is no space left on the disk, so nothing of this change was kept; free some space and try again."
        case .unavailable(let why): "The database cannot be used just now (\(why)); try again later."
        case .corrupt(let what):
            "The database is damaged (\(what)); nothing was changed in it: restore it from a backup."
        case .newerSchema(let service, let found, let known):
            "The database of \(service) has schema \(found), but this program knows only \(known); start a newer version."
        case .changedMigration(let service, let number):
            "Step \(number) of the schema of \(service) is not the one that was applied; start the version that fits the data."
        case .unexpectedValue(let column): "The column \(column) holds something unexpected."
        case .statement(let what): "A statement is wrong: \(what)."
        case .closed: "The database was closed because the program is ending."
        }
    }
}
