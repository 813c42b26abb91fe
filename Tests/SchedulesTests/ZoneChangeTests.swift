import Calendar
import Contracts
import Foundation
import Testing
import Vocabulary

@testable import Schedules

@Suite("A schedule whose time zone changes")
struct ZoneChangeTests {
    private let zones = FileManager.default.temporaryDirectory.appending(path: "zones-\(UUID().uuidString)")

    /// Gives the zone `Test/City` the rules of another one.
    private func follow(_ zone: String) throws {
        let (folder, file) = (zones.appending(path: "Test"), zones.appending(path: "Test/City"))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(zone)")).write(to: file)
    }

    private func house() async throws -> SchedulesHouse {
        try follow("Europe/Berlin")
        let house = try await SchedulesHouse(zones: ZoneDirectory(folder: zones.path))
        try await house.schedule(ScheduleTiming(cron: "0 18 * * *", zone: "Test/City"))
        return house
    }

    private func next(_ house: SchedulesHouse) async throws -> String? {
        try await house.call(SchedulesAPI.show, ["schedule": "nightly"], Nothing()).nextAt?.description
    }

    @Test("goes by the new rules from the next look at them on")
    func newRules() async throws {
        defer { try? FileManager.default.removeItem(at: zones) }
        let house = try await house()
        #expect(try await next(house) == "2026-06-15T16:00:00.000Z")

        try follow("America/New_York")
        try await Clockwork(room: house.room).upkeep()
        #expect(try await next(house) == "2026-06-15T22:00:00.000Z")
        for _ in 1...24 { try await house.pass(.seconds(1800)) }
        #expect(try await house.ledger() == ["2026-06-15T22:00:00.000Z fired"])
    }

    @Test("waits while the rules cannot be read, and loses nothing by it")
    func brokenRules() async throws {
        defer { try? FileManager.default.removeItem(at: zones) }
        let house = try await house()
        try Data("TZif and no more".utf8).write(to: zones.appending(path: "Test/City"))
        try await Clockwork(room: house.room).upkeep()
        #expect(try await next(house) == "2026-06-15T16:00:00.000Z")
        for _ in 1...49 { try await house.pass(.seconds(300)) }
        #expect(house.fired.isEmpty)

        try follow("Europe/Berlin")
        try await Clockwork(room: house.room).upkeep()
        try await house.pass(.seconds(60))
        #expect(try await house.ledger() == ["2026-06-15T16:00:00.000Z missed"])
        #expect(try await next(house) == "2026-06-16T16:00:00.000Z")
    }
}
