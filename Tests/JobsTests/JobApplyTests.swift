import Contracts
import Support
import Testing
import Vocabulary

@testable import Jobs

@Suite("Applying jobs")
struct JobApplyTests {
    private func apply(_ house: JobsHouse, _ files: [(String, String)], dryRun: Bool? = nil) async throws -> ApplyReceipt {
        try await house.call(JobsAPI.apply, [:], ApplyJobs(files: files.map { ApplyFile(name: $0, yaml: $1) }, dryRun: dryRun))
    }

    @Test("creates, updates and leaves alone, says what changed, and changes nothing the second time")
    func isIdempotent() async throws {
        let house = try await JobsHouse()
        let two = Sample.minimal.replacing("name: hello", with: "name: two")
        _ = try await apply(house, [("a.yaml", Sample.minimal)])

        let changed = Sample.minimal.replacing("echo hello", with: "echo hi")
        let receipt = try await apply(house, [("a.yaml", "---\n\(changed)---\n# nothing\n---\n\(two)")])
        let again = try await apply(house, [("a.yaml", "\(changed)---\n\(two)\n\n")])

        #expect(receipt.applied)
        #expect(receipt.jobs.map(\.action) == [.updated, .created])
        #expect(receipt.jobs.map(\.changes) == [["steps[0].command"], []])
        #expect(receipt.jobs.map(\.version) == [2, 1])
        #expect(again.jobs.map(\.action) == [.unchanged, .unchanged])
        #expect(again.jobs.map(\.serial) == ["J20260001", "J20260002"])
    }

    @Test("saves nothing when one document is refused, and says what is wrong with each")
    func isAllOrNothing() async throws {
        let house = try await JobsHouse()

        let receipt = try await apply(
            house, [("a.yaml", Sample.minimal), ("b.yaml", "name: b\nstep: []\n"), ("c.yaml", Sample.minimal), ("d.yaml", "\tx")])

        #expect(!receipt.applied)
        #expect(receipt.jobs.map(\.action) == [.created, .refused, .refused, .refused])
        #expect(receipt.jobs[1].errors.map(\.line) == [1, 2])
        #expect(receipt.jobs[2].errors.first?.detail.contains("a.yaml already") == true)
        #expect(try await house.call(JobsAPI.list, [:], JobQuery()).items.isEmpty)
    }

    @Test("says in a dry run what would happen and does nothing")
    func runsDry() async throws {
        let house = try await JobsHouse()
        _ = try await apply(house, [("a.yaml", Sample.minimal)])

        let receipt = try await apply(
            house, [("a.yaml", "# a comment\n\(Sample.minimal)"), ("b.yaml", Sample.full)], dryRun: true)

        #expect(!receipt.applied)
        #expect(receipt.jobs.map(\.action) == [.updated, .created])
        #expect(receipt.jobs[0].changes == ["layout or comments"])
        #expect(receipt.jobs.map(\.version) == [1, nil])
        #expect(try await house.call(JobsAPI.list, [:], JobQuery()).items.map(\.version) == [1])
    }
}
