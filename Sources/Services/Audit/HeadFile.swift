import Foundation
import Glibc
import Ledger

/// Signed heads in a file outside the database, to which lines are only added.
struct HeadFile: Sendable {
    /// The name of the file in its directory.
    static let name = "heads.jsonl"
    let directory: String

    /// Adds heads and returns when they are on the disk.
    /// - Throws: `HeadFileError`.
    func append(_ heads: [LedgerHead]) throws(HeadFileError) {
        let path = "\(directory)/\(Self.name)"
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.error(path) }
        defer { close(file) }
        let bytes = heads.flatMap { $0.line + [UInt8(ascii: "\n")] }
        guard write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else { throw Self.error(path) }
    }

    private static func error(_ path: String) -> HeadFileError { HeadFileError(path: path, reason: String(cString: strerror(errno))) }
}

/// Why heads could not be written outside.
struct HeadFileError: Error, CustomStringConvertible {
    let path: String
    let reason: String

    /// One sentence.
    var description: String {
        "The file \(path) cannot be written (\(reason)); AUDIT_HEADS_DIR must name a directory that this user may write to."
    }
}
