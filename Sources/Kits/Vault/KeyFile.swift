import Crypto
import Foundation
import Glibc

extension KeyRing {
    /// Reads the key file, which only its owner may read; creates it with one random key when there is none.
    /// A line holds `version:base64` with a whole number from 1 and a key of 32 bytes;
    /// empty lines and lines that start with `#` are skipped.
    package static func load(orCreateAt path: String) throws(KeyFileError) -> KeyRing {
        if let ring = try load(path) { return ring }
        try createWithRandomKey(path, mayExist: true)
        guard let ring = try load(path) else { throw .notUsable(path: path, reason: "it vanished") }
        return ring
    }

    /// Creates a key file with one random key.
    /// - Throws: `KeyFileError.exists` when there is a file, which is left alone.
    package static func create(at path: String) throws(KeyFileError) { try createWithRandomKey(path, mayExist: false) }

    /// Writes the ring as a new key file.
    /// - Throws: `KeyFileError.exists` when there is a file, which is left alone.
    package func write(to path: String) throws(KeyFileError) { try Self.create(path, lines, mayExist: false) }

    private static func createWithRandomKey(_ path: String, mayExist: Bool) throws(KeyFileError) {
        let key = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() }
        try create(path, "1:\(key)\n", mayExist: mayExist)
    }

    /// Nil when there is no file.
    private static func load(_ path: String) throws(KeyFileError) -> KeyRing? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw .notUsable(path: path, reason: reason())
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .notUsable(path: path, reason: reason()) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notUsable(path: path, reason: "it is not a file") }
        guard status.st_mode & 0o077 == 0 else { throw .readableByOthers(path: path) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(file, &bytes, bytes.count)
        guard count >= 0 else { throw .notUsable(path: path, reason: reason()) }
        return try parse(String(decoding: bytes.prefix(count), as: UTF8.self), path)
    }

    private static func parse(_ text: String, _ path: String) throws(KeyFileError) -> KeyRing {
        var keys: [Int: SymmetricKey] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let version = Int(parts[0]), (1...Int(UInt32.max)).contains(version), keys[version] == nil,
                let key = Data(base64Encoded: String(parts[1])), key.count == 32
            else { throw .damaged(path: path, line: index + 1) }
            keys[version] = SymmetricKey(data: key)
        }
        guard let ring = KeyRing(keys) else { throw .damaged(path: path, line: 1) }
        return ring
    }

    /// Writes a whole file under another name first, so that nobody ever sees half of one; a file that appears meanwhile is left alone.
    private static func create(_ path: String, _ lines: String, mayExist: Bool) throws(KeyFileError) {
        let unborn = "\(path).\(getpid()).new"
        unlink(unborn)
        let file = open(unborn, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .notUsable(path: path, reason: reason()) }
        defer {
            close(file)
            unlink(unborn)
        }
        let bytes = Array(lines.utf8)
        guard Glibc.write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else {
            throw .notUsable(path: path, reason: reason())
        }
        if link(unborn, path) != 0 {
            guard errno == EEXIST else { throw .notUsable(path: path, reason: reason()) }
            guard mayExist else { throw .exists(path: path) }
        }
        let parent = (path as NSString).deletingLastPathComponent
        let folder = open(parent.isEmpty ? "." : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}

/// Why the key file cannot be used.
package enum KeyFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Its group or everybody may read or write it.
    case readableByOthers(path: String)
    /// A line is not `version:base64` with a 32-byte key, or a version comes twice, or there is no key at all.
    case damaged(path: String, line: Int)
    /// A file that was to be made is there already.
    case exists(path: String)
    /// It cannot be read or created.
    case notUsable(path: String, reason: String)

    /// One sentence that says what is wrong and what to do.
    package var description: String {
        switch self {
        case .readableByOthers(let path):
            "The key file \(path) may be read by others than its owner; run chmod 600 on it."
        case .damaged(let path, let line):
            "Line \(line) of the key file \(path) is not version:base64 with a key of 32 bytes; restore the file from a backup."
        case .exists(let path):
            "There is a file \(path) already; it is left alone, because whatever was sealed with its key needs it."
        case .notUsable(let path, let reason):
            "The key file \(path) cannot be used (\(reason)); set SECRET_KEY_FILE to a file that this user may read and write."
        }
    }
}
