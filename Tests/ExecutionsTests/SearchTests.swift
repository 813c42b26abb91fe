import Contracts
import Executions
import Support
import Testing
import Vocabulary
import Web

@Suite("Search in outputs", .timeLimit(.minutes(2)))
struct SearchTests {
    /// Runs a step on every target that prints lines, and reports them in pieces.
    private func run(_ fixture: ExecutionsFixture, _ lines: (Int) -> [String], ended: Bool = true) async throws -> RunReceipt {
        let receipt = try await fixture.start([StepDefinition(name: "one", command: "true"), StepDefinition(name: "two", command: "true")])
        for branch in try await fixture.lease().branches {
            let text = Array(lines(branch.key.number).map { $0 + "\n" }.joined().utf8)
            let pieces = stride(from: 0, to: text.count, by: 7).map { start in
                OutputPiece(step: 2, attempt: 1, stream: start % 2 == 0 ? .stdout : .stderr, bytes: Array(text[start...].prefix(7)))
            }
            try await fixture.report(pieces.map { branch.entry(output: $0) } + (ended ? [branch.entry(ended: .succeeded)] : []))
        }
        return receipt
    }

    private func search(_ fixture: ExecutionsFixture, _ name: String, _ query: OutputSearch) async throws -> FoundLines {
        try await fixture.peer.call(ExecutionsAPI.search, ["execution": name], query, as: ExecutionsFixture.operatorCaller)
    }

    private func searchAll(_ fixture: ExecutionsFixture, _ query: AllOutputSearch) async throws -> FoundLines {
        try await fixture.peer.call(ExecutionsAPI.searchAll, [:], query, as: ExecutionsFixture.operatorCaller)
    }

    @Test("lines of an execution are found with branch, step and number, also while it runs")
    func one() async throws {
        let fixture = try await ExecutionsFixture(targets: 3)
        let receipt = try await run(fixture, { ["start \($0)", "Disk FULL on web-\($0)", "disk full again"] }, ended: false)

        let found = try await search(fixture, receipt.serial, OutputSearch(text: "disk full"))

        #expect(found.items.map(\.branch) == [1, 1, 2, 2, 3, 3])
        #expect(found.items.map(\.line) == [2, 3, 2, 3, 2, 3])
        #expect(found.items.allSatisfy { $0.step == 2 && $0.serial == receipt.serial })
        #expect(found.items[2].text == "Disk FULL on web-2" && found.items[2].targetName == "web-2")
        #expect(found.nextCursor == nil)
        #expect(try await search(fixture, receipt.serial, OutputSearch(text: "disk", branch: 2, step: 2)).items.count == 2)
        #expect(try await search(fixture, receipt.serial, OutputSearch(text: "disk", step: 1)).items.isEmpty)
        #expect(try await search(fixture, receipt.serial, OutputSearch(text: "no such")).items.isEmpty)
    }

    @Test("pages give every line once, in order, newest executions first", arguments: [1, 2, 3, 100])
    func pages(limit: Int) async throws {
        let fixture = try await ExecutionsFixture(targets: 3)
        var receipts: [RunReceipt] = []
        for round in 1...3 { receipts.append(try await run(fixture, { number in (1...3).map { "hit \(round).\(number).\($0)" } })) }

        var (lines, cursor): ([FoundLine], String?) = ([], nil)
        repeat {
            let found = try await searchAll(fixture, AllOutputSearch(text: "HIT", limit: limit, cursor: cursor))
            #expect(found.items.count <= limit)
            lines += found.items
            cursor = found.nextCursor
        } while cursor != nil

        let expected = (1...3).reversed().flatMap { round in (1...3).flatMap { branch in (1...3).map { "hit \(round).\(branch).\($0)" } } }
        #expect(lines.map(\.text) == expected)
        #expect(lines.first?.serial == receipts[2].serial)
    }

    @Test("a call looks through no more than it may and says how far it came")
    func isBounded() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let receipt = try await fixture.start([StepDefinition(name: "one", command: "true")])
        let branch = try await fixture.lease().branches[0]
        let line = Array((String(repeating: "x", count: 59_999) + "\n").utf8)
        for _ in 0..<4 {
            try await fixture.report(
                (0..<80).map { _ in
                    branch.entry(output: OutputPiece(step: 1, attempt: 1, stream: .stdout, bytes: line))
                })
        }
        try await fixture.report([branch.entry(output: OutputPiece(step: 1, attempt: 1, stream: .stdout, bytes: Array("the end\n".utf8)))])

        let first = try await search(fixture, receipt.serial, OutputSearch(text: "the end"))
        let second = try await search(fixture, receipt.serial, OutputSearch(text: "the end", cursor: first.nextCursor))

        #expect(first.items.isEmpty && first.nextCursor != nil && (16_000_000..<17_000_000).contains(first.searchedBytes))
        #expect(second.items.map(\.line) == [321] && second.nextCursor == nil)
    }

    @Test("all outputs are narrowed by time and job, and cursors of elsewhere are refused")
    func narrows() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let old = try await run(fixture, { _ in ["old hit"] })
        fixture.clock.advance(by: .seconds(3600))
        let since = fixture.clock.now()
        _ = try await run(fixture, { _ in ["new hit"] })

        #expect(try await searchAll(fixture, AllOutputSearch(text: "hit", since: since)).items.map(\.text) == ["new hit"])
        #expect(try await searchAll(fixture, AllOutputSearch(text: "hit")).items.map(\.text) == ["new hit", "old hit"])
        let other = JobID(trusted: "01990000-0000-7000-8000-0000000000ff")
        #expect(try await searchAll(fixture, AllOutputSearch(text: "hit", job: other)).items.isEmpty)
        for cursor in ["x", "1.2.3", "-1.0.0.0.0.1", "99.0.0.0.0.1", "1.0.0.0.0.99999999999999999999"] {
            await #expect(throws: Problem.self) { try await search(fixture, old.serial, OutputSearch(text: "hit", cursor: cursor)) }
        }
    }
}
