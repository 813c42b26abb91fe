import Contracts
import Foundation
import Ledger
import Store
import Support
import Testing
import Vocabulary
import Web

@testable import Audit

@Suite("Audit log", .timeLimit(.minutes(2)))
struct AuditTests {
    @Test("notes become a gapless chain for each service, and an item that comes again changes nothing")
    func chains() async throws {
        let house = try await AuditHouse()
        let items = try (0..<5).map { try house.item(AuditHouse.change($0, "jobs", at: house.clock.now())) }

        try await house.tell("jobs", Array(items[0..<3]))
        try await house.tell("users", [house.item(AuditHouse.change(9, "users", at: house.clock.now()))])
        try await house.tell("jobs", Array(items[1..<5]))
        try await house.tell("jobs", items)

        let entries = try await house.all(AuditQuery(source: "jobs", limit: 500))
        #expect(entries.map(\.number).sorted() == [1, 2, 3, 4, 5])
        #expect(Set(entries.map(\.id)) == Set(items.map(\.id)))
        let chains = try await house.call(AuditAPI.chains, [:], Nothing()).items
        #expect(chains.map(\.source) == ["audit", "jobs", "users"] && chains.map(\.number) == [1, 5, 1])
        let faults = try await house.service.verify()
        #expect(faults == [])
    }

    @Test("deliveries at the same time keep every chain whole", arguments: StoreMaker.all)
    func concurrency(maker: StoreMaker) async throws {
        try await maker.withDatabase(AuditService.migrations, service: AuditService.name) { database in
            let houses = [try await AuditHouse(database), try await AuditHouse(database)]
            let items = try (0..<120).map { try houses[0].item(AuditHouse.change($0, "jobs", at: houses[0].clock.now())) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for start in stride(from: 0, to: 120, by: 10) {
                    for house in houses {
                        group.addTask { try await house.tell("jobs", Array(items[start..<start + 10])) }
                    }
                }
                try await group.waitForAll()
            }

            let chains = try await houses[0].call(AuditAPI.chains, [:], Nothing()).items
            #expect(chains.map(\.number) == [120])
            let faults = try await houses[1].service.verify()
            #expect(faults == [])
        }
    }

