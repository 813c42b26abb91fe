import Archive
import Contracts
import Executions
import Store
import Support
import Testing
import Vocabulary
import Web

/// Runs whose output is packed, and what is asked of them before and after.
private struct PackedRun {
    let fixture: ExecutionsFixture
    let receipt: RunReceipt

    /// Two steps on three targets; the second prints these bytes in pieces on both streams.
    init(_ fixture: ExecutionsFixture, _ bytes: (Int) -> [UInt8], piece: Int = 900) async throws {
        self.fixture = fixture
        receipt = try await fixture.start([StepDefinition(name: "one", command: "true"), StepDefinition(name: "two", command: "true")])
        for branch in try await fixture.lease().branches {
            let text = bytes(branch.key.number)
            let pieces = stride(from: 0, to: text.count, by: piece).map { start in
                OutputPiece(
                    step: start < text.count / 9 ? 1 : 2, attempt: 1, stream: start / piece % 3 == 0 ? .stderr : .stdout,
                    bytes: Array(text[start...].prefix(piece)))
            }
            for start in stride(from: 0, to: pieces.count, by: 500) {
                try await fixture.report(pieces[start...].prefix(500).map { branch.entry(output: $0) })
            }
            try await fixture.report([branch.entry(step: .sample(2, .succeeded, exitCode: 0)), branch.entry(ended: .succeeded)])
        }
    }

    func log(_ query: LogQuery) async throws -> [UInt8] {
        let download = try await fixture.peer.call(
            ExecutionsAPI.log, ["execution": receipt.serial], query, as: ExecutionsFixture.operatorCaller)
        var bytes: [UInt8] = []
        for try await piece in download.body { bytes += piece }
        return bytes
    }

    func lines(_ query: LinesQuery) async throws -> OutputLines {
        try await fixture.peer.call(ExecutionsAPI.lines, ["execution": receipt.serial], query, as: ExecutionsFixture.operatorCaller)
    }

    func feed(_ query: FeedQuery) async throws -> Feed {
        try await fixture.peer.call(ExecutionsAPI.feed, ["execution": receipt.serial], query, as: ExecutionsFixture.operatorCaller)
    }

    func search(_ query: OutputSearch) async throws -> FoundLines {
        try await fixture.peer.call(ExecutionsAPI.search, ["execution": receipt.serial], query, as: ExecutionsFixture.operatorCaller)
    }
}

extension ExecutionsFixture {
    /// Packs everything that has ended by now.
    @discardableResult
    func pack() async throws -> Int {
        clock.advance(by: .seconds(120))
        return try await Archivist(room: room, holder: "test").tick()
    }

    /// The first number that a statement gives.
    func count(_ sql: SQL) async throws -> Int { try await database.query(sql).first?.int("number") ?? 0 }
}

