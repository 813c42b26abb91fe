import Contracts
import Executions
import Support
import Testing
import Vocabulary
import Web

@Suite("Grouped outputs", .timeLimit(.minutes(2)))
struct OutputGroupsTests {
    @Test("branches that printed the same with the same exit code are one group, the largest first, the others compared with it")
    func groups() async throws {
        let fixture = try await ExecutionsFixture(targets: 6)
        let receipt = try await fixture.start([StepDefinition(name: "version", command: "true")])
        let printed = ["one\ntwo\n", "one\ntwo\n", "one\n2\n", "one\ntwo\n", "one\ntwo\n"]
        let branches = try await fixture.lease().branches
        for (branch, text) in zip(branches, printed) {
            try await fixture.ended(branch, printing: text, exitCode: branch.key.number == 4 ? 1 : 0)
        }

        let groups = try await fixture.outputs(receipt.serial)

        #expect(groups.name == "version" && groups.step == 1 && groups.open == 1 && groups.moreGroups == 0)
        #expect(groups.groups.map(\.count) == [3, 1, 1])
        #expect(groups.groups.map(\.exitCode) == [0, 0, 1])
        #expect(groups.groups.map(\.state) == [.succeeded, .succeeded, .failed])
        #expect(groups.groups[0].branches.map(\.targetName) == ["web-1", "web-2", "web-5"])
        #expect(groups.groups[0].difference == nil)
        #expect(
            groups.groups[1].difference == [
                DifferenceLine(kind: .same, text: "one", before: 1, after: 1), DifferenceLine(kind: .removed, text: "two", before: 2),
                DifferenceLine(kind: .added, text: "2", after: 2),
            ])
        #expect(groups.groups[2].outputHash == groups.groups[0].outputHash)
        #expect(groups.groups[2].difference == nil && groups.groups[2].differenceNote == nil)
    }

    @Test("no more groups are shown than asked for, and the rest is counted")
    func limits() async throws {
        let fixture = try await ExecutionsFixture(targets: 5)
        let receipt = try await fixture.start([StepDefinition(name: "a", command: "true"), StepDefinition(name: "b", command: "true")])
        for branch in try await fixture.lease().branches {
            try await fixture.ended(branch, printing: "\(branch.key.number)", step: 2)
        }

        let groups = try await fixture.outputs(receipt.serial, OutputQuery(limit: 2))

        #expect(groups.step == 2)
        #expect(groups.groups.map { $0.branches.map(\.branch) } == [[1], [2]])
        #expect((groups.moreGroups, groups.moreBranches, groups.open) == (3, 3, 0))
        #expect(try await fixture.outputs(receipt.serial, OutputQuery(step: 1)).open == 5)
        await #expect(throws: Problem.self) { try await fixture.outputs(receipt.serial, OutputQuery(step: 3)) }
    }

    @Test("outputs that are large, that are no text or that differ everywhere are not compared line by line, and it is said why")
    func notes() async throws {
        let fixture = try await ExecutionsFixture(targets: 4)
        let receipt = try await fixture.start([StepDefinition(name: "a", command: "true")])
        let texts = ["a\n", String(repeating: "x", count: 300_000), "\0", (1...1000).map { "\($0)\n" }.joined()]
        for (branch, text) in zip(try await fixture.lease().branches, texts) { try await fixture.ended(branch, printing: text) }

        let groups = try await fixture.outputs(receipt.serial).groups

        #expect(groups.allSatisfy { $0.difference == nil })
        #expect(
            groups.map(\.differenceNote) == [
                nil, "Outputs of more than 256000 bytes are not compared line by line.", "The outputs are not text.",
                "Too many lines differ to show them one by one.",
            ])
    }

    @Test("only standard output of the last attempt counts")
    func lastAttempt() async throws {
        let fixture = try await ExecutionsFixture(targets: 2)
        let receipt = try await fixture.start([StepDefinition(name: "a", command: "true")])
        let branches = try await fixture.lease().branches
        try await fixture.report([
            branches[0].entry(output: OutputPiece(step: 1, attempt: 1, stream: .stdout, bytes: Array("old\n".utf8))),
            branches[0].entry(output: OutputPiece(step: 1, attempt: 2, stream: .stderr, bytes: Array("noise\n".utf8))),
        ])
        try await fixture.ended(branches[0], printing: "new\n", attempt: 2)
        try await fixture.ended(branches[1], printing: "else\n")

        let groups = try await fixture.outputs(receipt.serial).groups

        #expect(groups[1].difference?.map(\.text) == ["new", "else"])
    }

    @Test("a worker tells the hash of what a step printed in its last attempt")
    func hashes() async throws {
        try await WorkingHouse.open { house in
            let (_, branch, _) = try await house.run([
                StepDefinition(
                    name: "a", command: "echo {{ step.attempt }}; echo noise >&2; test {{ step.attempt }} = 2",
                    retries: RetryDefinition(attempts: 2, delaySeconds: 0)),
                StepDefinition(name: "b", command: "true"),
            ])

            #expect(
                branch.steps.map(\.outputHash) == [
                    "53c234e5e8472b6ac51c1ae1cab3fe06fad053beb8ebfd8977b010655bfdd3c3",
                    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                ])
        }
    }
}

