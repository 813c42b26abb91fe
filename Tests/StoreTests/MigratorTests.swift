import Store
import Support
import Testing

@Suite("Migrator")
struct MigratorTests {
    private let first = Migration(1, "first", ["CREATE TABLE a (id INTEGER)", "CREATE TABLE b (id INTEGER)"])
    private let second = Migration(2, "second", ["ALTER TABLE a ADD COLUMN name TEXT"])
    private let broken = Migration(2, "broken", ["CREATE TABLE c (id INTEGER)", "CREATE TABL d (id INTEGER)"])

    private func run(_ migrations: [Migration], on database: any Database) async throws -> [Int] {
        try await Migrator.run(service: "jobs", migrations: migrations, on: database)
    }

    @Test("steps are applied once, in order, and only the missing ones", arguments: StoreMaker.all)
    func applies(maker: StoreMaker) async throws {
        try await maker.withDatabase { database in
            #expect(try await run([first], on: database) == [1])
            #expect(try await run([first, second], on: database) == [2])
            #expect(try await run([first, second], on: database) == [])
            try await database.transact { try await $0.execute("INSERT INTO a (id, name) VALUES (1, 'x')") }
        }
    }

    @Test("what is pending is told without writing anything", arguments: StoreMaker.all)
    func pending(maker: StoreMaker) async throws {
        try await maker.withDatabase { database in
            #expect(try await Migrator.pending(service: "jobs", migrations: [first, second], on: database) == [1, 2])
            let tables = try await database.read { try await $0.query("SELECT name FROM \($0.dialect.tables)") }
            #expect(tables.isEmpty)
            _ = try await run([first], on: database)
            #expect(try await Migrator.pending(service: "jobs", migrations: [first, second], on: database) == [2])
        }
    }

    @Test("a schema that is newer than the program is refused", arguments: StoreMaker.all)
    func newer(maker: StoreMaker) async throws {
        try await maker.withDatabase { database in
            _ = try await run([first, second], on: database)

            await #expect(throws: StoreError.newerSchema(service: "jobs", found: 2, known: 1)) {
                try await run([first], on: database)
            }
        }
    }

    @Test("a step that reads differently than when it was applied is refused and nothing is applied", arguments: StoreMaker.all)
    func changed(maker: StoreMaker) async throws {
        try await maker.withDatabase { database in
            _ = try await run([first], on: database)
            let edited = Migration(1, "first", ["CREATE TABLE a (id INTEGER)", "CREATE TABLE b (id TEXT)"])

            await #expect(throws: StoreError.changedMigration(service: "jobs", number: 1)) {
                try await run([edited, second], on: database)
            }
            #expect(try await Migrator.pending(service: "jobs", migrations: [first, second], on: database) == [2])
        }
    }

    @Test("a step that fails leaves nothing behind and can be repeated", arguments: StoreMaker.all)
    func failing(maker: StoreMaker) async throws {
        try await maker.withDatabase { database in
            await #expect(throws: StoreError.self) { try await run([first, broken], on: database) }
            let tables = try await database.read { transaction in
                try await transaction.query("SELECT name FROM \(transaction.dialect.tables) ORDER BY name").map { try $0.text("name") }
            }

            #expect(tables == ["a", "b", "schema_migrations"])
            #expect(try await run([first, second], on: database) == [2])
        }
    }

    @Test("services keep their records apart", arguments: StoreMaker.all)
    func services(maker: StoreMaker) async throws {
        try await maker.withDatabase { database in
            _ = try await run([first], on: database)
            let other = Migration(1, "other", ["CREATE TABLE z (id INTEGER)"])

            #expect(try await Migrator.run(service: "users", migrations: [other], on: database) == [1])
        }
    }

    @Test("two programs that start at once apply each step once", arguments: StoreMaker.all)
    func race(maker: StoreMaker) async throws {
        try await maker.withDatabase { database in
            async let one = run([first, second], on: database)
            async let two = run([first, second], on: database)

            let applied = try await one + two
            #expect(applied.sorted() == [1, 2])
        }
    }
}
