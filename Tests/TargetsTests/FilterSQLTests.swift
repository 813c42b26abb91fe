import Contracts
import Flow
import Support
import Testing
import Vocabulary

@Suite("Filters in SQL")
struct FilterSQLTests {
    @Test("The database finds exactly the targets that match by the rules", arguments: [UInt64(11), 12, 13])
    func sameAsPredicate(seed: UInt64) async throws {
        let house = try await TargetsHouse()
        var generator = FilterGenerator(seed: seed)
        let subjects = (0..<24).map { generator.subject($0) }
        for subject in subjects {
            try await house.add(
                SaveTarget(
                    name: subject.name, type: TargetType(rawValue: subject.type), os: subject.os,
                    environment: subject.environment, location: subject.location, tags: subject.tags, facts: subject.facts,
                    status: TargetStatus(rawValue: subject.status)))
        }
        for _ in 0..<120 {
            let filter = generator.filter(depth: 5)
            guard filter.description.count <= FilterLimit.length else { continue }
            let expected = subjects.filter { filter.matches($0) }.map(\.name)

            let found = try await house.names(filter.description)

            #expect(Set(found) == Set(expected), "seed \(seed): \(filter)")
        }
    }

    @Test(
        "Filters of any allowed size and depth are answered",
        arguments: [
            (0..<1300).map { "a\($0 % 10)" }.joined(separator: ","), (0..<300).map { "tag=t\($0)" }.joined(separator: " or "),
            String(repeating: "not (a or ", count: 30) + "b" + String(repeating: ")", count: 30),
            (0..<20).map { "(x\($0) or not (" }.joined() + "all" + String(repeating: "))", count: 20), "web[1-100000]",
        ])
    func large(text: String) async throws {
        let house = try await TargetsHouse()
        try await house.add(SaveTarget(name: "a3", tags: ["t7"]))
        let expected = try FilterExpression.parse(text).matches(FilterSubject(name: "a3", tags: ["t7"]))

        #expect(try await house.names(text) == (expected ? ["a3"] : []))
    }

    @Test("Groups of many groups are answered or refused, never a failure")
    func manyGroups() async throws {
        let house = try await TargetsHouse()
        let terms = (0..<600).map { "n\($0)" }.joined(separator: ",")
        _ = try await house.call(TargetsAPI.createGroup, [:], SaveTargetGroup(name: "g0", filter: terms))
        for level in 1...3 {
            _ = try await house.call(
                TargetsAPI.createGroup, [:],
                SaveTargetGroup(name: "g\(level)", filter: "not (group = g\(level - 1) and not group = g\(level - 1))"))
        }
        let tooMany = await problem {
            try await house.call(
                TargetsAPI.createGroup, [:], SaveTargetGroup(name: "g4", filter: "group = g3 or group = g3"))
        }

        #expect(try await house.names("group = g3").isEmpty)
        #expect(tooMany?.status == 422)
        #expect(tooMany?.detail.contains("too large") == true)
    }

    @Test("A thousand names are found by one range")
    func range() async throws {
        let house = try await TargetsHouse()
        let list = "name\n" + (0..<1000).map { "web-\($0)\n" }.joined()
        _ = try await house.importing(.csv, list)

        let page = try await house.call(TargetsAPI.list, [:], TargetQuery(filter: "web-[0-499],web-[900-1200]", limit: 1))

        #expect(page.total == 600)
    }
}
