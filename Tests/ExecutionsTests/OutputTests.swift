import Contracts
import Executions
import Support
import Testing
import Vocabulary
import Web

@Suite("Output")
struct OutputTests {
    private func run(_ pieces: [OutputPiece]) async throws -> (ExecutionsFixture, RunReceipt) {
        let fixture = try await ExecutionsFixture(targets: 1)
        let receipt = try await fixture.start([
            StepDefinition(name: "one", command: "true"), StepDefinition(name: "two", command: "true"),
        ])
        let branch = try await fixture.lease().branches[0]
        try await fixture.report(pieces.map { branch.entry(output: $0) } + [branch.entry(ended: .succeeded)])
        return (fixture, receipt)
    }

    private func log(_ fixture: ExecutionsFixture, _ receipt: RunReceipt, _ query: LogQuery) async throws -> [UInt8] {
        let download = try await fixture.peer.call(
            ExecutionsAPI.log, ["execution": receipt.serial], query, as: ExecutionsFixture.operatorCaller)
        var bytes: [UInt8] = []
        for try await piece in download.body { bytes += piece }
        return bytes
    }

    @Test("the log of a stream is what was reported, byte for byte")
    func byteExact() async throws {
        let binary = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 255) }
        let pieces = stride(from: 0, to: binary.count, by: 1000).map {
            OutputPiece(step: 1, attempt: 1, stream: .stdout, bytes: Array(binary[$0..<($0 + 1000)]))
        }
        let (fixture, receipt) = try await run(
            pieces + [OutputPiece(step: 1, attempt: 1, stream: .stderr, bytes: Array("oops".utf8))])

        #expect(try await log(fixture, receipt, LogQuery(branch: 1, step: 1, stream: .stdout)) == binary)
        #expect(try await log(fixture, receipt, LogQuery(branch: 1, step: 1, stream: .stderr)) == Array("oops".utf8))
    }

    @Test("a log of several steps has a heading for each")
    func headings() async throws {
        let (fixture, receipt) = try await run([
            OutputPiece(step: 1, attempt: 1, stream: .stdout, bytes: Array("a\n".utf8)),
            OutputPiece(step: 2, attempt: 1, stream: .stdout, bytes: Array("b\n".utf8)),
        ])

        let text = String(decoding: try await log(fixture, receipt, LogQuery()), as: UTF8.self)

        #expect(text == "==> web-1, step 1: one\na\n==> web-1, step 2: two\nb\n")
    }

    @Test("the feed of one branch has nothing of others; a live reader of one branch's output has all states")
    func oneBranch() async throws {
        let fixture = try await ExecutionsFixture(targets: 2)
        let receipt = try await fixture.start([StepDefinition(name: "one", command: "true")])
        let reader = try LiveReader(fixture.service, receipt.id, branch: 2)
        for branch in try await fixture.lease().branches {
            let piece = OutputPiece(step: 1, attempt: 1, stream: .stdout, bytes: Array("b\(branch.key.number)".utf8))
            try await fixture.report([
                branch.entry(step: .sample(1, .running)), branch.entry(output: piece), branch.entry(step: .sample(1, .succeeded)),
                branch.entry(ended: .succeeded),
            ])
        }

        let feed = try await fixture.peer.call(
            ExecutionsAPI.feed, ["execution": receipt.serial], FeedQuery(branch: 2), as: ExecutionsFixture.operatorCaller)
        let live = try await reader.toTheEnd()

        try await reader.leave()
        #expect(feed.isComplete)
        #expect(feed.entries.allSatisfy { $0.kind == .execution || $0.branch == 2 })
        #expect(feed.entries.filter { $0.kind != .execution }.map(\.kind) == [.branch, .output, .step, .step, .branch])
        #expect(feed.entries.filter { $0.kind == .execution }.count == live.filter { $0.kind == .execution }.count)
        #expect(live.filter { $0.kind == .output }.map(\.branch) == [2])
        #expect(live.filter { $0.kind == .branch }.map(\.branch) == [1, 2, 1, 2])
        #expect(Set(live.filter { $0.kind == .step }.map(\.branch)) == [1, 2])
    }

    @Test("a batch on the bus gives every reader exactly what he has not seen")
    func batches() throws {
        let id = ExecutionID(trusted: "01990000-0000-7000-8000-00000000000b")
        let items = [
            FeedItem(sequence: 4, at: .sample, event: .branch(1, .running, cause: nil)),
            FeedItem(
                sequence: 5, at: .sample,
                event: .output(branch: 1, OutputPiece(step: 1, attempt: 1, stream: .stdout, bytes: Array("x".utf8)))),
            FeedItem(
                sequence: 6, at: .sample,
                event: .output(branch: 2, OutputPiece(step: 1, attempt: 1, stream: .stdout, bytes: [0xff]))),
        ]

        let batch = try #require(FeedBatch(payload: try FeedBatch(items).payload))

        let all = try #require(batch.frame(execution: id, after: 0, branch: nil))
        let rest = try #require(batch.frame(execution: id, after: 4, branch: 1))
        #expect(try JSONCodec.decode(LiveAnswer.self, from: all).entries == items.map { $0.entry() })
        #expect(try JSONCodec.decode(LiveAnswer.self, from: rest).entries?.map(\.sequence) == [5])
        #expect(batch.frame(execution: id, after: 6, branch: nil) == nil)
        #expect(FeedBatch(payload: Array("nonsense\n\n".utf8)) == nil)
    }
}
