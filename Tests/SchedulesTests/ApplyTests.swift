import Contracts
import Store
import Support
import Testing
import Vocabulary

@testable import Schedules

@Suite("Applying schedules from files")
struct ApplyTests {
    private static let file = """
        kind: calendar
        name: nights
        zone: Europe/Berlin
        openings:
          - weekly: {days: [mon, tue], from: "22:00", to: "02:00"}
        ---
        # A comment.
        name: from file
        job: backup
        timing:
          cron: "*/15 * * * *"
          zone: Europe/Berlin
          start: 2026-07-01T00:00
        run:
          parameters: {mode: full, token: •••}
        calendars: [nights]
        missed: {policy: all, most: 3}
        ---
        kind: dead_man_rule
        name: daily
        schedule: from file
        succeed_every: {every: 26h}
        """

    private static func apply(
        _ house: SchedulesHouse, _ yaml: String, dryRun: Bool? = nil, secrets: [String: Secret]? = ["token": Secret("hush")]
    ) async throws -> ApplySchedulesReceipt {
        try await house.call(
            SchedulesAPI.apply, [:],
            ApplySchedules(files: [ApplyFile(name: "a.yaml", yaml: yaml)], secrets: secrets, dryRun: dryRun))
    }

    @Test("creates, then changes nothing, then says what changed; a dry run keeps nothing")
    func idempotent() async throws {
        let house = try await SchedulesHouse()
        let dry = try await Self.apply(house, Self.file, dryRun: true)
        #expect(dry.documents.map(\.action) == [.created, .created, .created])
        #expect(!dry.applied)
        #expect(try await house.call(SchedulesAPI.list, [:], ScheduleQuery()).items.isEmpty)

        let first = try await Self.apply(house, Self.file)
        #expect(first.documents.map(\.errors) == [[], [], []])
        #expect(first.documents.map(\.action) == [.created, .created, .created])
        let again = try await Self.apply(house, Self.file)
        #expect(again.documents.map(\.action) == [.unchanged, .unchanged, .unchanged])
        // What is secret stays when it is not given again.
        let third = try await Self.apply(house, Self.file.replacing("*/15", with: "*/20").replacing("26h", with: "27h"), secrets: nil)
        #expect(third.documents.map(\.action) == [.unchanged, .updated, .updated])
        #expect(third.documents.map(\.changes) == [[], ["timing.cron"], ["succeed_every.every"]])
        let schedule = try await house.call(SchedulesAPI.show, ["schedule": "from file"], Nothing())
        #expect(schedule.definition.calendars == ["nights"])
        #expect(schedule.definition.run?.parameters == ["mode": "full", "token": "•••"])
        #expect(schedule.nextAt?.description == "2026-06-30T22:00:00.000Z")
    }

    @Test("refuses everything when something is wrong, with line and column")
    func refused() async throws {
        let house = try await SchedulesHouse()
        let yaml = Self.file.replacing("*/15 * * * *", with: "0 0 30 2 *").replacing("openings:", with: "opening:")
        let receipt = try await Self.apply(house, yaml)
        #expect(!receipt.applied)
        #expect(receipt.documents[0].errors.first?.line == 4)
        #expect(receipt.documents[0].errors.first?.detail.contains("did you mean openings?") == true)
        #expect(try await house.call(SchedulesAPI.calendars, [:], PageQuery()).items.isEmpty)
        let second = receipt.documents[1].errors
        #expect(!second.isEmpty)

        let never = try await Self.apply(house, Self.file.replacing("*/15 * * * *", with: "0 0 30 2 *"))
        #expect(never.documents[1].errors.map(\.line) == [11])
        #expect(never.documents[1].errors.first?.detail.hasPrefix("timing.cron 0 0 30 2 * never happens") == true)
    }

    @Test(
        "texts that are no YAML, or would grow, are refused",
        arguments: ["a: [", "a: &x 1\nb: *x", "- 1\n- 2", "name: {", "just a text", "kind: nothing\nname: x"])
    func noYAML(text: String) async throws {
        let house = try await SchedulesHouse()
        let receipt = try await Self.apply(house, text)
        #expect(!receipt.applied)
        #expect(receipt.documents.contains { !$0.errors.isEmpty })
    }
}
