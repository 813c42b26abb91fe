import Store
import Support
import Testing
import Vocabulary

/// A word for tests.
private enum Mood: String, WireEnum {
    case good
    case bad
}

@Suite("Store values")
struct StoreValues {
    private func stored(_ value: SQLValue, _ column: String, on maker: StoreMaker) async throws -> SQLValue? {
        nonisolated(unsafe) var result: SQLValue?  // only this task touches it
        try await maker.withDatabase([notes]) { database in
            let insert: SQL = "INSERT INTO notes (id, " + SQL(trusted: column) + ") VALUES (1, \(value))"
            let select: SQL = "SELECT " + SQL(trusted: column) + " AS value FROM notes"
            try await database.transact { try await $0.execute(insert) }
            result = try await database.read { try await $0.first(select)?["value"] }
        }
        return result
    }

    @Test("bytes come back exactly", arguments: StoreMaker.all)
    func bytes(maker: StoreMaker) async throws {
        for bytes in [[], [0], (0...255).map { UInt8($0) }, [UInt8](repeating: 0xff, count: 1 << 20)] {
            #expect(try await stored(.blob(bytes), "body", on: maker) == .blob(bytes))
        }
    }

    @Test("text comes back exactly, however long and in any script", arguments: StoreMaker.all)
    func texts(maker: StoreMaker) async throws {
        for text in ["", "'; DROP TABLE notes; --", "Grüße 🚀 \u{200d}\n\t\"", String(repeating: "žluťoučký ", count: 200_000)] {
            #expect(try await stored(.text(text), "story", on: maker) == .text(text))
        }
    }

    @Test("text with a zero byte is refused instead of being cut", arguments: StoreMaker.all)
    func zeroByte(maker: StoreMaker) async throws {
        await #expect(throws: StoreError.constraint("a text must not contain the character U+0000")) {
            try await stored(.text("a\0b"), "name", on: maker)
        }
    }

    @Test("numbers come back exactly", arguments: StoreMaker.all)
    func numbers(maker: StoreMaker) async throws {
        #expect(try await stored(.integer(.max), "weight", on: maker) == .integer(.max))
        #expect(try await stored(.integer(.min), "weight", on: maker) == .integer(.min))
        #expect(try await stored(.real(0.1), "size", on: maker) == .real(0.1))
    }

    @Test("rows that are inserted together are all there, however many, and what is there already is dealt with", arguments: StoreMaker.all)
    func insertsTogether(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            for count in [0, 1, 3, 63, 64, 150] {
                try await database.transact { transaction in
                    try await transaction.execute("DELETE FROM notes")
                    try await transaction.execute("INSERT INTO notes (id, name) VALUES (2, 'before')")
                    try await transaction.insert(
                        "INSERT INTO notes (id, name, weight)",
                        (0..<count).map { index -> [SQLValue] in
                            let name = index % 3 == 0 ? nil : "$\(index)"
                            return [.of(index), .of(name), .of(index * 2)]
                        }, "ON CONFLICT (id) DO UPDATE SET name = excluded.name, weight = excluded.weight")
                }
                let rows = try await database.read { try await $0.query("SELECT id, name, weight FROM notes ORDER BY id") }
                #expect(rows.count == (count < 3 ? count + 1 : count))
                for (index, row) in rows.prefix(count).enumerated() {
                    #expect(try row.int("id") == index)
                    #expect(try row.optionalText("name") == (index % 3 == 0 ? nil : "$\(index)"))
                    #expect(try row.int("weight") == index * 2)
                }
            }
        }
    }

    @Test("null is null and nothing else", arguments: StoreMaker.all)
    func null(maker: StoreMaker) async throws {
        #expect(try await stored(.null, "name", on: maker) == .null)
        try await maker.withDatabase([notes]) { database in
            try await database.addNote(1)
            let row = try await database.read { try await $0.query("SELECT name, body FROM notes")[0] }

            #expect(try row.optionalText("name") == nil)
            #expect(try row.optionalBytes("body") == nil)
            #expect(throws: StoreError.unexpectedValue(column: "name")) { try row.text("name") }
        }
    }

    @Test("placeholders bind by position, more than thirty-two and inside pieces", arguments: StoreMaker.all)
    func placeholders(maker: StoreMaker) async throws {
        try await maker.withDatabase([notes]) { database in
            let rows = SQL.join((1...500).map { "(\($0), \("note \($0)"))" }, ", ")
            try await database.transact { try await $0.execute("INSERT INTO notes (id, name) VALUES \(rows)") }
            let wanted = [3, 77, 499]
            let names: [String] = try await database.read { transaction in
                try await transaction.query(
                    """
                    -- notes.find
                    SELECT name FROM notes WHERE id IN \(SQL.list(wanted)) AND name <> \("note 77") AND id < \(1000) ORDER BY id
                    """
                ).map { try $0.text("name") }
            }
            let none = try await database.read { try await $0.query("SELECT id FROM notes WHERE id IN \(SQL.list([] as [Int]))") }

            #expect(names == ["note 3", "note 499"])
            #expect(none.isEmpty)
        }
    }

    @Test("typed columns come back as they went", arguments: StoreMaker.all)
    func typed(maker: StoreMaker) async throws {
        try await maker.withDatabase { database in
            let id = Identifier<UserSubject>.sample
            let instant = Timestamp(milliseconds: -1)
            try await database.transact { transaction in
                try await transaction.execute("CREATE TABLE things (id TEXT, at BIGINT, mood TEXT, done INTEGER, none TEXT)")
                try await transaction.execute(
                    """
                    INSERT INTO things (id, at, mood, done, none)
                    VALUES (\(id), \(instant), \(Mood.bad), \(true), \(nil as String?))
                    """)
            }
            let row = try await database.read { try await $0.query("SELECT id, at, mood, done, none FROM things")[0] }

            #expect(try row.id("id", of: UserSubject.self) == id)
            #expect(try row.time("at") == instant)
            #expect(try row.word("mood") == Mood.bad)
            #expect(try row.bool("done"))
            #expect(try row.optionalTime("none") == nil)
            #expect(throws: StoreError.unexpectedValue(column: "id")) { try row.word("id", of: Mood.self) }
            #expect(throws: StoreError.unexpectedValue(column: "mood")) { try row.int("mood") }
        }
    }
}
