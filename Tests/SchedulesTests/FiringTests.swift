import Contracts
import Support
import Testing
import Vocabulary

@testable import Schedules

@Suite("What is due")
struct FiringTests {
    @Test("fires once, with a trigger that says what started it and who answers for it")
    func fires() async throws {
        let house = try await SchedulesHouse()
        let schedule = try await house.schedule(
            ScheduleTiming(cron: "*/5 * * * *"), run: ScheduledRun(parameters: ["mode": "full", "token": "hush"], targets: "tag = web"))
        #expect(schedule.serial == "S20260001")
        #expect(schedule.nextAt?.description == "2026-06-15T12:05:00.000Z")
        #expect(schedule.definition.run?.parameters == ["mode": "full", "token": "•••"])

        try await house.pass(.seconds(299))
        #expect(house.fired.isEmpty)
        try await house.pass(.seconds(1))
        try await house.tick()
        try await house.tick()

        #expect(house.fired == ["2026-06-15T12:05:00.000Z"])
        let order = try #require(house.world { $0.orders.first?.order })
        #expect(order.trigger.starter == "schedule S20260001 (anna)")
        #expect(order.trigger.id == schedule.id.text)
        #expect(order.parameters == ["mode": "full"])
        #expect(order.secretParameters == ["token": Secret("hush")])
        #expect(order.targets == "tag = web")
        #expect(order.idempotencyKey == "schedule/\(schedule.id.text)/1781525100000")
        let ledger = try await house.occurrences()
        #expect(ledger.map(\.state) == [.fired])
        #expect(ledger.first?.execution == "J20260001.1")
        let shown = try await house.call(SchedulesAPI.show, ["schedule": "nightly"], Nothing())
        #expect(shown.runs == 1)
        #expect(shown.last?.state == .fired)
    }

    @Test("is written down again by nobody, however many schedulers look at the same time")
    func manySchedulers() async throws {
        let house = try await SchedulesHouse()
        for number in 1...20 { try await house.schedule(ScheduleTiming(cron: "* * * * * *"), name: "every second \(number)") }
        house.clock.advance(by: .seconds(30))

        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...4 { group.addTask { try await house.tick() } }
            try await group.waitForAll()
        }
        try await house.tick()

        let fired = house.fired
        #expect(fired.count == 600)
        #expect(Set(house.world { $0.orders.map(\.order.idempotencyKey) }).count == 600)
    }

    @Test("is due by intervals, instants and rules, and ends with its end or its greatest number of runs")
    func timings() async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(ScheduleTiming(every: "20m", start: "2026-06-15T12:10:00Z"), name: "interval")
        try await house.schedule(
            ScheduleTiming(at: ["2026-06-15T12:30:00Z", "2026-06-15T16:00"], zone: "Europe/Berlin"), name: "once")
        try await house.schedule(
            ScheduleTiming(rule: "FREQ=HOURLY", zone: "Europe/Berlin", start: "2026-06-15T14:15"), name: "rule")
        try await house.schedule(ScheduleTiming(cron: "0 * * * *", mostRuns: 1), name: "most")
        try await house.schedule(ScheduleTiming(cron: "0 * * * *", end: "2026-06-15T14:00:00Z"), name: "ends")
        for _ in 1...24 { try await house.pass(.seconds(300)) }

        func times(_ name: String) async throws -> [String] {
            try await house.ledger(name).map { String($0.dropFirst(11).prefix(5)) }
        }
        #expect(try await times("interval") == ["12:10", "12:30", "12:50", "13:10", "13:30", "13:50"])
        #expect(try await times("once") == ["12:30", "14:00"])
        #expect(try await times("rule") == ["12:15", "13:15"])
        #expect(try await times("most") == ["13:00"])
        #expect(try await times("ends") == ["13:00"])
        let ended = try await house.call(SchedulesAPI.list, [:], ScheduleQuery(state: .ended)).items.map(\.definition.name)
        #expect(ended == ["ends", "most", "once"])
    }

    @Test("follows changes of the clocks both ways")
    func changesOfClocks() async throws {
        let spring = try await SchedulesHouse(at: "2026-03-28T12:00:00Z")
        try await spring.schedule(ScheduleTiming(cron: "30 2 * * *", zone: "Europe/Berlin"), name: "shift")
        try await spring.schedule(ScheduleTiming(cron: "30 2 * * *", zone: "Europe/Berlin", skippedHours: .skip), name: "skip")
        for _ in 1...96 { try await spring.pass(.seconds(1800)) }
        #expect(try await spring.ledger("shift") == ["2026-03-29T01:00:00.000Z fired", "2026-03-30T00:30:00.000Z fired"])
        #expect(try await spring.ledger("skip").map { String($0.prefix(16)) } == ["2026-03-30T00:30"])

        let autumn = try await SchedulesHouse(at: "2025-10-25T12:00:00Z")
        for hours in [RepeatedHours.first, .second, .both] {
            try await autumn.schedule(
                ScheduleTiming(cron: "30 2 * * *", zone: "Europe/Berlin", repeatedHours: hours), name: hours.rawValue)
        }
        for _ in 1...28 { try await autumn.pass(.seconds(1800)) }
        #expect(try await autumn.ledger("first").map { String($0.prefix(16)) } == ["2025-10-26T00:30"])
        #expect(try await autumn.ledger("second").map { String($0.prefix(16)) } == ["2025-10-26T01:30"])
        #expect(try await autumn.ledger("both").map { String($0.prefix(16)) } == ["2025-10-26T00:30", "2025-10-26T01:30"])
    }

    @Test("is not doubled by a clock that steps back, and follows the policy when it steps forward")
    func steppingClock() async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(ScheduleTiming(cron: "*/10 * * * *"))
        for _ in 1...3 { try await house.pass(.seconds(600)) }
        try await house.pass(.seconds(-3600))
        for _ in 1...9 { try await house.pass(.seconds(600)) }
        let fired = house.fired
        #expect(fired.count == 6)
        #expect(Set(fired).count == 6)

        try await house.pass(.seconds(3600))
        let ledger = try await house.ledger()
        #expect(ledger.count == 12)
        #expect(ledger.suffix(6).map { $0.split(separator: " ")[1] } == ["missed", "missed", "missed", "missed", "missed", "fired"])
    }

    @Test("has its summary in metrics")
    func metrics() async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(ScheduleTiming(cron: "* * * * *"))
        try await house.pass(.seconds(60))
        let metrics = try await SQLScheduleMetrics(room: house.room).metrics()
        #expect("\(metrics)".contains("opsconductor_occurrences_total"))
    }

    @Test("is read a moment before it is due, and not long before")
    func foresight() async throws {
        let house = try await SchedulesHouse()
        let schedule = try await house.schedule(ScheduleTiming(cron: "0 13 * * *"))
        let due = try #require(schedule.nextAt)
        func isKnown(_ seconds: Int, from last: Timestamp) async throws -> Bool {
            house.clock.advance(by: due - house.clock.now() - .seconds(seconds))
            _ = try await Clockwork(room: house.room).foresee(from: last, before: due)
            return house.room.memory.unknown([(schedule.id, schedule.revision)]).isEmpty
        }
        house.room.memory.forget()
        #expect(try await !isKnown(90, from: house.clock.now()))
        #expect(try await !isKnown(50, from: due))
        #expect(try await isKnown(40, from: house.clock.now()))
    }
}
