import Contracts
import Support
import Testing
import Vocabulary
import Web

@testable import Executions
@testable import Worker

@Suite("What is told together", .timeLimit(.minutes(1)))
struct JoinedEntriesTests {
    private let key = BranchKey(execution: ExecutionID(trusted: "01990000-0000-7000-8000-000000000001"), number: 1)

    private func entry(
        step: StepResult? = nil, output: OutputPiece? = nil, connected: String? = nil, ended: BranchEnd? = nil, fence: Int = 1
    ) -> ReportEntry {
        ReportEntry(key: key, fence: fence, step: step, output: output, connected: connected, ended: ended)
    }

    private func piece(_ text: String, step: Int = 1, _ stream: OutputStreamName = .stdout) -> OutputPiece {
        OutputPiece(step: step, attempt: 1, stream: stream, bytes: Array(text.utf8))
    }

    @Test("connection, beginning, output, end of the step and of the branch are one entry, which tells of the end only")
    func wholeBranch() {
        var told = entry(connected: "ssh")
        let all = [
            entry(step: .sample(1, .running)), entry(output: piece("a")), entry(output: piece("b")),
            entry(step: .sample(1, .succeeded)), entry(ended: BranchEnd(state: .succeeded)),
        ]

        let joined = all.map { told.take($0, atMost: 100) }

        #expect(joined == [true, true, true, true, true])
        #expect(told.connected == "ssh")
        #expect(told.output.map { String(decoding: $0.bytes, as: UTF8.self) } == "ab")
        #expect(told.step?.state == .succeeded)
        #expect(told.ended?.state == .succeeded)
    }

    @Test("what would be told in another order than it happened is an entry of its own, and the first one stays as it was")
    func apart() {
        var ended = entry(step: .sample(1, .succeeded))
        var printed = entry(output: piece("a"))
        var over = entry(ended: BranchEnd(state: .failed))

        let afterEnd = ended.take(entry(output: piece("late", step: 2)), atMost: 100)
        let nextStep = ended.take(entry(step: .sample(2, .running)), atMost: 100)
        let otherLease = ended.take(entry(ended: BranchEnd(state: .succeeded), fence: 2), atMost: 100)
        let otherStream = printed.take(entry(output: piece("b", .stderr)), atMost: 100)
        let tooMuch = printed.take(entry(output: piece("bc")), atMost: 2)
        let afterAll = over.take(entry(step: .sample(1, .failed)), atMost: 100)

        #expect(![afterEnd, nextStep, otherLease, otherStream, tooMuch, afterAll].contains(true))
        #expect(ended.output == nil && ended.step?.number == 1 && ended.ended == nil)
        #expect(printed.output.map { $0.bytes.count } == 1)
    }

    @Test("the entry of a branch that is written out is the same as the one that is encoded")
    func plain() throws {
        let item = FeedItem(sequence: 7, at: Timestamp(milliseconds: 1_800_000_000_123), event: .branch(3, .running, cause: nil))
        let caused = FeedItem(sequence: 7, at: item.at, event: .branch(3, .failed, cause: "why"))

        let plain = try #require(item.plainJSON)

        #expect(plain == (try JSONCodec.encode(item.entry())))
        #expect(caused.plainJSON == nil)
    }

    @Test("a feed that is read in small pieces is the same as in one, of all branches and of one")
    func pieces() async throws {
        let fixture = try await ExecutionsFixture(targets: 3)
        let receipt = try await fixture.start()
        for branch in try await fixture.lease(slots: 3).branches {
            try await fixture.report([
                branch.entry(output: OutputPiece(step: 1, attempt: 1, stream: .stdout, bytes: [0x61])),
                branch.entry(step: .sample(1, .succeeded)), branch.entry(ended: .succeeded),
            ])
        }
        for branch in [nil, 2] {
            let all = try await feed(fixture, receipt, FeedQuery(branch: branch, limit: 500))
            for limit in [1, 2, 5] {
                var (found, isComplete): ([FeedEntry], Bool) = ([], false)
                while !isComplete {
                    let part = try await feed(fixture, receipt, FeedQuery(after: found.last?.sequence, branch: branch, limit: limit))
                    #expect(part.entries.count <= limit)
                    found += part.entries
                    isComplete = part.isComplete || part.entries.isEmpty
                }
                #expect(found == all.entries)
            }
            #expect(all.entries.count == (branch == nil ? 15 : 7))
        }
    }

    private func feed(_ fixture: ExecutionsFixture, _ receipt: RunReceipt, _ query: FeedQuery) async throws -> Feed {
        try await fixture.peer.call(ExecutionsAPI.feed, ["execution": receipt.serial], query, as: ExecutionsFixture.operatorCaller)
    }

    @Test("starts at the same time get numbers of their own, and those that come one by one leave no gap")
    func numbers() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        var serials: [String] = []
        for _ in 0..<3 { serials.append(try await fixture.start().serial) }
        let together = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<40 { group.addTask { try await fixture.start().serial } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }

        #expect(serials.map { $0.suffix(4) } == ["0001", "0002", "0003"])
        #expect(together.union(serials).count == 43)
    }
}
