import Foundation
import PostgreSQLDriver
import Store
import Support
import Synchronization
import Testing

@Suite("PostgreSQL", .timeLimit(.minutes(2)))
struct PostgreSQLTests {
    private func withNotes(connections: Int = 10, _ body: (PostgreSQLDatabase) async throws -> Void) async throws {
        try await PostgreSQLServer.shared.get().withDatabase(connections: connections) { database in
            try await Migrator.run(service: "test", migrations: [notes], on: database)
            try await body(database)
        }
    }

    @Test("a column of a type that no store reads is named")
    func foreignType() async throws {
        try await withNotes { database in
            await #expect(throws: StoreError.statement("the column span has the type 1186 of pg_type, which no store reads")) {
                try await database.read { try await $0.query("SELECT INTERVAL '1 day' AS span") }
            }
        }
    }

    @Test("only what may be lost does not wait for the disk")
    func keptSoon() async throws {
        try await withNotes(connections: 1) { database in
            let ask: SQL = "SELECT current_setting('synchronous_commit') AS flush"
            func flush(_ kept: Keeping) async throws -> String? {
                try await database.transact(["INSERT INTO notes (id) VALUES (\(kept == .soon ? 1 : 2))", ask], kept: kept).last?.first?
                    .text("flush")
            }

            let (soon, onDisk) = (try await flush(.soon), try await flush(.onDisk))
            let later = try await database.transact { try await $0.first(ask)?.text("flush") }

            #expect(soon == "off" && onDisk == "on" && later == "on")
            #expect(try await database.noteCount() == 2)
        }
    }

    @Test("a value that is refused before it is sent leaves the connection as it was")
    func refusedValue() async throws {
        try await withNotes(connections: 1) { database in
            func backend() async throws -> Int {
                try await database.read { try await $0.query("SELECT pg_backend_pid() AS pid")[0].int("pid") }
            }
            let before = try await backend()
            await #expect(throws: StoreError.constraint("a text must not contain the character U+0000")) {
                try await database.transact { transaction in
                    try await transaction.execute(each: [
                        "INSERT INTO notes (id) VALUES (1)", "INSERT INTO notes (id, name) VALUES (2, \("\0"))",
                    ])
                }
            }

            #expect(try await backend() == before)
            #expect(try await database.noteCount() == 0)
        }
    }

    @Test("a body whose connection breaks runs again and takes effect once")
    func brokenConnection() async throws {
        try await withNotes { database in
            let runs = Atomic(0)
            try await database.transact { transaction in
                let (run, _) = runs.wrappingAdd(1, ordering: .relaxed)
                try await transaction.execute("INSERT INTO notes (id) VALUES (1)")
                if run == 0 {
                    let backend = try await transaction.query("SELECT pg_backend_pid() AS pid")[0].int("pid")
                    try await Task.detached {
                        _ = try await database.read { try await $0.query("SELECT pg_terminate_backend(\(backend), 5000) AS done") }
                    }.value
                }
                try await transaction.execute("INSERT INTO notes (id) VALUES (2)")
            }

            #expect(runs.load(ordering: .relaxed) == 2)
            #expect(try await database.noteCount() == 2)
        }
    }

    @Test("connections that broke while nobody used them are replaced")
    func brokenIdleConnections() async throws {
        try await withNotes { database in
            try await database.addNote(1)
            try await database.transact {
                try await $0.execute(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE application_name = 'opsconductor' AND pid <> pg_backend_pid()
                    """)
            }

            for id in 2...20 { try await database.addNote(id) }
            #expect(try await database.noteCount() == 20)
        }
    }

    @Test("transactions that lock each other out run again until all are done")
    func deadlock() async throws {
        try await withNotes { database in
            for id in 1...2 { try await database.addNote(id) }
            let arrived = [StoreGate(), StoreGate()]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for me in 0...1 {
                    group.addTask {
                        try await database.transact(.lockingRows) { transaction in
                            try await transaction.execute("UPDATE notes SET weight = \(me) WHERE id = \(me + 1)")
                            arrived[me].open()
                            await arrived[1 - me].pass()
                            try await transaction.execute("UPDATE notes SET weight = \(me) WHERE id = \(2 - me)")
                        }
                    }
                }
                try await group.waitForAll()
            }

            let weights = try await database.read { try await $0.query("SELECT weight FROM notes") }.map { try $0.int("weight") }
            #expect(weights == [0, 0] || weights == [1, 1])
        }
    }

    @Test("decisions by what was read are safe: two who each see the other never both leave")
    func serializable() async throws {
        try await withNotes { database in
            for id in 1...2 { try await database.addNote(id) }
            let arrived = [StoreGate(), StoreGate()]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for me in 1...2 {
                    group.addTask {
                        try await database.transact { transaction in
                            let others = try await transaction.query("SELECT id FROM notes WHERE id <> \(me)")
                            arrived[me - 1].open()
                            await arrived[2 - me].pass()
                            if !others.isEmpty { try await transaction.execute("DELETE FROM notes WHERE id = \(me)") }
                        }
                    }
                }
                try await group.waitForAll()
            }

            #expect(try await database.noteCount() == 1)
        }
    }

    @Test("a statement that takes too long, and one that waits too long for a lock, are given up with the reason")
    func timeouts() async throws {
        let server = try PostgreSQLServer.shared.get()
        var settings = PostgreSQLSettings(url: server.url())
        (settings.statementTimeout, settings.lockTimeout) = (.milliseconds(300), .milliseconds(100))
        let database = PostgreSQLDatabase(settings, reactors: PostgreSQLServer.reactors)

        await #expect(throws: StoreError.unavailable("canceling statement due to statement timeout")) {
            try await database.read { try await $0.query("SELECT pg_sleep(30)") }
        }
        try await database.transact { _ = try await $0.query("SELECT pg_advisory_xact_lock(7)") }
        await #expect(throws: StoreError.unavailable("canceling statement due to lock timeout")) {
            try await database.transact { transaction in
                _ = try await transaction.query("SELECT pg_advisory_xact_lock(7)")
                try await Task.detached {
                    try await database.transact(.lockingRows) { _ = try await $0.query("SELECT pg_advisory_xact_lock(7)") }
                }.value
            }
        }
        await database.close()
    }

    @Test("a statement beside another one of the same transaction is refused, and the connection is of use again after it")
    func oneAtATime() async throws {
        try await withNotes(connections: 1) { database in
            await #expect(throws: StoreError.statement("a transaction was asked two things at the same time")) {
                try await database.transact { transaction in
                    async let slow = transaction.query("SELECT pg_sleep(0.2)")
                    async let quick = transaction.query("SELECT 1 AS one")
                    _ = try await (quick, slow)
                }
            }
            let count = try await database.noteCount()
            #expect(count == 0)
        }
    }

    @Test("more transactions than connections wait in line, and one whose task is cancelled leaves it")
    func waitsInLine() async throws {
        try await withNotes(connections: 1) { database in
            let (entered, leave) = (StoreGate(), StoreGate())
            async let first: Void = database.transact { transaction in
                entered.open()
                await leave.pass()
                try await transaction.execute("INSERT INTO notes (id) VALUES (1)")
            }
            await entered.pass()
            let second = Task { try await database.addNote(2) }
            let third = Task { try await database.addNote(3) }
            second.cancel()

            await #expect(throws: CancellationError.self) { try await second.value }
            leave.open()
            try await first
            try await third.value
            #expect(try await database.noteCount() == 2)
        }
    }

    @Test("a server that is not there, a wrong password and an unknown database each say so")
    func unreachable() async throws {
        let server = try PostgreSQLServer.shared.get()
        let nobody = try LoopbackPort.free()
        for (url, words) in [
            (server.url().replacing(":\(server.port)/", with: ":\(nobody)/"), "Connection refused"),
            (server.url().replacing(server.password, with: "wrong"), "password authentication failed"),
            (server.url(database: "nowhere"), "database \"nowhere\" does not exist"),
        ] {
            let database = server.database(url, patience: .milliseconds(50))
            let failure = await #expect(throws: StoreError.self) { try await database.read { try await $0.query("SELECT 1 AS one") } }
            let text = failure?.description ?? ""
            #expect(text.contains(words), "\(text)")
            #expect(!text.contains(server.password))
            await database.close()
        }
    }

    @Test("TLS is what the URI says: encrypted, and refused when the certificate is not the right one")
    func tls() async throws {
        let server = try PostgreSQLServer.start(withTLS: true)
        let isEncrypted: SQL = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        let trusting = server.database(server.url(parameters: "sslmode=verify-full&sslrootcert=\(server.certificate)"))
        #expect(try await trusting.read { try await $0.query(isEncrypted)[0].bool("ssl") })
        await trusting.close()

        let wary = server.database(
            server.url(parameters: "sslmode=verify-full&sslrootcert=/etc/ssl/certs/ca-certificates.crt"), patience: .zero)
        await #expect(throws: StoreError.self) { try await wary.read { try await $0.query(isEncrypted) } }
        await wary.close()
    }

    @Test(
        "URIs that libpq cannot read are recognised",
        arguments: ["", "somewhere", "mysql://host/db", "postgresql://host/db?sslmod=require"])
    func unreadable(url: String) {
        #expect(!PostgreSQLSettings.isReadable(url))
        #expect(PostgreSQLSettings.isReadable("postgresql://user:word@host:5432/db?sslmode=require"))
    }
}
