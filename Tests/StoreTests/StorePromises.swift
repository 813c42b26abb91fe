import Store
import Support
import Testing
import Vocabulary

/// Thrown by bodies in tests.
struct ChangedMind: Error, Equatable {}

/// What the tests of promises write to.
let notes = Migration(
    1, "notes", sqlite: ["CREATE TABLE notes (body BLOB, \(noteColumns))"],
    postgresql: ["CREATE TABLE notes (body BYTEA, \(noteColumns))"])

private let noteColumns = """
    id BIGINT PRIMARY KEY, name TEXT UNIQUE, story TEXT, weight BIGINT, size DOUBLE PRECISION,
    parent BIGINT REFERENCES notes (id), CHECK (id >= 0)
    """

extension Database {
    /// How many notes there are, as a reader sees it.
    func noteCount() async throws -> Int {
        try await read { try await $0.query("SELECT count(*) AS n FROM notes")[0].int("n") }
    }
    /// Writes a note in a transaction of its own.
    func addNote(_ id: Int, _ name: String? = nil) async throws {
        try await transact { try await $0.execute("INSERT INTO notes (id, name) VALUES (\(id), \(name))") }
    }
}

@Suite("Store promises")
struct StorePromises {
    @Test("what a transaction wrote is there for the next reader", arguments: StoreMaker.all)
    func keeps(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            try await database.addNote(1, "one")

            #expect(try await database.noteCount() == 1)
        }
    }

    @Test("a transaction that throws leaves nothing and passes its error on", arguments: StoreMaker.all)
    func rollsBack(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            await #expect(throws: ChangedMind()) {
                try await database.transact { transaction in
                    try await transaction.execute("INSERT INTO notes (id) VALUES (1)")
                    throw ChangedMind()
                }
            }

            let count = try await database.noteCount()
            #expect(count == 0)
        }
    }

    @Test("statements that go out together are one transaction and return the rows of each, few or many", arguments: StoreMaker.all)
    func together(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            for many in [1, 300] {
                let rows = try await database.transact(
                    (0..<many).map { "INSERT INTO notes (id) VALUES (\(many * 1000 + $0)) RETURNING id" as SQL }
                        + ["UPDATE notes SET story = 'seen'", "SELECT count(*) AS n FROM notes WHERE story = 'seen'"])
                #expect(try rows.dropLast(2).map { try $0[0].int("id") } == (0..<many).map { many * 1000 + $0 })
                #expect(rows[many].isEmpty)
                let (seen, there) = (try rows[many + 1][0].int("n"), try await database.noteCount())
                #expect(seen == there)
            }
        }
    }

    @Test("of statements that go out together none is kept if one fails, few or many", arguments: StoreMaker.all)
    func togetherOrNotAtAll(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            for many in [2, 300] {
                let statements = (1...many).map { "INSERT INTO notes (id, name) VALUES (\($0), \($0 == many ? "1" : "\($0)"))" as SQL }
                for kept in [Keeping.onDisk, .soon] {
                    let failure = await #expect(throws: StoreError.self) { try await database.transact(statements, kept: kept) }
                    guard case .duplicate = failure else {
                        Issue.record("a name that is taken is no \(String(describing: failure))")
                        return
                    }
                }
                let count = try await database.noteCount()
                #expect(count == 0)
            }
        }
    }

    @Test("one statement reads without a transaction around it", arguments: StoreMaker.all)
    func asks(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            try await database.addNote(7, "seven")

            let names = try await database.query("SELECT name FROM notes WHERE id = \(7)").map { try $0.text("name") }
            #expect(names == ["seven"])
            await #expect(throws: StoreError.self) { try await database.query("SELECT nothing FROM notes") }
            let count = try await database.noteCount()
            #expect(count == 1)
        }
    }

    @Test("a transaction sees its own writes in the order it made them", arguments: StoreMaker.all)
    func seesOwnWrites(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            let counts = try await database.transact { transaction in
                var counts: [Int] = []
                for id in 1...5 {
                    try await transaction.execute("INSERT INTO notes (id) VALUES (\(id))")
                    counts.append(try await transaction.query("SELECT count(*) AS n FROM notes")[0].int("n"))
                }
                return counts
            }

            #expect(counts == [1, 2, 3, 4, 5])
        }
    }

    @Test("a read cannot write, and the next transaction can", arguments: StoreMaker.all)
    func readOnly(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            await #expect(throws: StoreError.self) {
                try await database.read { try await $0.execute("INSERT INTO notes (id) VALUES (1)") }
            }
            try await database.addNote(2)

            #expect(try await database.noteCount() == 1)
        }
    }

    @Test("constraints are told apart", arguments: StoreMaker.all)
    func constraints(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            let isPostgreSQL = maker == .postgresql
            let violation = "new row for relation \"notes\" violates check constraint \"notes_id_check\""
            let orphan = "insert or update on table \"notes\" violates foreign key constraint \"notes_parent_fkey\""
            try await database.addNote(1, "taken")

            await #expect(throws: StoreError.duplicate(constraint: isPostgreSQL ? "notes_name_key" : "notes.name")) {
                try await database.addNote(2, "taken")
            }
            await #expect(throws: StoreError.duplicate(constraint: isPostgreSQL ? "notes_pkey" : "notes.id")) {
                try await database.addNote(1)
            }
            await #expect(throws: StoreError.constraint(isPostgreSQL ? violation : "CHECK constraint failed: id >= 0")) {
                try await database.addNote(-1)
            }
            await #expect(throws: StoreError.constraint(isPostgreSQL ? orphan : "FOREIGN KEY constraint failed")) {
                try await database.transact { try await $0.execute("INSERT INTO notes (id, parent) VALUES (3, 99)") }
            }
        }
    }

    @Test("a refused statement ends its transaction, even when the body takes no notice", arguments: StoreMaker.all)
    func handledRefusal(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            try await database.addNote(1)
            await #expect(throws: StoreError.self) {
                try await database.transact { transaction in
                    try await transaction.execute("INSERT INTO notes (id) VALUES (2)")
                    _ = try? await transaction.execute("INSERT INTO notes (id) VALUES (1)")
                }
            }
            await #expect(throws: StoreError.unavailable("the transaction was given up after an earlier error in it")) {
                try await database.transact { transaction in
                    _ = try? await transaction.execute("INSERT INTO notes (id) VALUES (1)")
                    try await transaction.execute("INSERT INTO notes (id) VALUES (3)")
                }
            }
            try await database.addNote(4)

            #expect(try await database.noteCount() == 2)
        }
    }

    @Test("a statement that is wrong says so", arguments: StoreMaker.all)
    func wrongStatement(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            let words = maker == .postgresql ? "column \"nmae\" does not exist" : "no such column: nmae"
            await #expect(throws: StoreError.statement(words)) {
                try await database.read { try await $0.query("SELECT nmae FROM notes") }
            }
            await #expect(throws: StoreError.self) {
                try await database.transact { try await $0.execute("DELETE FROM notes; DELETE FROM notes") }
            }
        }
    }

    @Test("changed rows are counted and returned", arguments: StoreMaker.all)
    func changes(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            try await database.transact { transaction in
                for id in 1...4 { try await transaction.execute("INSERT INTO notes (id) VALUES (\(id))") }

                #expect(try await transaction.execute("UPDATE notes SET name = NULL WHERE id > 1") == 3)
                #expect(try await transaction.execute("UPDATE notes SET name = NULL WHERE id > 9") == 0)
                #expect(try await transaction.execute("CREATE TABLE other (id INTEGER)") == 0)
                let gone = try await transaction.query("DELETE FROM notes WHERE id >= \(3) RETURNING id")
                #expect(try gone.map { try $0.int("id") }.sorted() == [3, 4])
            }
        }
    }

    @Test("statements that go together run in order and each counts its own rows", arguments: StoreMaker.all)
    func each(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            try await database.transact { transaction in
                let added = (1...200).map { "INSERT INTO notes (id, name) VALUES (\($0), \("note \($0)"))" as SQL }
                #expect(try await transaction.execute(each: added) == Array(repeating: 1, count: 200))

                let changed = try await transaction.execute(each: [
                    "UPDATE notes SET name = NULL WHERE id <= \(3)", "UPDATE notes SET name = NULL WHERE id <= \(0)",
                    "DELETE FROM notes WHERE name IS NULL",
                ])
                #expect(changed == [3, 0, 3])
                #expect(try await transaction.execute(each: []).isEmpty)
            }

            #expect(try await database.noteCount() == 197)
        }
    }

    @Test("writing the same key again updates the row", arguments: StoreMaker.all)
    func upsert(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            for name in ["first", "second"] {
                try await database.transact {
                    try await $0.execute(
                        """
                        -- notes.save
                        INSERT INTO notes (id, name) VALUES (\(1), \(name))
                        ON CONFLICT (id) DO UPDATE SET name = excluded.name
                        """)
                }
            }

            let row = try await database.read { try await $0.first("SELECT name FROM notes WHERE id = \(1)") }
            #expect(try row?.text("name") == "second")
        }
    }

    @Test("a used transaction is refused after its end", arguments: StoreMaker.all)
    func afterTheEnd(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            let leaked = try await database.transact { $0 }

            await #expect(throws: StoreError.statement("a transaction was used after its end")) {
                try await leaked.execute("INSERT INTO notes (id) VALUES (1)")
            }
        }
    }

    @Test("a transaction inside another one of the same database is refused instead of waiting for ever", arguments: StoreMaker.all)
    func nesting(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            let expected = StoreError.statement("a transaction was started inside another one of the same database")

            await #expect(throws: expected) { try await database.transact { _ in try await database.addNote(1) } }
            await #expect(throws: expected) { try await database.read { _ in try await database.noteCount() } }
        }
    }

    @Test("a closed database says so", arguments: StoreMaker.all)
    func closed(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            await database.close()

            await #expect(throws: StoreError.closed) { try await database.addNote(1) }
            await #expect(throws: StoreError.closed) { try await database.noteCount() }
        }
    }
}
