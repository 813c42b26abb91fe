import Contracts
import Store
import Support
import Testing
import Vocabulary

@testable import Schedules

@Suite("Policies of schedules")
struct PolicyTests {
    private static let hourly = ScheduleTiming(cron: "0 * * * *")

    @Test(
        "what nobody was there for is missed, or made up for as the schedule says",
        arguments: [
            (nil, ["missed", "missed", "missed", "missed"]),
            (MissedRuns(policy: .skip), ["missed", "missed", "missed", "missed"]),
            (MissedRuns(policy: .once), ["missed", "missed", "missed", "late"]),
            (MissedRuns(policy: .all, most: 2), ["missed", "missed", "late", "late"]),
            (MissedRuns(policy: .all), ["late", "late", "late", "late"]),
            (MissedRuns(policy: .skip, graceSeconds: 3600), ["missed", "missed", "missed", "fired"]),
        ] as [(MissedRuns?, [String])])
    func missed(rule: MissedRuns?, states: [String]) async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(Self.hourly, missed: rule)
        try await house.pass(.seconds(4 * 3600 + 1800))

        let ledger = try await house.occurrences()
        #expect(ledger.map(\.state.rawValue) == states)
        #expect(ledger.filter { $0.state == .missed }.allSatisfy { $0.reason?.hasPrefix("No scheduler was there") == true })
        let news = try await NewsCount.kinds(in: house.database)
        #expect(news.contains(ScheduleNews.missed) == states.contains("missed"))
    }

    @Test("an instant that is due while the last run has not ended is skipped")
    func overlapSkip() async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(Self.hourly, overlap: .skip)
        for _ in 1...3 { try await house.pass(.seconds(3600)) }
        let ledger = try await house.occurrences()
        #expect(ledger.map(\.state) == [.fired, .skipped, .skipped])
        #expect(ledger[1].reason?.contains("J20260001.1") == true)
        try await house.end()
        try await house.pass(.seconds(3600))
        #expect(try await house.occurrences().map(\.state) == [.fired, .skipped, .skipped, .fired])
        let shown = try await house.call(SchedulesAPI.show, ["schedule": "nightly"], Nothing())
        #expect(shown.runs == 2)
    }

    @Test("or waits for its end, in order, one at a time")
    func overlapQueue() async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(Self.hourly, overlap: .queue)
        for _ in 1...3 { try await house.pass(.seconds(3600)) }
        #expect(try await house.occurrences().map(\.state) == [.fired, .waiting, .waiting])
        try await house.end()
        try await house.tick()
        #expect(try await house.occurrences().map(\.state) == [.fired, .late, .waiting])
        try await house.end()
        try await house.tick()
        #expect(try await house.occurrences().map(\.state) == [.fired, .late, .late])
        #expect(house.fired.map { String($0.dropFirst(11).prefix(2)) } == ["13", "14", "15"])
    }

    @Test("several that are made up for at once mind each other too", arguments: [OverlapPolicy.skip, .queue, .allow])
    func overlapOfMissed(policy: OverlapPolicy) async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(Self.hourly, missed: MissedRuns(policy: .all), overlap: policy)
        try await house.pass(.seconds(3 * 3600))
        let states = try await house.occurrences().map(\.state)
        switch policy {
        case .skip: #expect(states == [.late, .skipped, .skipped])
        case .queue: #expect(states == [.late, .waiting, .waiting])
        case .allow: #expect(states == [.late, .late, .fired])
        }
    }

    @Test("the news of an end that comes before the start is written down counts")
    func earlyEnd() async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(Self.hourly, overlap: .skip)
        house.clock.advance(by: .seconds(3600))
        _ = try await DueOperations(room: house.room).write()
        let schedule = try await house.call(SchedulesAPI.show, ["schedule": "nightly"], Nothing())
        let at = try #require(Timestamp("2026-06-15T13:00:00Z"))
        try await house.database.transact {
            try await SQLLedgerStore().end([(schedule.id, at, "J20260001.1", .failed)], in: $0)
        }
        try await house.tick()
        try await house.pass(.seconds(3600))
        let ledger = try await house.occurrences()
        #expect(ledger.map(\.state) == [.fired, .fired])
        #expect(ledger.first?.outcome == .failed)
    }

    @Test("nothing starts for an owner who may not run jobs any more, or is gone", arguments: [Role.viewer, nil])
    func ownerLostPermission(role: Role?) async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(Self.hourly)
        house.world { $0.role = role }
        try await house.pass(.seconds(3600))
        let ledger = try await house.occurrences()
        #expect(ledger.map(\.state) == [.skipped])
        #expect(ledger.first?.reason?.hasPrefix("anna, who answers for this schedule") == true)
        #expect(house.fired.isEmpty)
        let shown = try await house.call(SchedulesAPI.show, ["schedule": "nightly"], Nothing())
        #expect(shown.runs == 0)
    }

    @Test("an instant fails to start when its job was deleted, or refuses its values")
    func jobGone() async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(Self.hourly, run: ScheduledRun(parameters: ["mode": "full"]))
        let job = try await house.call(JobsAPI.show, ["job": "backup"], Nothing())
        var definition = job.definition
        definition.parameters = []
        _ = try await house.call(JobsAPI.update, ["job": "backup"], SaveJob(definition: definition))
        try await house.pass(.seconds(3600))
        let _: Nothing = try await house.call(JobsAPI.delete, ["job": "backup"], Nothing())
        try await house.pass(.seconds(3600))
        let ledger = try await house.occurrences()
        #expect(ledger.map(\.state) == [.failed, .failed])
        #expect(ledger.map { $0.reason?.isEmpty } == [false, false])
        #expect(ledger[0].reason?.contains("mode") == true)
        #expect(ledger[1].reason == "The job was deleted.")
        #expect(try await NewsCount.kinds(in: house.database).contains(ScheduleNews.failed))
    }

    @Test("a job that forbids a second run skips the instant")
    func jobIsBusy() async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(Self.hourly)
        house.world { $0.refusal = .conflict("The job backup allows one execution at a time.") }
        try await house.pass(.seconds(3600))
        #expect(try await house.occurrences().map(\.state) == [.skipped])
    }

    @Test("what cannot be started is tried again, and missed when it is too late")
    func away() async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(Self.hourly, name: "skips")
        try await house.schedule(Self.hourly, name: "makes up", missed: MissedRuns(policy: .once))
        house.world { $0.isExecutionsAway = true }
        await #expect(throws: Problem.self) { try await house.pass(.seconds(3600)) }
        #expect(try await house.occurrences().map(\.state) == [.due, .due])
        await #expect(throws: Problem.self) { try await house.pass(.seconds(10)) }
        house.world { $0.isExecutionsAway = false }
        try await house.pass(.seconds(10))
        #expect(try await house.occurrences().map(\.state) == [.fired, .fired])

        house.world { $0.isExecutionsAway = true }
        await #expect(throws: Problem.self) { try await house.pass(.seconds(3580)) }
        await #expect(throws: Problem.self) { try await house.pass(.seconds(120)) }
        house.world { $0.isExecutionsAway = false }
        try await house.pass(.seconds(10))
        #expect(try await house.ledger("skips").last == "2026-06-15T14:00:00.000Z missed")
        #expect(try await house.ledger("makes up").last == "2026-06-15T14:00:00.000Z late")
    }
}

/// What a database tells others.
enum NewsCount {
    static func kinds(in database: any Store.Database, for receiver: String = "notifications") async throws -> [String] {
        try await NewsDesk.lying(in: database, for: receiver).map(\.kind)
    }
}
