import Contracts
import Foundation
import Store
import Support
import Testing
import Vocabulary

@testable import Schedules

@Suite("Rules about events")
struct EventRuleTests {
    private static let repairText = """
        name: repair
        targets: tag = web
        parameters:
          - {name: run, type: string, required: true}
          - {name: failures, type: integer, default: 0}
        steps:
          - {name: fix, command: "echo {{ parameters.run }}"}
        """

    private func house() async throws -> (EventsHouse, Job) {
        let house = try await EventsHouse()
        let deploy = try await house.deploy()
        _ = try await house.job(Self.repairText)
        return (house, deploy)
    }

    private static func definition(_ change: (inout EventRuleDefinition) -> Void = { _ in }) -> EventRuleDefinition {
        var definition = EventRuleDefinition(
            name: "Repair", on: RuleEvent(execution: ExecutionEnds(job: "deploy")), job: "repair",
            run: TriggeredRun(parameters: ["run": MappedValue(from: "event.serial"), "failures": MappedValue(from: "event.counts.failed")]))
        change(&definition)
        return definition
    }

    private static func ended(
        _ number: Int, of job: JobID?, _ state: ExecutionState = .failed, chain: [String]? = nil, failed: Int = 2
    ) -> Execution {
        Execution(
            id: ExecutionID(trusted: "01990000-0000-7000-8000-0000000001\(number < 10 ? "0" : "")\(number)"),
            serial: "J20260001.\(1000 + number)",
            kind: .job, job: job, jobSerial: "J20260001", name: "deploy", jobVersion: 1, state: state,
            counts: BranchCounts(total: 5, waiting: 0, running: 0, succeeded: 3, failed: failed, cancelled: 0, unclear: 0),
            targets: "tag = web", maxParallel: 5, startedBy: "anna",
            trigger: RunTrigger(kind: chain == nil ? .user : .rule, name: "anna", chain: chain), createdAt: Timestamp(milliseconds: 1_000),
            startedAt: Timestamp(milliseconds: 2_000), endedAt: Timestamp(milliseconds: 92_000), lastSequence: 1)
    }

    private func tell(_ house: EventsHouse, _ kind: String, _ content: some Encodable) async throws {
        let payload = String(decoding: try JSONEncoder().encode(content), as: UTF8.self)
        let item = NewsItem(id: SystemIDs().next(), kind: kind, payload: payload, createdAt: house.clock.now())
        try await RuleIntake(room: house.room).take(NewsDelivery(from: "executions", items: [item]))
    }

    private func tell(_ house: EventsHouse, _ executions: Execution...) async throws {
        try await tell(house, ExecutionNews.ended, ExecutionNews.Ended(executions: executions))
    }

    private func save(_ house: EventsHouse, _ definition: EventRuleDefinition) async throws -> EventRule {
        try await house.call(SchedulesAPI.createEventRule, [:], SaveEventRule(definition: definition))
    }

    private func firings(_ house: EventsHouse) async throws -> [RuleFiring] {
        try await house.call(SchedulesAPI.ruleFirings, [:], RuleFiringQuery()).items
    }

    @Test("an execution that ends failed starts the other job once on the targets that failed, however often it is told")
    func acts() async throws {
        let (house, deploy) = try await house()
        house.others.change { $0.targets = [.sample] }
        let rule = try await save(house, Self.definition { $0.targets = .failed })
        #expect(rule.words == "When an execution of deploy ends failed or lost, repair runs on the targets on which it did not succeed.")
        #expect(rule.serial == "R20260001")
        let run = Self.ended(1, of: deploy.id)
        try await tell(house, run)
        try await tell(house, run)
        let loop = EventLoop(room: house.room)
        #expect(try await loop.tick() == 1)
        try await tell(house, run)
        #expect(try await loop.tick() == 0)

        let order = try #require(house.others.orders.first)
        #expect(house.others.orders.count == 1)
        #expect(order.parameters == ["run": .string(run.serial), "failures": 2])
        #expect((order.only, order.targets) == ([.sample], "tag = web"))
        #expect((order.trigger.kind, order.trigger.name, order.trigger.owner, order.trigger.at) == (.rule, "Repair", "anna", run.endedAt))
        #expect(order.trigger.chain == [rule.id.text])
        #expect(house.others.state.withLock { $0.asked } == [AskTargets(execution: run.id, failed: true)])
        let firing = try #require(try await firings(house).first)
        #expect((firing.state, firing.execution, firing.about, firing.name) == (.fired, "J20260001.0001", run.serial, "Repair"))
        #expect(firing.event == "\(run.serial) of deploy ended failed.")
        let shown = try await house.call(SchedulesAPI.eventRule, ["event_rule": "repair"], Nothing())
        #expect(shown.last == firing)
    }

