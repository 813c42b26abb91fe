import Foundation
import Synchronization

/// The directory that holds everything an installation keeps. Only one process at a time may have it.
package final class DataDirectory: Sendable {
    /// Where it is, as it was given.
    package let path: String
    private let lock: Mutex<Int32?>

    private init(path: String, lock: Int32) {
        self.path = path
        self.lock = Mutex(lock)
    }

    deinit { release() }

    /// Takes the directory for this process; creates it, readable by its owner only, when there is none.
    /// It is given back by `release`, or when the process ends in whatever way.
    package static func claim(_ path: String) throws(DataDirectoryError) -> DataDirectory {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            let known = (error as? CocoaError)?.underlying as? POSIXError
            throw .notUsable(path: path, reason: known.map { text($0.code.rawValue) } ?? "it cannot be created")
        }
        let lock = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw .notUsable(path: path, reason: text(errno)) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            defer { close(lock) }
            if code == EWOULDBLOCK { throw .inUse(path: path, process: holder(lock)) }
            throw .notUsable(path: path, reason: text(code))
        }
        let number = Array("\(getpid())\n".utf8)
        guard ftruncate(lock, 0) == 0, pwrite(lock, number, number.count, 0) == number.count else {
            let code = errno
            close(lock)
            throw .notUsable(path: path, reason: text(code))
        }
        return DataDirectory(path: path, lock: lock)
    }

    /// Gives the directory back.
    package func release() {
        let held = lock.withLock { lock in
            defer { lock = nil }
            return lock
        }
        if let held { close(held) }
    }

    /// The process that wrote its number into the lock file; nil when it did not get that far.
    private static func holder(_ lock: Int32) -> Int? {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = pread(lock, &bytes, bytes.count, 0)
        return Int(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).trimmingCharacters(in: .newlines))
    }

    private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}

/// Why a data directory cannot be had.
package enum DataDirectoryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Another process has it.
    case inUse(path: String, process: Int?)
    /// It cannot be created or written.
    case notUsable(path: String, reason: String)

    /// One sentence that says what is wrong and what to do.
    package var description: String {
        switch self {
        case .inUse(let path, let process):
            "The data directory \(path) is in use by "
                + (process.map { "process \($0)" } ?? "another process")
                + "; stop that one first or set DATA_DIR to another directory."
        case .notUsable(let path, let reason):
            "The data directory \(path) cannot be used (\(reason)); set DATA_DIR to a directory that this user may write."
        }
    }
}
