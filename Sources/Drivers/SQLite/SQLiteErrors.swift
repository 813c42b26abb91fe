import GRDB
import Store

extension StoreError {
    /// Translates what SQLite reports about `file`.
    init(sqlite error: any Error, file: String) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError: self.init(error, file: file)
        default: self = .statement(String(describing: error))
        }
    }

    private init(_ error: DatabaseError, file: String) {
        let message = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL: self = .full
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupt("\(file): \(message)")
        case .SQLITE_CONSTRAINT: self = .init(constraint: error.extendedResultCode, message)
        case .SQLITE_READONLY: self = .unavailable("\(file) cannot be written: \(message)")
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            self = .unavailable("\(file) cannot be opened: \(message)")
        case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE: self = .full
        case .SQLITE_IOERR, .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_NOMEM, .SQLITE_INTERRUPT, .SQLITE_PROTOCOL:
            self = .unavailable("\(file): \(message)")
        default: self = .statement(message)
        }
    }

    /// SQLite says for example `UNIQUE constraint failed: jobs.project, jobs.name`; the part after the colon names the constraint.
    private init(constraint code: ResultCode, _ message: String) {
        let name = message.firstRange(of: ": ").map { String(message[$0.upperBound...]) }
        switch code {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID:
            self = .duplicate(constraint: name ?? message)
        default: self = .constraint(message)
        }
    }
}
