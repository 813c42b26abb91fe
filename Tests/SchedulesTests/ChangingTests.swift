import Contracts
import Store
import Support
import Testing
import Vocabulary

@testable import Schedules

@Suite("Changing schedules")
struct ChangingTests {
    private static let hourly = ScheduleTiming(cron: "0 * * * *")

    @Test(
        "what can never be is refused with a sentence and its place",
        arguments: [
            (ScheduleTiming(cron: "0 0 30 2 *"), "#/definition/timing/cron", "never happens"),
            (ScheduleTiming(cron: "0 0 31 4,6,9,11 *"), "#/definition/timing/cron", "never happens"),
            (ScheduleTiming(cron: "61 * * * *"), "#/definition/timing/cron", "no minute"),
            (ScheduleTiming(cron: "0 0 1 1 * 2026 2027"), "#/definition/timing/cron", "fields"),
            (ScheduleTiming(cron: "0 0 * * *", zone: "Europe/Atlantis"), "#/definition/timing/zone", "no time zone"),
            (ScheduleTiming(every: "0s"), "#/definition/timing/every", "duration"),
            (ScheduleTiming(at: ["2026-02-30T10:00"]), "#/definition/timing/at/0", "must be an instant"),
            (ScheduleTiming(at: ["10000-01-01T00:00:00Z"]), "#/definition/timing/at/0", "must be an instant"),
            (ScheduleTiming(at: ["2020-01-01T00:00:00Z"]), "#/definition/timing", "no instant that is to come"),
            (ScheduleTiming(rule: "FREQ=DAILY"), "#/definition/timing/start", "is missing"),
            (ScheduleTiming(rule: "FREQ=DAILY;BYEASTER=1", start: "2026-06-15T10:00"), "#/definition/timing/rule", "BYEASTER"),
            (ScheduleTiming(), "#/definition/timing", "exactly one"),
            (ScheduleTiming(cron: "0 0 * * *", every: "1h"), "#/definition/timing", "exactly one"),
            (
                ScheduleTiming(cron: "0 0 * * *", start: "2026-07-02T00:00", end: "2026-07-01T00:00"), "#/definition/timing/end",
                "later than the start"
            ),
        ] as [(ScheduleTiming, String, String)])
    func refused(timing: ScheduleTiming, pointer: String, words: String) async throws {
        let house = try await SchedulesHouse()
        let problem = try await house.problem { try await house.schedule(timing) }
        #expect(problem.status == 422)
        #expect(problem.errors?.first?.pointer == pointer)
        #expect(problem.errors?.first?.detail.contains(words) == true)
    }

    @Test("day 31 and year 9999 are what they say")
    func farDates() async throws {
        let house = try await SchedulesHouse()
        let preview = try await house.call(
            SchedulesAPI.preview, [:], PreviewSchedule(timing: ScheduleTiming(cron: "0 0 31 * *"), count: 3))
        #expect(preview.occurrences.map { String($0.local.prefix(14)) } == ["Fri 2026-07-31", "Mon 2026-08-31", "Sat 2026-10-31"])
        let last = try await house.call(
            SchedulesAPI.preview, [:], PreviewSchedule(timing: ScheduleTiming(at: ["9999-12-31T23:59:59Z"])))
        #expect(last.occurrences.map(\.at.description) == ["9999-12-31T23:59:59.000Z"])
        #expect(last.ends)
    }

    @Test("an edit fires nothing again and makes up for nothing, but what was due before stays due")
    func edit() async throws {
        let house = try await SchedulesHouse()
        let schedule = try await house.schedule(Self.hourly)
        try await house.pass(.seconds(3600))
        house.clock.advance(by: .seconds(3600))
        var definition = schedule.definition
        definition.timing = ScheduleTiming(cron: "*/10 * * * *")
        definition.run = ScheduledRun(parameters: ["mode": "new"])
        let saved = try await house.call(SchedulesAPI.update, ["schedule": schedule.serial], SaveSchedule(definition: definition))
        #expect(saved.revision == 2)
        #expect(saved.nextAt?.description == "2026-06-15T14:10:00.000Z")
        try await house.tick()
        try await house.pass(.seconds(600))
        #expect(house.fired.map { String($0.dropFirst(11).prefix(5)) } == ["13:00", "14:00", "14:10"])
        // What is started after the edit is started as it says now.
        #expect(house.world { $0.orders.map { $0.order.parameters["mode"] } } == ["", "new", "new"])
    }

