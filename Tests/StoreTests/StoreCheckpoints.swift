import Foundation
import SQLiteDriver
import Store
import Support
import Testing

@Suite("The log of SQLite files", .timeLimit(.minutes(1)))
struct StoreCheckpoints {
    /// The notes in the database file alone, without what only its log has.
    private func notesInFile(_ path: String, _ copy: String) async -> Int {
        try? FileManager.default.removeItem(atPath: copy)
        guard (try? FileManager.default.copyItem(atPath: path, toPath: copy)) != nil,
            let database = try? SQLiteDatabase.open(path: copy)
        else { return 0 }
        // A copy that was made while the file was written to may be damaged.
        let count = (try? await database.noteCount()) ?? 0
        await database.close()
        return count
    }

    @Test("what was committed gets into the file itself while the database is open")
    func reachesFile() async throws {
        let folder = try StoreTestFolder()
        let path = folder.file("jobs.sqlite")
        let database = try SQLiteDatabase.open(path: path)
        try await Migrator.run(service: "test", migrations: [notes], on: database)

        for id in 0..<200 { try await database.transact { try await $0.execute("INSERT INTO notes (id) VALUES (\(id))") } }
        while await notesInFile(path, folder.file("copy.sqlite")) < 50 { await Task.yield() }

        #expect(try await database.noteCount() == 200)
        await database.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).contains("jobs.sqlite-wal") == false)
    }

    @Test("the space of rows that were removed is given back in portions, and the file is smaller when it is closed")
    func givesBack() async throws {
        let folder = try StoreTestFolder()
        let path = folder.file("jobs.sqlite")
        func size() throws -> Int { try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0 }
        let database = try SQLiteDatabase.open(path: path)
        try await database.transact([SQL("CREATE TABLE large (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")])
        for id in 0..<40 {
            try await database.transact([SQL("INSERT INTO large (id, body) VALUES (\(id), \([UInt8](repeating: 7, count: 100_000)))")])
        }
        await database.close()
        let full = try size()
        let again = try SQLiteDatabase.open(path: path)

        try await again.transact([SQL("DELETE FROM large WHERE id > 1")])
        var portions = 0
        while try await again.giveBack() { portions += 1 }
        await again.close()

        #expect(full > 4_000_000 && portions >= 3)
        #expect(try size() < 400_000)
    }
}
