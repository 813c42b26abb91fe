import Contracts
import Foundation
import Store
import Support
import Testing
import Vocabulary

@testable import Targets

@Suite("Health policies")
struct HealthPolicyTests {
    private func policies(_ house: TargetsHouse) async throws -> [HealthPolicy] {
        try await house.call(TargetsAPI.healthPolicies, [:], Nothing()).items
    }

    @Test("The first policy whose filter matches counts, the default for all others")
    func order() async throws {
        let house = try await TargetsHouse()
        try await house.add(SaveTarget(name: "p-1", environment: "production", connections: [ConnectionMethod(kind: .local)]))
        try await house.add(SaveTarget(name: "s-1", environment: "staging", connections: [ConnectionMethod(kind: .local)]))
        _ = try await house.call(
            TargetsAPI.createHealthPolicy, [:], SaveHealthPolicy(name: "rest", filter: "all", intervalSeconds: 600, failThreshold: 5))
        _ = try await house.call(
            TargetsAPI.createHealthPolicy, [:],
            SaveHealthPolicy(name: "production", filter: "env = production", position: 1, intervalSeconds: 30, failThreshold: 1))
        house.errands.answer(HealthAnswers.failing)
        try await house.settle()
        house.clock.advance(by: .seconds(30))

        let done = try await house.service.health.tick()

        #expect(try await policies(house).map(\.name) == ["production", "rest", "default"])
        #expect(try await policies(house).map(\.methods) == [1, 1, 0])
        #expect(try await house.health("p-1").methods[0].policy == "production")
        #expect(try await house.health("p-1").health.state == .critical)
        #expect(try await house.health("s-1").health.state == .unknown)
        #expect(done >= 1)
    }

    @Test("A changed interval counts from the next look on, and a policy that is turned off lets nothing be known")
    func changes() async throws {
        let house = try await TargetsHouse()
        try await house.add("web-1")
        house.errands.answer(HealthAnswers.healthy)
        _ = try await house.tickAfterInterval()
        let usual = try #require(try await policies(house).last)
        house.clock.advance(by: .seconds(1))
        _ = try await house.call(
            TargetsAPI.updateHealthPolicy, ["policy": "default"],
            SaveHealthPolicy(name: "default", intervalSeconds: 20, revision: usual.revision))
        try await house.settle()
        let next = try #require(try await house.health("web-1").health.nextAt)
        #expect(next - house.clock.now() <= .seconds(20))
        _ = try await house.call(
            TargetsAPI.updateHealthPolicy, ["policy": "default"], SaveHealthPolicy(name: "default", enabled: false))

        try await house.settle()

        let detail = try await house.health("web-1")
        #expect(detail.health.state == .unknown)
        #expect(detail.health.nextAt == nil)
    }

    @Test("Bad policies are refused with the places that are wrong, and nothing is saved")
    func refused() async throws {
        let house = try await TargetsHouse()
        func refuse(_ save: SaveHealthPolicy) async -> [String] {
            let found = await problem { try await house.call(TargetsAPI.createHealthPolicy, [:], save) }
            #expect(found?.status == 422)
            return (found?.errors ?? []).compactMap(\.pointer)
        }
        #expect(await refuse(SaveHealthPolicy(name: "x")) == ["#/filter"])
        #expect(await refuse(SaveHealthPolicy(name: "x", filter: "env ==")) == ["#/filter"])
        #expect(await refuse(SaveHealthPolicy(name: "x", filter: "not (env = a or health = critical)")) == ["#/filter"])
        #expect(await refuse(SaveHealthPolicy(name: "default", filter: "all")) == ["#/name"])
        #expect(
            await refuse(SaveHealthPolicy(name: "x y", filter: "all", intervalSeconds: 1, failThreshold: 0))
                == ["#/name", "#/interval_seconds", "#/fail_threshold"])
        #expect(try await policies(house).map(\.name) == ["default"])
        let gone = await problem { try await house.call(TargetsAPI.deleteHealthPolicy, ["policy": "default"], Nothing()) }
        #expect(gone?.status == 422)
        let stale = await problem {
            try await house.call(TargetsAPI.updateHealthPolicy, ["policy": "default"], SaveHealthPolicy(name: "default", revision: 7))
        }
        #expect(stale?.status == 412)
    }

    @Test("Whoever changes a policy stands in the audit log, with how it was before")
    func audit() async throws {
        let house = try await TargetsHouse()
        _ = try await house.call(TargetsAPI.createHealthPolicy, [:], SaveHealthPolicy(name: "p", filter: "env = production"))
        _ = try await house.call(TargetsAPI.updateHealthPolicy, ["policy": "p"], SaveHealthPolicy(name: "p", filter: "env = staging"))
        _ = try await house.call(TargetsAPI.deleteHealthPolicy, ["policy": "P"], Nothing())

        let notes = try await NewsDesk.lying(in: house.database, for: AuditAPI.name)
            .map { try JSONDecoder().decode(AuditNote.self, from: Data($0.payload.utf8)) }

        #expect(notes.map(\.action) == ["health_policy.created", "health_policy.updated", "health_policy.deleted"])
        #expect(notes.map { $0.before == nil } == [true, false, false])
        #expect(notes.map { $0.after == nil } == [false, false, true])
    }
}