    @Test("an edit, a pause or a deletion between the instant and its start")
    func between() async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(Self.hourly, name: "paused")
        try await house.schedule(Self.hourly, name: "deleted")
        house.clock.advance(by: .seconds(3600))
        _ = try await DueOperations(room: house.room).write()
        _ = try await house.call(SchedulesAPI.pause, ["schedule": "paused"], PauseSchedule(reason: "holidays"))
        let _: Nothing = try await house.call(SchedulesAPI.delete, ["schedule": "deleted"], Nothing())
        try await house.tick()
        #expect(house.fired.isEmpty)
        let reasons = Set(try await house.occurrences().compactMap(\.reason))
        #expect(reasons == ["anna paused the schedule: holidays", "The schedule was deleted before it could start."])
        #expect(try await house.occurrences().allSatisfy { $0.state == .skipped })
    }

    @Test("starting again after a process died between the start and the note of it starts nothing twice, also after an edit")
    func diedInBetween() async throws {
        let house = try await SchedulesHouse()
        let schedule = try await house.schedule(Self.hourly)
        house.clock.advance(by: .seconds(3600))
        _ = try await DueOperations(room: house.room).write()
        // As if another process had started it and died: Executions knows the key, the ledger does not.
        _ = try await DispatchOperations(room: house.room).dispatch()
        try await house.database.transact { transaction in
            _ = try await transaction.execute(
                "UPDATE occurrences SET state = 'due', lease_until = \(house.clock.now() + .seconds(5)), execution = NULL, is_open = 1")
        }
        var definition = schedule.definition
        definition.run = ScheduledRun(parameters: ["mode": "new"])
        _ = try await house.call(SchedulesAPI.update, ["schedule": "nightly"], SaveSchedule(definition: definition))
        try await house.tick()
        #expect(try await house.occurrences().map(\.state) == [.due])
        try await house.pass(.seconds(6))
        #expect(try await house.occurrences().map(\.execution) == ["J20260001.1"])
        #expect(house.fired.count == 1)
    }

    @Test(
        "what another process began before it died has begun, whatever was done to the schedule since",
        arguments: ["pause", "delete", "neither"])
    func begunBefore(change: String) async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(Self.hourly, overlap: .skip)
        house.clock.advance(by: .seconds(3600))
        _ = try await DueOperations(room: house.room).write()
        _ = try await DispatchOperations(room: house.room).dispatch()
        try await house.database.transact { transaction in
            try await transaction.execute(
                "UPDATE occurrences SET state = 'due', lease_until = \(house.clock.now() + .seconds(5)), execution = NULL")
        }
        switch change {
        case "pause": _ = try await house.call(SchedulesAPI.pause, ["schedule": "nightly"], PauseSchedule(reason: "holidays"))
        case "delete": _ = try await house.call(SchedulesAPI.delete, ["schedule": "nightly"], Nothing())
        default: break
        }

        house.world { $0.isExecutionsAway = true }
        try? await house.pass(.seconds(6))
        #expect(try await house.occurrences().map(\.state) == [.due])
        house.world { $0.isExecutionsAway = false }
        try await house.pass(.seconds(2))

        let ledger = try await house.occurrences()
        #expect(ledger.map(\.state) == [.fired])
        #expect(ledger.map(\.execution) == ["J20260001.1"])
        #expect(house.fired.count == 1)
    }

    @Test("what has begun is not missed because others that were due with it cannot be started")
    func begunBesideOthers() async throws {
        let house = try await SchedulesHouse()
        for name in ["nightly", "other"] { try await house.schedule(Self.hourly, name: name) }
        house.clock.advance(by: .seconds(3600))
        _ = try await DueOperations(room: house.room).write()
        _ = try await DispatchOperations(room: house.room).dispatch()
        try await house.database.transact { transaction in
            try await transaction.execute(
                "UPDATE occurrences SET state = 'due', lease_until = \(house.clock.now() + .seconds(5)), execution = NULL")
        }
        house.world { world in
            world.orders.removeAll { $0.order.trigger.name == "other" }
            world.before = { throw Problem.unavailable("Executions takes no orders.") }
        }

        try? await house.pass(.seconds(120))

        #expect(try await house.occurrences("nightly").map(\.state) == [.late])
        #expect(try await house.occurrences("nightly").first?.execution != nil)
        #expect(try await house.occurrences("other").map(\.state) == [.missed])
    }

    @Test("what another process took and did not begin is decided by how things are now")
    func takenBefore() async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(Self.hourly)
        house.clock.advance(by: .seconds(3600))
        _ = try await DueOperations(room: house.room).write()
        let now = house.clock.now()
        let taken = try await house.database.transact { transaction in
            try await SQLLedgerStore().claim(at: now, until: now + .seconds(5), limit: 10, in: transaction)
        }
        #expect(taken.map(\.tries) == [1])
        _ = try await house.call(SchedulesAPI.pause, ["schedule": "nightly"], PauseSchedule(reason: "holidays"))

        try await house.pass(.seconds(6))

        #expect(try await house.occurrences().map(\.reason) == ["anna paused the schedule: holidays"])
        #expect(house.fired.isEmpty)
    }

    @Test("a pause fires nothing, and what would have been due then is not made up for")
    func pause() async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(Self.hourly, missed: MissedRuns(policy: .all))
        let paused = try await house.call(SchedulesAPI.pause, ["schedule": "nightly"], PauseSchedule(reason: "holidays"))
        #expect(paused.state == .paused)
        #expect(paused.pause?.by == "anna")
        let twice = try await house.problem {
            _ = try await house.call(SchedulesAPI.pause, ["schedule": "nightly"], PauseSchedule(reason: "again"))
        }
        #expect(twice.status == 409)
        try await house.pass(.seconds(5 * 3600))
        let resumed = try await house.call(SchedulesAPI.resume, ["schedule": "nightly"], Nothing())
        #expect(resumed.nextAt?.description == "2026-06-15T18:00:00.000Z")
        try await house.pass(.seconds(3600))
        #expect(house.fired.map { String($0.dropFirst(11).prefix(2)) } == ["18"])
    }

    @Test("names, jobs, calendars and parameters that are not there are refused")
    func references() async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(Self.hourly)
        let taken = try await house.problem { try await house.schedule(Self.hourly, name: "Nightly") }
        #expect(taken.status == 409)
        let calendar = try await house.problem { try await house.schedule(Self.hourly, name: "b", calendars: ["none"]) }
        #expect(calendar.errors?.first?.pointer == "#/definition/calendars/0")
        let parameter = try await house.problem {
            try await house.schedule(Self.hourly, name: "c", run: ScheduledRun(parameters: ["mod": "x"]))
        }
        #expect(parameter.errors?.first?.pointer == "#/definition/run/parameters/mod")
        let filter = try await house.problem { try await house.schedule(Self.hourly, name: "d", run: ScheduledRun(targets: "name =")) }
        #expect(filter.errors?.first?.pointer == "#/definition/run/targets")
        let secret = try await house.problem {
            try await house.schedule(Self.hourly, name: "e", run: ScheduledRun(parameters: ["token": "•••"]))
        }
        #expect(secret.errors?.first?.pointer == "#/definition/run/parameters/token")
        let job = try await house.problem {
            _ = try await house.call(
                SchedulesAPI.create, [:], SaveSchedule(definition: ScheduleDefinition(name: "f", job: "none", timing: Self.hourly)))
        }
        #expect(job.errors?.first?.pointer == "#/definition/job")
        let nobody = try await house.problem {
            try await house.schedule(Self.hourly, name: "g", as: Caller(kind: .user, name: "console", role: .administrator))
        }
        #expect(nobody.status == 409)
        let token = Caller.user(.sample, name: "anna", role: .operator, scope: [.schedulesWrite])
        let narrow = try await house.problem { try await house.schedule(Self.hourly, name: "h", as: token) }
        #expect(narrow.status == 403)
    }

    @Test("a secret that is sent back hidden stays, is kept sealed, and is in no note")
    func secrets() async throws {
        let house = try await SchedulesHouse()
        let schedule = try await house.schedule(Self.hourly, run: ScheduledRun(parameters: ["token": "hush-hush"]))
        var definition = schedule.definition
        definition.description = "changed"
        _ = try await house.call(SchedulesAPI.update, ["schedule": schedule.serial], SaveSchedule(definition: definition, revision: 1))
        try await house.pass(.seconds(3600))
        #expect(house.world { $0.orders.last?.order.secretParameters } == ["token": Secret("hush-hush")])
        let stale = try await house.problem {
            _ = try await house.call(SchedulesAPI.update, ["schedule": schedule.serial], SaveSchedule(definition: definition, revision: 1))
        }
        #expect(stale.status == 412)
        let notes = try await NewsDesk.lying(in: house.database, for: "audit")
        #expect(notes.map(\.kind) == ["schedule.created", "schedule.updated"])
        #expect(notes.allSatisfy { !$0.payload.contains("hush") && $0.payload.contains("•••") })
    }

    @Test("the ledger is kept as long as it is to be")
    func prune() async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(Self.hourly)
        try await house.pass(.seconds(3600))
        try await house.end()
        house.clock.advance(by: .seconds(91 * 86_400))
        try await Clockwork(room: house.room).upkeep()
        #expect(try await house.ledger().isEmpty)
    }
}