@Suite("Comparing executions", .timeLimit(.minutes(2)))
struct ComparisonTests {
    /// Two executions of the same job: in the second the targets 2 and 3 end in another way.
    private func twice(_ fixture: ExecutionsFixture, targets: Int = 4) async throws -> [RunReceipt] {
        var receipts: [RunReceipt] = []
        for round in 1...2 {
            receipts.append(try await fixture.start([StepDefinition(name: "a", command: "true")]))
            for branch in try await fixture.lease().branches {
                let number = branch.key.number
                try await fixture.ended(
                    branch, printing: number == 2 ? "\(round)\n" : "same\n", exitCode: number == 3 && round == 2 ? 1 : 0)
            }
        }
        return receipts
    }

    private func compare(_ fixture: ExecutionsFixture, _ name: String, _ query: ComparisonQuery = ComparisonQuery()) async throws
        -> Comparison
    {
        try await fixture.peer.call(ExecutionsAPI.comparison, ["execution": name], query, as: ExecutionsFixture.operatorCaller)
    }

    @Test("an execution is compared with the last one before it that succeeded, target by target")
    func lastGood() async throws {
        let fixture = try await ExecutionsFixture(targets: 4)
        let receipts = try await twice(fixture)

        let comparison = try await compare(fixture, receipts[1].serial)

        #expect(comparison.there.serial == receipts[0].serial && comparison.here.serial == receipts[1].serial)
        #expect((comparison.same, comparison.changed, comparison.onlyHere, comparison.onlyThere) == (2, 2, 0, 0))
        #expect(comparison.targets.map(\.targetName) == ["web-2", "web-3"])
        #expect(comparison.targets.map(\.verdict) == [.changed, .changed])
        #expect(comparison.targets.map(\.step) == [1, 1])
        #expect(comparison.targets.map(\.stateHere) == [.succeeded, .failed])
        #expect(comparison.targets.map(\.stateThere) == [.succeeded, .succeeded])
        await #expect(throws: Problem.self) { try await compare(fixture, receipts[0].serial) }
    }

    @Test("targets of only one of the two are told apart, and pages give every target once")
    func onlyOne() async throws {
        let fixture = try await ExecutionsFixture(targets: 4)
        let receipts = try await twice(fixture)
        let again = try await fixture.peer.call(
            ExecutionsAPI.rerun, ["execution": receipts[1].serial], RerunExecution(scope: .failed), as: ExecutionsFixture.operatorCaller)

        let smaller = try await compare(fixture, again.serial, ComparisonQuery(with: receipts[1].serial))
        let larger = try await compare(fixture, receipts[1].serial, ComparisonQuery(with: again.serial))

        #expect((smaller.onlyHere, smaller.onlyThere, smaller.changed) == (0, 3, 1))
        #expect((larger.onlyHere, larger.onlyThere, larger.changed) == (3, 0, 1))
        #expect(smaller.targets.filter { $0.verdict == .onlyThere }.map(\.there) == [1, 2, 4])
        var (pages, cursor): ([ComparedTarget], String?) = ([], nil)
        repeat {
            let page = try await compare(
                fixture, receipts[1].serial, ComparisonQuery(with: again.serial, verdict: TargetVerdict.allCases, limit: 1, cursor: cursor))
            pages += page.targets
            cursor = page.nextCursor
        } while cursor != nil
        #expect(pages.map(\.targetName) == ["web-1", "web-2", "web-3", "web-4"])
        await #expect(throws: Problem.self) { try await compare(fixture, again.serial, ComparisonQuery(with: "J9", cursor: "x")) }
    }

    @Test("the output of a step is compared line by line with what it was")
    func lines() async throws {
        let fixture = try await ExecutionsFixture(targets: 2)
        let receipts = try await twice(fixture)

        func difference(_ branch: Int) async throws -> OutputDifference {
            try await fixture.peer.call(
                ExecutionsAPI.difference, ["execution": receipts[1].serial], DifferenceQuery(branch: branch, step: 1),
                as: ExecutionsFixture.operatorCaller)
        }

        #expect(try await difference(1).lines == [])
        #expect(try await difference(2).lines?.map(\.text) == ["1", "2"])
        #expect(try await difference(2).lines?.map(\.kind) == [.removed, .added])
        #expect(try await difference(2).here?.state == .succeeded)
        await #expect(throws: Problem.self) { try await difference(3) }
    }
}

extension ExecutionsFixture {
    /// Reports the end of a step and of its branch as a worker would; the hash stands for the text.
    fileprivate func ended(
        _ branch: LeasedBranch, printing text: String, step: Int = 1, attempt: Int = 1, exitCode: Int = 0
    ) async throws {
        let pieces = stride(from: 0, to: text.utf8.count, by: 60_000).map { start in
            OutputPiece(step: step, attempt: attempt, stream: .stdout, bytes: Array(Array(text.utf8)[start...].prefix(60_000)))
        }
        var result = StepResult.sample(step, exitCode == 0 ? .succeeded : .failed, exitCode: exitCode)
        result.attempt = attempt
        result.outputHash = "hash of \(text.count) \(text.prefix(20).replacing("\0", with: "0"))"
        try await report(
            pieces.map { branch.entry(output: $0) } + [
                branch.entry(step: result), branch.entry(ended: exitCode == 0 ? .succeeded : .failed),
            ])
    }

    fileprivate func outputs(_ name: String, _ query: OutputQuery = OutputQuery()) async throws -> OutputGroups {
        try await peer.call(ExecutionsAPI.outputs, ["execution": name], query, as: Self.operatorCaller)
    }
}
