import Foundation
import Vocabulary
import Web

/// A sign-in as the CLI keeps it.
package struct StoredLogin: Codable, Sendable, Hashable {
    /// The server's address.
    package var server: String
    /// The user's name.
    package var username: String
    /// The access token.
    package var accessToken: Secret
    /// When the access token ends.
    package var expiresAt: Timestamp
    /// Gets the next pair, once.
    package var refreshToken: Secret

    /// Makes the value.
    package init(server: String, username: String, accessToken: Secret, expiresAt: Timestamp, refreshToken: Secret) {
        self.server = server
        self.username = username
        self.accessToken = accessToken
        self.expiresAt = expiresAt
        self.refreshToken = refreshToken
    }
}

/// The file with the sign-in, readable by its owner only. It is replaced in one step, so a reader sees the old or the new one.
package struct LoginFile: Sendable {
    /// The folder: `OPSCONDUCTOR_CONFIG_DIR`, else `opsconductor` in `XDG_CONFIG_HOME`, else in `~/.config`.
    package let folder: String

    /// Finds the folder by the environment.
    /// - Throws: `ClientFailure` when it names no home directory.
    package init(environment: [String: String]) throws {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let folder = value("OPSCONDUCTOR_CONFIG_DIR") {
            self.folder = folder
        } else if let base = value("XDG_CONFIG_HOME") {
            folder = base + "/opsconductor"
        } else if let home = value("HOME") {
            folder = home + "/.config/opsconductor"
        } else {
            throw ClientFailure.usage("There is no HOME directory; set OPSCONDUCTOR_CONFIG_DIR to the folder for the sign-in.")
        }
    }

    private var path: String { folder + "/login.json" }

    /// The sign-in, or nil when there is none.
    /// - Throws: `ClientFailure` when the file cannot be read.
    package func read() throws -> StoredLogin? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw ClientFailure.signIn(SystemFault("\(path) cannot be read").description)
        }
        let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
        let bytes = try handle.readToEnd() ?? Data()
        guard let login = try? JSONCodec.decode(StoredLogin.self, from: bytes) else {
            throw ClientFailure.signIn("\(path) is damaged; sign in again with: opsconductor login")
        }
        return login
    }

    /// Keeps a sign-in.
    /// - Throws: `ClientFailure` when the file cannot be written; the old one is still there then.
    package func write(_ login: StoredLogin) throws {
        try makeFolder()
        let name = "\(path).\(getpid()).new"
        unlink(name)
        let file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw ClientFailure.failed(SystemFault("\(name) cannot be written").description) }
        do {
            let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
            try handle.write(contentsOf: Data(JSONCodec.encode(login)))
            try handle.synchronize()
        } catch {
            unlink(name)
            throw ClientFailure.failed("\(name) cannot be written; is the disk full?")
        }
        guard rename(name, path) == 0 else { throw ClientFailure.failed(SystemFault("\(path) cannot be written").description) }
    }

    /// Forgets the sign-in.
    package func remove() { unlink(path) }

    /// Runs `body` while no other CLI of this user changes the sign-in.
    package func locked<Result: Sendable>(
        _ clock: any WallClock, _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        try makeFolder()
        let file = open(folder + "/login.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw ClientFailure.failed(SystemFault("\(folder)/login.lock cannot be opened").description) }
        defer { close(file) }
        for _ in 0..<600 {
            if flock(file, LOCK_EX | LOCK_NB) == 0 { return try await body() }
            try await clock.sleep(for: .milliseconds(50))
        }
        throw ClientFailure.signIn("Another opsconductor command has been renewing the sign-in for 30 seconds; try again.")
    }

    private func makeFolder() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw ClientFailure.failed("The folder \(folder) cannot be made: \(error.localizedDescription)")
        }
    }
}
