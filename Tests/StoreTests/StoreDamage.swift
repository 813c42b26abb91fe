import Foundation
import SQLiteDriver
import Store
import Support
import Testing

@Suite("SQLite files in trouble")
struct StoreDamage {
    private func makeFile(_ path: String) async throws {
        let database = try SQLiteDatabase.open(path: path)
        try await Migrator.run(service: "test", migrations: [notes], on: database)
        for id in 0..<50 {
            let body = [UInt8](repeating: UInt8(id), count: 2000)
            try await database.transact { try await $0.execute("INSERT INTO notes (id, body) VALUES (\(id), \(body))") }
        }
        await database.close()
    }

    @Test("a file opens again with what was written to it, readable by its owner only")
    func reopens() async throws {
        let folder = try StoreTestFolder()
        let path = folder.file("jobs.sqlite")
        try await makeFile(path)
        let database = try SQLiteDatabase.open(path: path)

        #expect(try await database.noteCount() == 50)
        await database.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["jobs.sqlite"])
        let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(permissions == 0o600)
    }

    @Test("a file cut anywhere is called damaged by its name and left as it is", arguments: [0.0, 0.0001, 0.01, 0.5, 0.9, 0.99999])
    func truncated(share: Double) async throws {
        let folder = try StoreTestFolder()
        let path = folder.file("jobs.sqlite")
        try await makeFile(path)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let cut = whole.prefix(Int(Double(whole.count) * share))
        try cut.write(to: URL(fileURLWithPath: path))

        try expectCorrupt(path, unchanged: cut)
    }

    @Test(
        "a file of something else is called damaged by its name and left as it is",
        arguments: ["hello", String(repeating: "x", count: 8192)])
    func garbage(content: String) throws {
        let folder = try StoreTestFolder()
        let path = folder.file("jobs.sqlite")
        let bytes = Data(content.utf8)
        try bytes.write(to: URL(fileURLWithPath: path))

        try expectCorrupt(path, unchanged: bytes)
    }

    private func expectCorrupt(_ path: String, unchanged bytes: Data) throws {
        let error = #expect(throws: StoreError.self) { try SQLiteDatabase.open(path: path) }
        if case .corrupt(let what) = error {
            #expect(what.hasPrefix("jobs.sqlite: "))
        } else {
            Issue.record("it is not called damaged: \(String(describing: error))")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
    }

    @Test("every commit is flushed to the disk before it is acknowledged")
    func durable() async throws {
        try await StoreMaker.sqliteFile.withDatabase { database in
            let settings = try await database.transact { transaction in
                [
                    try await transaction.query("PRAGMA synchronous")[0].int("synchronous").description,
                    try await transaction.query("PRAGMA journal_mode")[0].text("journal_mode"),
                    try await transaction.query("PRAGMA foreign_keys")[0].int("foreign_keys").description,
                ]
            }

            #expect(settings == ["2", "wal", "1"])
        }
    }

    @Test("a folder that does not exist gives a sentence, not a crash")
    func noFolder() throws {
        let folder = try StoreTestFolder()

        #expect(throws: StoreError.unavailable("jobs.sqlite cannot be created: No such file or directory")) {
            try SQLiteDatabase.open(path: folder.file("missing/jobs.sqlite"))
        }
    }

    @Test(
        "a full disk refuses writers, keeps what was acknowledged readable and recovers", arguments: [StoreMaker.sqliteFile, .sqliteMemory])
    func full(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            try await database.transact { _ = try await $0.query("PRAGMA max_page_count = 60") }
            let acknowledged = await write(0..<100, to: database)

            #expect(acknowledged.count > 10 && acknowledged.count < 90)
            #expect(try await ids(in: database) == acknowledged.sorted())
            try await database.transact { _ = try await $0.query("PRAGMA max_page_count = 10000") }
            #expect(await write(100..<120, to: database).count == 20)
        }
    }

    private func write(_ range: Range<Int>, to database: any Database) async -> [Int] {
        await withTaskGroup(of: Int?.self) { group in
            for id in range {
                group.addTask {
                    let body = [UInt8](repeating: UInt8(id), count: 3000)
                    do {
                        try await database.transact {
                            try await $0.execute("INSERT INTO notes (id, body) VALUES (\(id), \(body))")
                        }
                        return id
                    } catch {
                        #expect(error as? StoreError == .full)
                        return nil
                    }
                }
            }
            return await group.reduce(into: []) { list, id in if let id { list.append(id) } }
        }
    }

    private func ids(in database: any Database) async throws -> [Int] {
        try await database.read { try await $0.query("SELECT id FROM notes ORDER BY id").map { try $0.int("id") } }
    }
}
