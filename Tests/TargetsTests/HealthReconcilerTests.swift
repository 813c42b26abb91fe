import Contracts
import Store
import Support
import Testing
import Vocabulary

@testable import Targets

@Suite("Which methods are checked")
struct HealthReconcilerTests {
    @Test("What has changed since the last look is taken in, and only the whole look finds what went wrong otherwise")
    func sinceTheLastLook() async throws {
        let house = try await TargetsHouse()
        let same = try await house.add("same")
        house.clock.advance(by: .seconds(60))
        let targets = try await house.add(["moved", "retired", "deleted"])
        let seen = try await house.service.health.reconciler.tick(since: nil)
        house.clock.advance(by: .seconds(60))
        var save = SaveTarget(name: "moved", connections: [ConnectionMethod(kind: .ssh, host: "new", user: "root")])
        save.revision = targets[0].revision
        _ = try await house.call(TargetsAPI.update, ["target": "moved"], save)
        try await house.set(targets[1], .retired)
        _ = try await house.call(TargetsAPI.delete, ["target": "deleted"], Nothing())
        try await house.add("added")
        try await house.database.transact { transaction in
            try await transaction.execute("-- test.lose\nDELETE FROM health WHERE target_id = \(same.id)")
        }

        let next = try await house.service.health.reconciler.tick(since: seen)

        #expect(next != seen)
        #expect(try await house.routes == ["added": "ssh added  root  ", "moved": "ssh new  root  "])
        #expect(try await house.call(TargetsAPI.healthSummary, [:], Nothing()).counts == HealthCounts(unknown: 3))
        _ = try await house.service.health.reconciler.tick(since: nil)
        #expect(try await house.routes.keys.sorted() == ["added", "moved", "same"])
    }

    @Test("A policy that has changed is taken in for targets that have not")
    func changedPolicy() async throws {
        let house = try await TargetsHouse()
        try await house.add(["web-1", "db-1"])
        let seen = try await house.service.health.reconciler.tick(since: nil)
        house.clock.advance(by: .seconds(60))
        let save = SaveHealthPolicy(name: "quick", filter: "name ~ web-*", intervalSeconds: 30)
        let policy = try await house.call(TargetsAPI.createHealthPolicy, [:], save)

        _ = try await house.service.health.reconciler.tick(since: seen)

        #expect(policy.methods == 0)
        let all = try await house.call(TargetsAPI.healthPolicies, [:], Nothing()).items
        #expect(all.map(\.name) == ["quick", "default"])
        #expect(all.map(\.methods) == [1, 1])
    }

    @Test("More than fit into one transaction are all taken in, by their policies")
    func many() async throws {
        let house = try await TargetsHouse()
        let save = SaveHealthPolicy(name: "even", filter: "name ~ *0", intervalSeconds: 30)
        _ = try await house.call(TargetsAPI.createHealthPolicy, [:], save)
        let rows = (1...4500).map { "web-\($0),ssh,h\($0)\n" }
        _ = try await house.importing(.csv, "name,kind,host\n" + rows.joined())

        _ = try await house.service.health.reconciler.tick(since: nil)

        #expect(try await house.routes.count == 4500)
        let all = try await house.call(TargetsAPI.healthPolicies, [:], Nothing()).items
        #expect(all.map(\.methods) == [450, 4050])
    }

    @Test("A batch that is not full says that nothing more is due, so that what gets due meanwhile waits for the next")
    func fullBatches() async throws {
        let house = try await TargetsHouse()
        try await house.add((1...70).map { "web-\($0)" })
        try await house.settle()
        house.clock.advance(by: .seconds(300))

        let (first, second) = (try await house.service.health.checks.claim(), try await house.service.health.checks.claim())

        #expect(first?.checks.count == 64)
        #expect(first?.isFull == true)
        #expect(second?.checks.count == 6)
        #expect(second?.isFull == false)
    }
}

extension TargetsHouse {
    @discardableResult
    fileprivate func add(_ names: [String]) async throws -> [Target] {
        var added: [Target] = []
        for name in names { added.append(try await add(name)) }
        return added
    }

    /// Where the methods lead to that are checked, by target.
    fileprivate var routes: [String: String] {
        get async throws {
            let rows = try await database.query("-- test.routes\nSELECT t.name, h.route FROM health h JOIN targets t ON t.id = h.target_id")
            return Dictionary(try rows.map { (try $0.text("name"), try $0.text("route")) }) { first, _ in first }
        }
    }
}
