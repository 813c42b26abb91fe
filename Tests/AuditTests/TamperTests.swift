import Contracts
import Foundation
import Ledger
import Store
import Support
import Testing
import Vocabulary

@testable import Audit

@Suite("Tampering", .timeLimit(.minutes(5)))
struct TamperTests {
    private static let (chains, length) = (["jobs", "targets", "users"], 60)

    /// What somebody with the database did to it, and the first entry that is wrong then.
    private struct Tamper {
        let words: String
        let statements: [SQL]
        let source: String
        let number: ClosedRange<Int>
    }

    private func filled() async throws -> AuditHouse {
        let house = try await AuditHouse()
        for source in Self.chains {
            for _ in 0..<3 {
                try await house.tellChanges(source, Self.length / 3)
                try await house.service.signHeads()
            }
        }
        return house
    }

    private func tampers(_ random: inout SeededRandom, _ house: AuditHouse) async throws -> Tamper {
        let source = Self.chains.randomElement(using: &random) ?? "jobs"
        let number = Int.random(in: 2..<Self.length, using: &random)
        let stored = try #require(
            try await SQLAuditStore().entries(of: source, after: number - 1, EntryFilter(), limit: 2, in: house.database).first)
        switch Int.random(in: 0..<9, using: &random) {
        case 0:
            return Tamper(
                words: "text edited",
                statements: [
                    """
                    UPDATE audit_entries SET content = \(stored.content.replacing("ada", with: "bob")) WHERE source = \(source) AND number = \(number)
                    """
                ], source: source, number: number...number)
        case 1:
            let content = stored.content.replacing("ada", with: "bob")
            let hash = LedgerEntry.hash(of: Array(content.utf8))
            return Tamper(
                words: "text and hash edited",
                statements: [
                    """
                    UPDATE audit_entries SET content = \(content), hash = \(hash), actor_name = 'bob' WHERE source = \(source) AND number = \(number)
                    """
                ], source: source, number: number...number)
        case 2:
            let column = SQL(
                trusted: ["actor_name", "action", "object_id", "object_kind", "object_name", "id", "request_id"].randomElement(
                    using: &random) ?? "id")
            return Tamper(
                words: "column edited",
                statements: ["UPDATE audit_entries SET \(column) = 'x' WHERE source = \(source) AND number = \(number)"],
                source: source, number: number...number)
        case 3:
            return Tamper(
                words: "deleted", statements: ["DELETE FROM audit_entries WHERE source = \(source) AND number = \(number)"], source: source,
                number: number...number)
        case 4...5: return moved(source, number, isReordered: Bool.random(using: &random))
        case 6: return try inserted(behind: stored)
        case 7: return truncated(stored)
        default:
            return Tamper(
                words: "the whole chain gone",
                statements: [
                    "DELETE FROM audit_entries WHERE source = \(source)", "DELETE FROM audit_heads WHERE source = \(source)",
                    "DELETE FROM audit_chains WHERE source = \(source)",
                ], source: source, number: 1...1)
        }
    }

    private func moved(_ source: String, _ number: Int, isReordered: Bool) -> Tamper {
        if !isReordered {
            return Tamper(
                words: "deleted and closed up",
                statements: [
                    "DELETE FROM audit_entries WHERE source = \(source) AND number = \(number)",
                    "UPDATE audit_entries SET number = -number WHERE source = \(source) AND number > \(number)",
                    "UPDATE audit_entries SET number = -number - 1 WHERE source = \(source) AND number < 0",
                    "UPDATE audit_chains SET number = number - 1 WHERE source = \(source)",
                ], source: source, number: number...number)
        }
        return Tamper(
            words: "reordered",
            statements: [
                "UPDATE audit_entries SET number = -1 WHERE source = \(source) AND number = \(number)",
                "UPDATE audit_entries SET number = \(number) WHERE source = \(source) AND number = \(number + 1)",
                "UPDATE audit_entries SET number = \(number + 1) WHERE source = \(source) AND number = -1",
            ], source: source, number: number...number)
    }

    /// A chain without its end, and everything in the database that tells of it.
    private func truncated(_ stored: StoredEntry) -> Tamper {
        let (source, number) = (stored.source, stored.number)
        return Tamper(
            words: "truncated, the end of the chain too",
            statements: [
                "DELETE FROM audit_entries WHERE source = \(source) AND number > \(number)",
                "DELETE FROM audit_heads WHERE source = \(source)",
                "UPDATE audit_chains SET number = \(number), hash = \(stored.hash) WHERE source = \(source)",
            ], source: source, number: (number + 1)...(number + 1))
    }

    /// A new entry behind another one, with everything that one can calculate without the key; those behind it are moved and hashed anew.
    private func inserted(behind stored: StoredEntry) throws -> Tamper {
        let (source, number) = (stored.source, stored.number)
        let entry = LedgerEntry(
            source: source, number: number + 1, previous: stored.hash, id: SystemIDs().next(), storedAt: Timestamp(milliseconds: 5),
            note: AuditHouse.change(1000, source, at: Timestamp(milliseconds: 5)))
        let forged = StoredEntry(entry, AuditHouse.keys)
        return Tamper(
            words: "inserted",
            statements: [
                "UPDATE audit_entries SET number = -number WHERE source = \(source) AND number > \(number)",
                "UPDATE audit_entries SET number = -number + 1 WHERE source = \(source) AND number < 0",
                "UPDATE audit_chains SET number = number + 1 WHERE source = \(source)",
                """
                INSERT INTO audit_entries (source, number, id, at, action, actor_id, actor_name, object_kind, object_id, object_name, request_id,
                    content, hash, seal)
                SELECT \(source), CAST(\(number + 1) AS BIGINT), \(forged.id), 5, action, actor_id, actor_name, object_kind, 'x', 'x', request_id,
                    \(forged.content), \(forged.hash), seal FROM audit_entries WHERE source = \(source) AND number = \(number)
                """,
            ], source: source, number: (number + 1)...(number + 1))
    }

    @Test("200 random changes of the database are all found at the first wrong entry, and before them nothing is reported")
    func database() async throws {
        let house = try await filled()
        let outside = try await house.call(AuditAPI.chains, [:], Nothing()).items.compactMap { $0.head.map { LedgerHead($0) } }
        let clean = try await house.service.verify(heads: outside)
        #expect(clean == [])
        let seed = UInt64.random(in: 0..<(.max))
        var random = SeededRandom(seed: seed)
        var found = 0
        for round in 0..<200 {
            let tamper = try await tampers(&random, house)
            let copy = try await house.copy()
            try await copy.database.transact { transaction in try await transaction.execute(each: tamper.statements) }
            let faults = try await copy.service.verify(heads: outside)
            await copy.database.close()
            let isFound = faults.count == 1 && faults[0].source == tamper.source && tamper.number.contains(faults[0].number)
            #expect(isFound, "seed \(seed), round \(round): \(tamper.words) at \(tamper.source) \(tamper.number) gave \(faults)")
            if isFound { found += 1 }
        }
        #expect(found == 200)
    }

    @Test("200 random changes of an export are all found, and before them nothing is reported")
    func exports() async throws {
        let house = try await filled()
        let lines = String(decoding: try await house.bytes(AuditAPI.export, ExportAudit()), as: UTF8.self).split(separator: "\n").map(
            String.init)
        let heads = try await house.call(AuditAPI.heads, [:], AuditHeadQuery(limit: 500)).items.map { LedgerHead($0) }
        #expect(Self.faults(lines, heads) == [])
        let seed = UInt64.random(in: 0..<(.max))
        var random = SeededRandom(seed: seed)
        for round in 0..<200 {
            let (changed, words) = Self.changed(lines, &random)
            let faults = Self.faults(changed, heads)
            #expect(faults != [], "seed \(seed), round \(round): \(words)")
        }
    }

    /// What is wrong with lines; a line that is no entry counts too.
    private static func faults(_ lines: [String], _ heads: [LedgerHead]) -> [String] {
        var verifier = ChainVerifier(heads: heads, publicKeys: AuditHouse.keys.publicKeys)
        for line in lines {
            guard let entry = LedgerLine.read(Array(line.utf8)[...]) else { return ["a line is no entry"] }
            verifier.check(entry)
        }
        verifier.finish()
        return verifier.faults.map(\.detail)
    }

    private static func changed(_ lines: [String], _ random: inout SeededRandom) -> (lines: [String], words: String) {
        var lines = lines
        // The chain of the room itself goes on after the heads; what is changed in it is found by its hashes alone.
        let indices = lines.indices.filter { !lines[$0].contains(#""source":"audit""#) }
        let index = indices.dropLast().randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<6, using: &random) {
        case 0:
            var bytes = Array(lines[index].utf8)
            bytes[Int.random(in: bytes.indices, using: &random)] ^= UInt8.random(in: 1..<32, using: &random)
            lines[index] = String(decoding: bytes, as: UTF8.self)
            return (lines, "a byte changed in line \(index)")
        case 1:
            lines.remove(at: index)
            return (lines, "line \(index) removed")
        case 2:
            lines.swapAt(index, index + 1)
            return (lines, "lines \(index) and \(index + 1) swapped")
        case 3:
            lines.insert(lines[index], at: index)
            return (lines, "line \(index) twice")
        case 4:
            let source = Self.chains.randomElement(using: &random) ?? "jobs"
            let own = lines.indices.filter { lines[$0].contains("\"source\":\"\(source)\"") }
            let kept = Int.random(in: 0..<own.count, using: &random)
            lines.removeSubrange((own[0] + kept)...(own[0] + own.count - 1))
            return (lines, "\(source) cut after \(kept)")
        default:
            return (rewritten(lines, from: index), "everything written anew from line \(index) on")
        }
    }

    /// Changes an entry and calculates all hashes behind it again, as far as its chain goes.
    private static func rewritten(_ lines: [String], from index: Int) -> [String] {
        var lines = lines
        var previous: String?
        guard let source = LedgerLine.read(Array(lines[index].utf8)[...])?.source else { return lines }
        for place in index..<lines.count {
            guard let found = LedgerLine.read(Array(lines[place].utf8)[...]), found.source == source,
                var entry = (try? JSONDecoder().decode(JSONValue.self, from: Data(found.content))).flatMap({ LedgerEntry($0) })
            else { break }
            entry.note.action = place == index ? "job.nothing" : entry.note.action
            entry.previous = previous ?? entry.previous
            let hash = LedgerEntry.hash(of: entry.content)
            lines[place] = String(decoding: LedgerLine.bytes(entry.content, hash), as: UTF8.self)
            previous = hash
        }
        return lines
    }

    @Test("a head that somebody else signed is told, and does not hide what is wrong")
    func badHead() async throws {
        let house = try await filled()
        let genuine = try #require(try await house.call(AuditAPI.heads, [:], AuditHeadQuery(source: "jobs")).items.first)
        var forged = LedgerHead(genuine)
        forged.number += 1
        let faults = try await house.service.verify(heads: [forged])
        #expect(faults.map(\.kind) == [.badHead])
    }
}