    @Test("what cannot be read is kept as it came")
    func unreadable() async throws {
        let house = try await AuditHouse()
        let bad = ["{", #"{"action":1}"#, "\u{0}", String(repeating: "[", count: 500)]
        try await house.tell(
            "jobs", bad.map { NewsItem(id: SystemIDs().next(), kind: "job.odd", payload: $0, createdAt: house.clock.now()) })

        let entries = try await house.all(AuditQuery(source: "jobs", limit: 500))
        #expect(entries.count == bad.count && entries.allSatisfy { $0.action == "job.odd" && $0.detail == "The note could not be read." })
        let faults = try await house.service.verify()
        #expect(faults == [])
    }

    @Test("each filter finds its entries, and pages have all of them once")
    func filters() async throws {
        let house = try await AuditHouse()
        try await house.tellChanges("jobs", 25)
        var other = AuditHouse.change(100, "users", at: house.clock.now())
        other.action = "user.created"
        other.object = .init("user", "u-1", "100%_sure")
        other.origin = Origin(caller: .service("auth"))
        try await house.tell("users", [house.item(other)])

        func found(_ query: AuditQuery) async throws -> Int {
            let records = try await house.all(query)
            return records.count { $0.source != "audit" }
        }
        let user = try await found(AuditQuery(actor: "ada"))
        let id = try await found(AuditQuery(actor: AuditHouse.administrator.user?.text))
        let service = try await found(AuditQuery(actor: "auth"))
        #expect((user, id, service) == (25, 25, 1))
        let actions = try await [
            found(AuditQuery(action: "job.")), found(AuditQuery(action: "user.created")), found(AuditQuery(action: "j_b")),
        ]
        #expect(actions == [25, 1, 0])
        let objects = try await [
            found(AuditQuery(object: "J3")), found(AuditQuery(kind: "user", object: "u-1")), found(AuditQuery(kind: "user")),
        ]
        #expect(objects == [1, 1, 1])
        let texts = try await [
            found(AuditQuery(text: "\"QUOTED\"")), found(AuditQuery(text: "0%_S")), found(AuditQuery(text: "0%_x")),
            found(AuditQuery(text: "192.0.2")),
        ]
        #expect(texts == [26, 1, 0, 25])
        let request = try await found(AuditQuery(requestId: "r7"))
        #expect(request == 1)
        let since = house.clock.now() + .seconds(-4)
        let times = try await [
            found(AuditQuery(since: since)), found(AuditQuery(until: since)), found(AuditQuery(source: "jobs", since: since)),
        ]
        #expect(times == [6, 20, 5])

        var (numbers, cursor): ([Int], String?) = ([], nil)
        repeat {
            let page = try await house.call(AuditAPI.list, [:], AuditQuery(source: "jobs", limit: 7, cursor: cursor))
            numbers += page.items.map(\.number)
            cursor = page.nextCursor
        } while cursor != nil
        #expect(numbers == Array((1...25).reversed()))
        await expectProblem("invalid-input") { try await house.call(AuditAPI.list, [:], AuditQuery(cursor: "x")) }
        await expectProblem("invalid-input") {
            try await house.call(AuditAPI.list, [:], AuditQuery(since: since, until: since))
        }
    }

    @Test("an entry shows what changed, where from, and the head that covers it")
    func show() async throws {
        let house = try await AuditHouse()
        try await house.tellChanges("jobs", 2)
        let record = try #require(try await house.all(AuditQuery(source: "jobs")).first)
        #expect(record.changed == ["note", "share", "version"] && record.address == "192.0.2.7" && record.actor.role == .administrator)

        let unsigned = try await house.call(AuditAPI.show, ["entry": record.id], Nothing())
        #expect(unsigned.head == nil)
        #expect(unsigned.differences.map(\.pointer) == ["/note", "/share", "/version"])
        #expect(unsigned.differences[2].before == 1 && unsigned.differences[2].after == 2)

        try await house.service.signHeads()
        let signed = try await house.call(AuditAPI.show, ["entry": record.id], Nothing())
        #expect(signed.head?.number == 2 && signed.head?.hash == signed.hash)
        await expectProblem("not-found") { try await house.call(AuditAPI.show, ["entry": "nothing"], Nothing()) }
    }

    @Test("whoever reads stands in the log, once in ten minutes, and each export and verification")
    func reading() async throws {
        let house = try await AuditHouse()
        func count(_ action: String) async throws -> Int {
            let records = try await house.all(AuditQuery(action: action, limit: 500))
            return records.count
        }
        for _ in 0..<5 { _ = try await house.all() }
        let once = try await count("audit.read")
        house.clock.advance(by: .seconds(601))
        let twice = try await count("audit.read")
        _ = try await house.bytes(AuditAPI.export, ExportAudit())
        _ = try await house.bytes(AuditAPI.export, ExportAudit(format: .csv, actor: "ada"))
        _ = try await house.bytes(AuditAPI.verify, VerifyAudit())

        #expect((once, twice) == (1, 2))
        let exports = try await count("audit.exported")
        let checks = try await count("audit.verified")
        #expect((exports, checks) == (2, 1))
    }

    @Test("an export can be verified by anybody with what docs/audit.md says, and CSV does not calculate")
    func export() async throws {
        let house = try await AuditHouse()
        try await house.tellChanges("jobs", 3)
        var note = AuditHouse.change(7, "users", at: house.clock.now())
        note.object = .init("user", "u", "=HYPERLINK(\"x\")")
        note.detail = "two\nlines, \"quoted\""
        try await house.tell("users", [house.item(note)])

        let lines = String(decoding: try await house.bytes(AuditAPI.export, ExportAudit()), as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 5)
        var last: [String: String] = [:]
        for line in lines {
            let parsed = try JSONCodec.decode(JSONValue.self, from: Array(line.utf8))
            guard case .object(let members) = parsed, case .object(let entry)? = members["entry"], let source = entry["source"]?.string
            else {
                Issue.record("\(line) is no entry")
                continue
            }
            // Written anew it is the same text byte by byte: it is canonical.
            #expect(String(decoding: CanonicalJSON.bytes(parsed), as: UTF8.self) == line)
            #expect(members["hash"]?.string == LedgerEntry.hash(of: CanonicalJSON.bytes(.object(entry))))
            #expect(entry["previous"]?.string == last[source] ?? LedgerEntry.firstPrevious)
            last[source] = members["hash"]?.string
        }

        let table = String(decoding: try await house.bytes(AuditAPI.export, ExportAudit(format: .csv, source: "users")), as: UTF8.self)
        #expect(table.hasPrefix("source,number,at,"))
        #expect(table.contains("\"'=HYPERLINK(\"\"x\"\")\""))
        #expect(table.contains("\"two\nlines, \"\"quoted\"\"\""))
    }

    @Test("who may read is not who may export, and others do not learn that there is a log")
    func permissions() async throws {
        let house = try await AuditHouse()
        let reader = Caller.user(
            UserID(trusted: "01990000-0000-7000-8000-0000000000ab"), name: "r", role: .administrator, scope: [.auditRead])
        let operator_ = Caller.user(UserID(trusted: "01990000-0000-7000-8000-0000000000ac"), name: "o", role: .operator)
        _ = try await house.call(AuditAPI.list, [:], AuditQuery(), as: reader)
        await expectProblem("forbidden") { try await house.call(AuditAPI.export, [:], ExportAudit(), as: reader) }
        await expectProblem("forbidden") { try await house.call(AuditAPI.list, [:], AuditQuery(), as: operator_) }
        await expectProblem("forbidden") { try await house.call(AuditAPI.verify, [:], VerifyAudit(), as: operator_) }
        await expectProblem("unauthenticated") { try await house.call(AuditAPI.keys, [:], Nothing(), as: .anonymous) }
    }
}

/// Expects a problem with this slug.
func expectProblem(
    _ slug: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> some Any
) async {
    do {
        _ = try await body()
        Issue.record("expected the problem \(slug), but it went well", sourceLocation: sourceLocation)
    } catch let error as any ProblemConvertible {
        #expect(error.problem.slug == slug, sourceLocation: sourceLocation)
    } catch {
        Issue.record("expected the problem \(slug), got \(error)", sourceLocation: sourceLocation)
    }
}
