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
}
