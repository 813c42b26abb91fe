import Contracts
import Foundation
import Ledger
import Support
import Testing
import Vocabulary

@testable import Audit

@Suite("Heads and forwarding", .timeLimit(.minutes(1)))
struct HeadTests {
    @Test("what went on since the last head is signed once, inside and outside, by whichever process comes first")
    func signing() async throws {
        let folder = try StoreTestFolder()
        let house = try await AuditHouse(settings: AuditSettings(headsDirectory: folder.path))
        let twin = try await AuditHouse(house.database, settings: AuditSettings(headsDirectory: folder.path))
        try await house.tellChanges("jobs", 3)
        try await house.tellChanges("users", 2)

        let counts = try await [house.service.signHeads(), twin.service.signHeads(), house.service.signHeads()]
        try await house.tellChanges("jobs", 1)
        twin.clock.advance(by: .seconds(60))
        let more = try await twin.service.signHeads()
        #expect(counts == [2, 0, 0] && more == 1)

        let heads = try await house.call(AuditAPI.heads, [:], AuditHeadQuery(source: "jobs")).items
        #expect(heads.map(\.number) == [4, 3])
        let keys = try await house.call(AuditAPI.keys, [:], Nothing()).items.compactMap { PublicKey($0.publicKey) }
        let lines = try String(contentsOfFile: folder.file(HeadFile.name), encoding: .utf8).split(separator: "\n")
        let outside = lines.compactMap { LedgerHead(line: Array($0.utf8)) }
        #expect(outside.count == 3 && outside.allSatisfy { $0.isSigned(by: keys) })
        #expect(outside.filter { $0.source == "jobs" }.map(\.number) == [3, 4])
    }

    @Test("a head that cannot be written outside is not counted as signed")
    func noDirectory() async throws {
        let folder = try StoreTestFolder()
        let house = try await AuditHouse(settings: AuditSettings(headsDirectory: folder.file("missing")))
        try await house.tellChanges("jobs", 1)

        await #expect(throws: HeadFileError.self) { try await house.service.signHeads() }
        let chains = try await house.call(AuditAPI.chains, [:], Nothing()).items
        #expect(chains.map(\.head) == [nil])
    }

    @Test("pages of heads have all of them once")
    func pages() async throws {
        let house = try await AuditHouse()
        for _ in 0..<5 {
            try await house.tellChanges("jobs", 1)
            try await house.tellChanges("users", 1)
            try await house.service.signHeads()
        }
        var (found, cursor): ([String], String?) = ([], nil)
        repeat {
            let page = try await house.call(AuditAPI.heads, [:], AuditHeadQuery(limit: 3, cursor: cursor))
            found += page.items.map { "\($0.source) \($0.number)" }
            cursor = page.nextCursor
        } while cursor != nil
        #expect(found.count == 10 && Set(found).count == 10 && found.first == "users 5" && found.last == "jobs 1")
    }

    @Test("entries and heads are forwarded in order, again after a failure, and by one process at a time")
    func forwarding() async throws {
        let sink = RememberingSink()
        let house = try await AuditHouse(sink: sink)
        let twin = try await AuditHouse(house.database, sink: sink)
        try await house.tellChanges("jobs", 3)
        try await house.service.signHeads()
        await sink.leave(true)
        await #expect(throws: RememberingSink.Away.self) { try await house.service.forwardOnce() }
        await sink.leave(false)

        let (first, other, again) = try await (house.service.forwardOnce(), twin.service.forwardOnce(), house.service.forwardOnce())
        #expect(first == 4 && other == nil && again == 0)
        twin.clock.advance(by: .seconds(3600))
        try await house.tellChanges("jobs", 1)
        let taken = try await twin.service.forwardOnce()
        #expect(taken == 1)

        let messages = await sink.messages
        #expect(messages.count == 5)
        #expect(
            messages[0].hasPrefix(
                "<109>1 2026-09-21T14:13:21.000Z here opsconductor - job.updated [audit@32473 source=\"jobs\" number=\"1\" hash=\""))
        #expect(messages[0].contains("] {\"action\":\"job.updated\""))
        #expect(messages[3].contains(" audit.head ") && messages[4].contains("number=\"4\""))
    }

    @Test("nothing in a message can begin another one, and what was refused is a warning")
    func escaping() async throws {
        let sink = RememberingSink()
        let house = try await AuditHouse(sink: sink)
        var note = AuditHouse.change(1, "auth", at: house.clock.now())
        note.action = "auth.sign_in_refused"
        note.object = .init("user", "", "a\"]\\\n<0>1 - evil")
        try await house.tell("auth", [house.item(note)])
        _ = try await house.service.forwardOnce()

        let message = try #require(await sink.messages.first)
        #expect(message.hasPrefix("<108>1 ") && !message.contains("\n"))
        #expect(message.contains(#"object="user a\"\]\\<0>1 - evil""#))
    }

    @Test("many entries are signed at once, without waiting for the time")
    func bell() async throws {
        let house = try await AuditHouse(settings: AuditSettings(signEvery: (10, .seconds(3600))))
        let running = Task { try await house.service.run() }
        await house.clock.someoneSleeps()
        try await house.tell("jobs", try (0..<10).map { try house.item(AuditHouse.change($0, "jobs", at: house.clock.now())) })
        var head: AuditHead?
        while head == nil {
            head = try await house.call(AuditAPI.chains, [:], Nothing()).items.first { $0.source == "jobs" }?.head
            await Task.yield()
        }
        #expect(head?.number == 10)
        running.cancel()
        _ = try? await running.value
    }
}