    @Test("what a rule is not about leaves no trace")
    func others() async throws {
        let (house, deploy) = try await house()
        _ = try await save(house, Self.definition { $0.when = "event.counts.failed > 3 and event.duration_seconds < 100" })
        _ = try await save(
            house,
            Self.definition {
                $0.name = "off"; $0.enabled = false
            })
        try await tell(
            house, Self.ended(1, of: deploy.id, .succeeded), Self.ended(2, of: .sample), Self.ended(3, of: deploy.id),
            Self.ended(4, of: nil))
        #expect(try await firings(house).isEmpty)
        try await tell(house, Self.ended(5, of: deploy.id, failed: 4))
        #expect(try await firings(house).map(\.state) == [.due])
    }

    @Test("a condition that cannot be told is a firing that failed")
    func unclear() async throws {
        let (house, deploy) = try await house()
        _ = try await save(house, Self.definition { $0.when = "event.job_version + event.state == 1" })
        try await tell(house, Self.ended(1, of: deploy.id))
        let firing = try #require(try await firings(house).first)
        #expect(firing.state == .failed && firing.reason?.contains("cannot be told") == true)
    }

    @Test("a rule never acts on runs that it led to, nor after too many others")
    func loops() async throws {
        let (house, deploy) = try await house()
        let rule = try await save(house, Self.definition { $0.longestChain = 1 })
        try await tell(
            house, Self.ended(1, of: deploy.id, chain: [rule.id.text]), Self.ended(2, of: deploy.id, chain: [rule.id.text, "b"]),
            Self.ended(3, of: deploy.id, chain: ["a", "b"]), Self.ended(4, of: deploy.id, chain: ["a"]))
        let found = try await firings(house).reversed()
        #expect(found.map(\.state) == [.suppressed, .suppressed, .suppressed, .due])
        #expect(found.map { $0.reason ?? "" }.prefix(2).allSatisfy { $0 == "This rule led to that run itself." })
        try await EventLoop(room: house.room).tick()
        #expect(house.others.orders.map(\.trigger.chain) == [["a", rule.id.text]])
    }

    @Test("cooldown is for each job, the limit for the rule")
    func suppressed() async throws {
        let (house, deploy) = try await house()
        _ = try await save(
            house,
            Self.definition {
                $0.on.execution?.job = nil
                $0.cooldownSeconds = 60
                $0.throttle = RuleThrottle(most: 3, seconds: 300)
            })
        try await tell(house, Self.ended(1, of: deploy.id), Self.ended(2, of: deploy.id), Self.ended(3, of: .sample))
        house.clock.advance(by: .seconds(61))
        try await tell(house, Self.ended(4, of: deploy.id))
        house.clock.advance(by: .seconds(61))
        try await tell(house, Self.ended(5, of: deploy.id))
        house.clock.advance(by: .seconds(300))
        try await tell(house, Self.ended(6, of: deploy.id))
        let found = try await firings(house).reversed()
        #expect(found.map(\.state) == [.due, .suppressed, .due, .due, .suppressed, .due])
        #expect(found.map { $0.reason != nil } == [false, true, false, false, true, false])
    }

    @Test("a target that turns critical is repaired, and only that one")
    func targets() async throws {
        let (house, _) = try await house()
        _ = try await save(
            house,
            EventRuleDefinition(
                name: "Sick", on: RuleEvent(target: TargetTurns(to: [.critical])),
                when: #"event.environment == "live" and "web" in event.tags"#,
                job: "repair", targets: .same, run: TriggeredRun(parameters: ["run": MappedValue(from: "event.name")])))
        let target = TargetSnapshot(
            id: .sample, serial: "T20260007", name: "web-7", host: "192.0.2.1", type: .server, os: "", environment: "live", location: "",
            tags: ["web"], facts: [:])
        var change = HealthNews.Change(target: target, from: .healthy, to: .critical, cause: "refused", since: Timestamp(milliseconds: 5))
        try await tell(house, HealthNews.changed, HealthNews.Changed(changes: [change]))
        try await tell(house, HealthNews.changed, HealthNews.Changed(changes: [change]))
        change.to = .healthy
        try await tell(house, HealthNews.changed, HealthNews.Changed(changes: [change]))
        try await EventLoop(room: house.room).tick()
        let order = try #require(house.others.orders.first)
        #expect(house.others.orders.count == 1)
        #expect((order.only, order.targets, order.parameters["run"]) == ([.sample], "serial = T20260007", "web-7"))
    }

