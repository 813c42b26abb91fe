import Conductor
import Contracts
import Foundation
import Logging
import SQLiteDriver
import Store
import Support
import Testing
import Vocabulary

@Suite("The key at the start", .timeLimit(.minutes(1)))
struct KeyCheckTests {
    private let folder: StoreTestFolder
    private let settings: Settings
    private let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        folder = try StoreTestFolder()
        settings = Settings(environment: ["DATA_DIR": folder.file("data"), "SECRET_KEY_FILE": folder.file("key")])
    }

    private func start(_ visit: (House) async throws -> Void = { _ in }) async throws {
        let house = try await House(settings, logger: logger)
        do {
            try await visit(house)
        } catch {
            await house.close()
            throw error
        }
        await house.close()
    }

    /// A key of 32 times the same byte.
    private static func key(_ version: Int, _ byte: UInt8) -> String {
        "\(version):\(Data(repeating: byte, count: 32).base64EncodedString())\n"
    }

    private func writeKeys(_ lines: String...) throws {
        try? FileManager.default.removeItem(atPath: settings.secretKeyFile)
        let isWritten = FileManager.default.createFile(
            atPath: settings.secretKeyFile, contents: Data(lines.joined().utf8), attributes: [.posixPermissions: 0o600])
        #expect(isWritten)
    }

    private func addPassword(_ house: House) async throws {
        let caller = Caller.user(.sample, name: "anna", role: .administrator)
        _ = try await house.peer.call(
            TargetsAPI.createCredential, [:],
            SaveCredential(name: "root", kind: .password, username: "root", password: Secret("hunter2")), as: caller)
    }

    /// Makes a database as it was before there were marks.
    private func forgetMarks() async throws {
        let database = try SQLiteDatabase.open(path: settings.dataDirectory + "/targets.db")
        let removed = try await database.transact { try await $0.execute("DELETE FROM key_marks") }
        #expect(removed == 1)
        await database.close()
    }

    @Test("data of one key is refused with another in one sentence, stays as it was and opens again with its own")
    func otherKey() async throws {
        try writeKeys(Self.key(1, 7))
        try await start()

        try writeKeys(Self.key(1, 8))
        let error = KeyCheckError.otherKey(keyFile: settings.secretKeyFile, service: "targets")
        await #expect(throws: error) { try await start() }
        #expect(error.description.hasPrefix("The key file \(settings.secretKeyFile) does not open the secrets in the database of targets"))
        #expect(error.description.contains("set SECRET_KEY_FILE to the key file that belongs to this DATA_DIR"))

        try writeKeys(Self.key(1, 7))
        try await start()
    }

    @Test("every key that ever sealed is needed: a newer one may be added, none may be left out")
    func rotation() async throws {
        let (old, new) = (Self.key(1, 7), Self.key(2, 8))
        try writeKeys(old)
        try await start()
        try writeKeys(old, new)
        try await start()

        for remaining in [old, new] {
            try writeKeys(remaining)
            await #expect(throws: KeyCheckError.self) { try await start() }
        }
        try writeKeys(new, old)
        try await start()
    }

    @Test("data without a mark is known by a secret that it holds, and gets a mark when that opens")
    func unmarkedData() async throws {
        try writeKeys(Self.key(1, 7))
        try await start(addPassword)
        try await forgetMarks()

        try writeKeys(Self.key(1, 8))
        await #expect(throws: KeyCheckError.otherKey(keyFile: settings.secretKeyFile, service: "targets")) { try await start() }

        try writeKeys(Self.key(1, 7))
        try await start()
        try await forgetMarks()
    }
}
