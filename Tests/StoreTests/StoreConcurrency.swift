import Foundation
import SQLiteDriver
import Store
import Support
import Testing

@Suite("Store under concurrency", .timeLimit(.minutes(1)))
struct StoreConcurrency {
    @Test("many writers at once are all applied exactly once, and those that throw hurt nobody else", arguments: StoreMaker.all)
    func manyWriters(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            let refused = await withTaskGroup(of: Bool.self) { group in
                for id in 0..<500 {
                    group.addTask {
                        do {
                            try await database.transact { transaction in
                                try await transaction.execute("INSERT INTO notes (id) VALUES (\(id))")
                                if id % 7 == 0 { throw ChangedMind() }
                            }
                            return false
                        } catch { return error is ChangedMind }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            let ids = try await database.read { try await $0.query("SELECT id FROM notes ORDER BY id").map { try $0.int("id") } }

            #expect(refused == 72)
            #expect(ids == (0..<500).filter { $0 % 7 != 0 })
        }
    }

    @Test("increments never get lost", arguments: StoreMaker.all)
    func increments(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            try await database.transact { try await $0.execute("INSERT INTO notes (id, size) VALUES (1, 0)") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        try await database.transact { transaction in
                            let size = try await transaction.query("SELECT size FROM notes")[0].double("size")
                            try await transaction.execute("UPDATE notes SET size = \(size + 1)")
                        }
                    }
                }
                try await group.waitForAll()
            }

            let size = try await database.read { try await $0.query("SELECT size FROM notes")[0].double("size") }
            #expect(size == 200)
        }
    }

    @Test("one task's transactions are applied in its order", arguments: StoreMaker.all)
    func order(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            for id in 1...20 {
                try await database.addNote(id, "note \(id)")

                #expect(try await database.noteCount() == id)
            }
        }
    }

    @Test("a body whose task was cancelled while it waited does not run", arguments: [StoreMaker.sqliteFile, .sqliteMemory])
    func cancelledInLine(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            let (entered, leave) = (StoreGate(), StoreGate())
            async let first: Void = database.transact { transaction in
                entered.open()
                await leave.pass()
                try await transaction.execute("INSERT INTO notes (id) VALUES (1)")
            }
            await entered.pass()
            let second = Task { try await database.addNote(2) }
            second.cancel()
            leave.open()
            try await first

            await #expect(throws: CancellationError.self) { try await second.value }
            #expect(try await database.noteCount() == 1)
        }
    }

    @Test(
        "a reader sees only what was committed, and does not wait for an open transaction", arguments: [StoreMaker.sqliteFile, .postgresql])
    func isolation(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            let (entered, leave) = (StoreGate(), StoreGate())
            async let writing: Void = database.transact { transaction in
                try await transaction.execute("INSERT INTO notes (id) VALUES (1)")
                entered.open()
                await leave.pass()
            }
            await entered.pass()
            let before = try await database.noteCount()
            leave.open()
            try await writing

            #expect(before == 0)
            #expect(try await database.noteCount() == 1)
        }
    }

    @Test("a reader's view stays the same while others write", arguments: [StoreMaker.sqliteFile, .postgresql])
    func consistentView(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            let counts = try await database.read { transaction in
                let before = try await transaction.query("SELECT count(*) AS n FROM notes")[0].int("n")
                try await Task.detached { try await database.addNote(1) }.value
                let after = try await transaction.query("SELECT count(*) AS n FROM notes")[0].int("n")
                return [before, after]
            }

            #expect(counts == [0, 0])
            #expect(try await database.noteCount() == 1)
        }
    }

    @Test("readers that never stop do not starve the writer", arguments: [StoreMaker.sqliteFile, .postgresql], [2, 20])
    func starvation(maker: StoreMaker, readers: Int) async throws {
        try await maker.withDatabase([notes]) { database in
            let reads = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<readers {
                    group.addTask {
                        var reads = 0
                        while !Task.isCancelled {
                            if (try? await database.noteCount()) != nil { reads += 1 }
                        }
                        return reads
                    }
                }
                for id in 0..<200 { try await database.addNote(id) }
                group.cancelAll()
                return try await group.reduce(0, +)
            }

            // The writer came first to its 200th turn, or this would not end; readers had theirs beside it.
            #expect(reads > 0)
            #expect(try await database.noteCount() == 200)
        }
    }

    @Test("writers that wait share commits, and none is answered before its commit")
    func groupCommit() async throws {
        let folder = try StoreTestFolder()
        let database = try SQLiteDatabase.open(path: folder.file("test.sqlite"))
        try await Migrator.run(service: "test", migrations: [notes], on: database)
        let before = try commits(in: folder.file("test.sqlite-wal"))
        let leave = StoreGate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await database.transact { _ in await leave.pass() } }
            for id in 0..<128 { group.addTask { try await database.addNote(id) } }
            // Every writer but the first stands in line once its task ran up to its first wait.
            for _ in 0..<1000 { await Task.yield() }
            leave.open()
            try await group.waitForAll()
        }
        let commits = try commits(in: folder.file("test.sqlite-wal")) - before

        #expect(try await database.noteCount() == 128)
        #expect((2...64).contains(commits), "128 writers took \(commits) commits")
        await database.close()
    }

    /// Counts the frames of a write-ahead log that end a transaction (SQLite file format, section 4.1).
    private func commits(in log: String) throws -> Int {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: log)))
        func number(_ offset: Int) -> Int { bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
        let frame = 24 + number(8)
        return stride(from: 32, to: bytes.count - frame + 1, by: frame).count { number($0 + 4) > 0 }
    }
}