@Suite("The archive of output", .timeLimit(.minutes(3)))
struct ArchiveTests {
    /// Lines that are all different, with some that are long, have no end or are no UTF-8.
    static func text(_ seed: Int, lines: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for line in 0..<lines {
            bytes += Array("2026-11-27T10:\(line % 60) web-\(seed) worker[\(line * 7)]: request \(line) took \(line * seed % 977) ms".utf8)
            if line % 500 == 3 { bytes += [UInt8](repeating: UInt8(ascii: "x"), count: 30_000) }
            if line % 700 == 9 { bytes += [0xFF, 0x00, 0xC3] }
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes + Array("no end \(seed)".utf8)
    }

    @Test("whatever is asked of output is answered byte for byte as before once it is packed, and the feed tells the same")
    func same() async throws {
        let fixture = try await ExecutionsFixture(targets: 3)
        let run = try await PackedRun(fixture, { Self.text($0, lines: 3000) })
        let logs = [
            LogQuery(), LogQuery(branch: 2), LogQuery(branch: 3, step: 2, stream: .stdout), LogQuery(branch: 1, step: 1, stream: .stderr),
            LogQuery(branch: 2, step: 2, from: 0, length: 1), LogQuery(branch: 2, step: 2, from: 100_003, length: 40_000),
            LogQuery(branch: 2, step: 2, stream: .stderr, from: 33_333), LogQuery(branch: 2, step: 2, from: 99_999_999),
        ]
        let windows = [
            LinesQuery(branch: 1, step: 2), LinesQuery(branch: 1, step: 2, from: 1777, limit: 50), LinesQuery(branch: 3, step: 2, limit: 0),
            LinesQuery(branch: 2, step: 2, stream: .stderr, from: 400, limit: 10), LinesQuery(branch: 2, step: 2, from: 999_999),
        ]
        let feeds = [FeedQuery(), FeedQuery(after: 700, branch: 2, limit: 300), FeedQuery(after: 1, limit: 2)]
        func answers() async throws -> ([[UInt8]], [OutputLines], [[FeedEntry]]) {
            var all: ([[UInt8]], [OutputLines], [[FeedEntry]]) = ([], [], [])
            for query in logs { all.0.append(try await run.log(query)) }
            for query in windows { all.1.append(try await run.lines(query)) }
            for query in feeds { all.2.append(try await run.feed(query).entries) }
            return all
        }

        let before = try await answers()
        let packed = try await fixture.pack()
        let after = try await answers()

        #expect(packed == 1)
        #expect(before.0 == after.0 && before.1 == after.1 && before.2 == after.2)
        #expect(try await fixture.count("SELECT COUNT(*) AS number FROM feed WHERE kind = 'output'") == 0)
        #expect(try await fixture.count("SELECT COUNT(*) AS number FROM output_archive") > 3)
        let whole = try await run.log(LogQuery(branch: 2, step: 2))
        #expect(after.0[5] == Array(whole[100_003..<140_003]) && after.0[7].isEmpty)
        #expect(after.1[2].totalBytes == (try await run.log(LogQuery(branch: 3, step: 2))).count && after.1[2].lines.isEmpty)
        #expect(after.1[1].lines.map(\.number) == Array(1777..<1827))
        #expect(try await fixture.pack() == 0)
    }

    @Test("a search in packed output finds the same lines as before and reads only a part of it")
    func search() async throws {
        let fixture = try await ExecutionsFixture(targets: 3)
        let run = try await PackedRun(fixture, { Self.text($0, lines: 3000) })
        let texts = ["REQUEST 1234 took", "web-2 worker[7]", "no end 3", "took 5 ms", "zz", "no such text", "xxxxxxx", "1:", "req"]
        func found(_ text: String, limit: Int) async throws -> [FoundLine] {
            var (lines, cursor): ([FoundLine], String?) = ([], nil)
            repeat {
                let page = try await run.search(OutputSearch(text: text, limit: limit, cursor: cursor))
                lines += page.items
                cursor = page.nextCursor
            } while cursor != nil
            return lines
        }

        var before: [[FoundLine]] = []
        for text in texts { before.append(try await found(text, limit: 500)) }
        try await fixture.pack()

        for (text, lines) in zip(texts, before) {
            #expect(try await found(text, limit: 500) == lines, "\(text)")
        }
        #expect(try await found("web-2 worker[7]", limit: 1) == before[1])
        #expect(before[0].count == 3 && before[1].count == 1 && before[2].count == 1 && before[5].isEmpty)
        let all = try await fixture.peer.call(
            ExecutionsAPI.searchAll, [:], AllOutputSearch(text: "web-2 worker[7]"), as: ExecutionsFixture.operatorCaller)
        #expect(all.items.map(\.branch) == [2])
    }

    @Test("one line of many megabytes is shown cut, and what comes after it is found at once")
    func longLine() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let long = [UInt8](repeating: UInt8(ascii: "y"), count: 5_000_000)
        let text = Array("first\n".utf8) + long + Array("\nlast\n".utf8)
        let run = try await PackedRun(fixture, { _ in text }, piece: 60_000)
        try await fixture.pack()

        let lines = try await run.lines(LinesQuery(branch: 1, step: 2))

        #expect(lines.lines.map(\.number) == Array(1...lines.totalLines))
        #expect(lines.lines.last?.text == "last" && lines.lines.contains { $0.cut && $0.text.utf8.count == 20_000 })
    }

    @Test("short runs keep their output in the feed, and runs that have not ended are left alone")
    func leavesAlone() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        _ = try await PackedRun(fixture, { _ in Array("short\n".utf8) })
        _ = try await fixture.start([StepDefinition(name: "one", command: "true")])
        let branch = try await fixture.lease().branches[0]
        try await fixture.report([
            branch.entry(output: OutputPiece(step: 1, attempt: 1, stream: .stdout, bytes: Self.text(1, lines: 100)))
        ])

        try await fixture.pack()

        #expect(try await fixture.count("SELECT COUNT(*) AS number FROM feed WHERE kind = 'output'") == 2)
        #expect(try await fixture.count("SELECT COUNT(*) AS number FROM output_archive") == 0)
    }

    @Test("packed output that was damaged is refused with a problem", arguments: ["x'00'", "x'789c01'", "substr(body, 1, 200)", "x''"])
    func damaged(body: String) async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let run = try await PackedRun(fixture, { Self.text($0, lines: 200) })
        try await fixture.pack()
        let postgresql = body.hasPrefix("x'") ? "decode('\(body.dropFirst(2).dropLast())', 'hex')" : body
        let value = fixture.database.dialect == .postgresql ? postgresql : body
        _ = try await fixture.database.transact([SQL(trusted: "UPDATE output_archive SET body = \(value)")])

        await #expect(throws: StoreError.self) { try await run.log(LogQuery(branch: 1, step: 2)) }
        await #expect(throws: (any Error).self) { try await run.lines(LinesQuery(branch: 1, step: 2)) }
    }

    @Test("a range without branch and step is refused")
    func rangeNeedsStep() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let run = try await PackedRun(fixture, { _ in Array("short\n".utf8) })

        await #expect(throws: Problem.self) { try await run.log(LogQuery(branch: 1, from: 3)) }
        await #expect(throws: Problem.self) { try await run.lines(LinesQuery(branch: 9, step: 1)) }
        await #expect(throws: Problem.self) { try await run.lines(LinesQuery(branch: 1, step: 7)) }
    }
}