    @Test("an occurrence that was missed runs a job, with the names of its schedule")
    func occurrences() async throws {
        let (house, _) = try await house()
        let rule = try await save(
            house,
            EventRuleDefinition(
                name: "Missed", on: RuleEvent(schedule: ScheduleFails(schedule: "NIGHTLY")), job: "repair",
                run: TriggeredRun(parameters: ["run": MappedValue(from: "event.schedule")])))
        #expect(rule.definition.on.schedule?.schedule == "nightly")
        #expect(rule.words == "When an occurrence of nightly is missed or cannot start, repair runs.")
        func occurrence(_ state: OccurrenceState, of schedule: ScheduleID = .sample) -> Occurrence {
            Occurrence(
                schedule: schedule, serial: "S20260001", name: "nightly", job: "deploy", at: Timestamp(milliseconds: 60_000), state: state)
        }
        for (kind, state) in [
            (ScheduleNews.missed, OccurrenceState.missed), (ScheduleNews.skipped, .skipped), (ScheduleNews.missed, .missed),
        ] {
            try await tell(house, kind, ScheduleNews.Occurrences(occurrences: [occurrence(state)]))
        }
        let stranger = ScheduleID(trusted: "01990000-0000-7000-8000-00000000beef")
        try await tell(house, ScheduleNews.failed, ScheduleNews.Occurrences(occurrences: [occurrence(.failed, of: stranger)]))
        try await EventLoop(room: house.room).tick()
        #expect(house.others.orders.map { $0.parameters["run"] } == ["nightly"])
    }

    @Test("a run that cannot be started yet is tried again, one that is refused is not")
    func tries() async throws {
        let (house, deploy) = try await house()
        _ = try await save(house, Self.definition())
        house.others.change { $0.isAway = true }
        try await tell(house, Self.ended(1, of: deploy.id))
        let loop = EventLoop(room: house.room)
        try await loop.tick()
        #expect(try await firings(house).first?.reason?.hasPrefix("It is tried again") == true)
        #expect(try await loop.tick() == 0)
        house.others.change { $0.isAway = false }
        house.clock.advance(by: .seconds(200))
        #expect(try await loop.tick() == 1)
        #expect(try await firings(house).map(\.state) == [.fired])
        #expect(house.others.orders.count == 1)

        house.others.change { $0.ownerRole = nil }
        try await tell(house, Self.ended(2, of: deploy.id))
        try await loop.tick()
        let failed = try #require(try await firings(house).first)
        #expect(failed.state == .failed && failed.reason?.contains("is no user any more") == true)
        house.clock.advance(by: .seconds(200))
        #expect(try await loop.tick() == 0)
    }

    @Test("all mistakes are told at once, each with its place")
    func mistakes() async throws {
        let (house, _) = try await house()
        func pointers(_ change: (inout EventRuleDefinition) -> Void) async throws -> [String] {
            let problem = try await house.problem { _ = try await save(house, Self.definition(change)) }
            #expect(problem.status == 422)
            return (problem.errors ?? []).compactMap(\.pointer)
        }
        #expect(try await pointers { $0.on.target = TargetTurns(to: [.critical]) } == ["#/definition/on"])
        #expect(
            try await pointers {
                $0.on.execution?.job = "nothing"; $0.when = "event.stat == 1"
            } == ["#/definition/on/execution/job", "#/definition/when"])
        #expect(try await pointers { $0.on.execution?.states = [.running] } == ["#/definition/on/execution/states"])
        #expect(
            try await pointers {
                $0.targets = .same; $0.run?.targets = "tag = web"
            } == ["#/definition/run/targets"])
        #expect(
            try await pointers {
                $0.on = RuleEvent(target: TargetTurns(to: [.critical])); $0.targets = .failed
            } == ["#/definition/targets"])
        #expect(try await pointers { $0.on = RuleEvent(schedule: ScheduleFails(schedule: "no")) } == ["#/definition/on/schedule/schedule"])
        #expect(
            try await pointers {
                $0.run?.parameters?["run"] = MappedValue(from: "body.x"); $0.job = "repair"
            }
                == ["#/definition/run/parameters/run/from"])
        #expect(try await pointers { $0.job = "nothing" } == ["#/definition/job"])
    }

    @Test("each change is noted, and a rule goes with its history")
    func changes() async throws {
        let (house, deploy) = try await house()
        let rule = try await save(house, Self.definition())
        try await tell(house, Self.ended(1, of: deploy.id))
        let path = ["event_rule": rule.serial]
        let changed = try await house.call(
            SchedulesAPI.updateEventRule, path, SaveEventRule(definition: Self.definition { $0.enabled = false }, revision: 1))
        #expect(changed.revision == 2)
        let same = try await house.call(
            SchedulesAPI.updateEventRule, path, SaveEventRule(definition: Self.definition { $0.enabled = false }))
        #expect(same.revision == 2)
        try await tell(house, Self.ended(2, of: deploy.id))
        #expect(try await firings(house).count == 1)
        _ = try await house.call(SchedulesAPI.deleteEventRule, path, Nothing())
        let notes = try await NewsDesk.lying(in: house.database, for: "audit")
        #expect(notes.map(\.kind) == ["event_rule.created", "event_rule.updated", "event_rule.deleted"])
        #expect(try await firings(house).isEmpty)
        #expect(try await EventLoop(room: house.room).tick() == 0)
    }
}
