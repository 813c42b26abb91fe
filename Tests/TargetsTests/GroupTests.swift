import Contracts
import Testing
import Vocabulary

@Suite("Saved groups")
struct GroupTests {
    private func save(_ house: TargetsHouse, _ name: String, _ filter: String) async throws -> TargetGroup {
        try await house.call(TargetsAPI.createGroup, [:], SaveTargetGroup(name: name, filter: filter))
    }

    @Test("A group's members are whatever matches at the moment")
    func members() async throws {
        let house = try await TargetsHouse()
        try await house.add(SaveTarget(name: "a", tags: ["web"]))
        let group = try await save(house, "Web", "tag = web")
        try await house.add(SaveTarget(name: "b", tags: ["web"]))

        let listed = try await house.call(TargetsAPI.groups, [:], PageQuery())

        #expect(group.count == 1)
        #expect(listed.items.map(\.count) == [2])
        #expect(listed.total == 1)
        #expect(try await house.names("group = web and not b") == ["a"])
    }

    @Test("A filter that is wrong, a circle and an unknown group are refused in one sentence")
    func refused() async throws {
        let house = try await TargetsHouse()
        _ = try await save(house, "one", "tag = x")
        _ = try await save(house, "two", "group = one")

        let circle = await problem {
            try await house.call(TargetsAPI.updateGroup, ["group": "one"], SaveTargetGroup(name: "one", filter: "group = two"))
        }
        let unknown = await problem { try await save(house, "three", "group = nowhere") }
        let wrong = await problem { try await save(house, "four", "tagg = x") }
        let taken = await problem { try await save(house, "ONE", "all") }

        #expect(circle?.status == 422)
        #expect(circle?.detail.contains("contains itself") == true)
        #expect(unknown?.detail.contains("nowhere") == true)
        #expect(wrong?.errors?.first?.column == 1)
        #expect(wrong?.detail.contains("did you mean `tag`?") == true)
        #expect(taken?.status == 409)
        #expect(try await house.names("group = two").isEmpty)
    }

    @Test("A group that is part of another one can be neither renamed nor deleted")
    func inUse() async throws {
        let house = try await TargetsHouse()
        _ = try await save(house, "part", "tag = x")
        _ = try await save(house, "whole", "group = Part or web*")

        let renamed = await problem {
            try await house.call(TargetsAPI.updateGroup, ["group": "part"], SaveTargetGroup(name: "other", filter: "all"))
        }
        let deleted = await problem { try await house.call(TargetsAPI.deleteGroup, ["group": "part"], Nothing()) }

        #expect(renamed?.status == 409)
        #expect(deleted?.detail.contains("`whole`") == true)
        _ = try await house.call(TargetsAPI.deleteGroup, ["group": "whole"], Nothing())
        _ = try await house.call(TargetsAPI.deleteGroup, ["group": "part"], Nothing())
        #expect(try await house.call(TargetsAPI.groups, [:], PageQuery()).items.isEmpty)
    }
}
