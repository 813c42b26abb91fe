import Contracts
import Testing
import Vocabulary

@Suite("Targets")
struct TargetTests {
    @Test("Serials count up within a year and begin anew with the next")
    func serials() async throws {
        let house = try await TargetsHouse()

        let first = try await house.add(SaveTarget(name: "a"))
        let second = try await house.add(SaveTarget(name: "b"))
        house.clock.advance(by: .seconds(366 * 86_400))
        let third = try await house.add(SaveTarget(name: "c"))

        #expect(first.serial == "T20260001")
        #expect(second.serial == "T20260002")
        #expect(third.serial == "T20270001")
    }

    @Test("A target is shown by id, by serial and by name without regard to case")
    func references() async throws {
        let house = try await TargetsHouse()
        let target = try await house.add(
            SaveTarget(
                name: "Web-01", os: "debian 12", environment: "Production", tags: ["web", "a", "Web"], facts: ["cores": "8"],
                connections: [ConnectionMethod(kind: .local)]))

        for reference in [target.id.text, "t20260001", "web-01"] {
            let shown = try await house.show(reference)
            #expect(shown.id == target.id)
            #expect(shown.tags == ["a", "web"])
            #expect(shown.facts == ["cores": "8"])
            #expect(shown.connections == [ConnectionMethod(kind: .local)])
        }
        #expect(await problem { try await house.show("nothing") }?.status == 404)
    }

    @Test("A name is taken without regard to case")
    func taken() async throws {
        let house = try await TargetsHouse()
        try await house.add(SaveTarget(name: "web"))
        let other = try await house.add(SaveTarget(name: "db"))

        let created = await problem { try await house.add(SaveTarget(name: "WEB")) }
        let renamed = await problem {
            try await house.call(TargetsAPI.update, ["target": other.id.text], SaveTarget(name: "Web"))
        }

        #expect(created?.status == 409)
        #expect(renamed?.status == 409)
        #expect(created?.detail.contains("WEB") == true)
    }

    @Test("Saving over a newer revision is refused and changes nothing")
    func staleRevision() async throws {
        let house = try await TargetsHouse()
        try await house.add(SaveTarget(name: "web", environment: "one"))
        let changed = try await house.call(
            TargetsAPI.update, ["target": "web"], SaveTarget(name: "web", environment: "two", revision: 1))

        let stale = await problem {
            try await house.call(TargetsAPI.update, ["target": "web"], SaveTarget(name: "web", environment: "three", revision: 1))
        }

        #expect(changed.revision == 2)
        #expect(stale?.status == 412)
        #expect(try await house.show("web").environment == "two")
    }

    private static func ssh(_ host: String? = nil, port: Int? = nil, user: String? = nil) -> SaveTarget {
        SaveTarget(name: "a", connections: [ConnectionMethod(kind: .ssh, host: host, port: port, user: user)])
    }

    static let refusals: [(SaveTarget, String)] = [
        (SaveTarget(name: "has space"), "#/name"), (SaveTarget(name: ""), "#/name"), (SaveTarget(name: "T20260001"), "#/name"),
        (SaveTarget(name: "a", tags: ["ok", "not ok"]), "#/tags/1"), (SaveTarget(name: "a", facts: ["x y": "1"]), "#/facts/x y"),
        (SaveTarget(name: "a", facts: ["x": "1", "X": "2"]), "#/facts/x"),
        (SaveTarget(name: "a", connections: [ConnectionMethod(kind: .local, host: "h")]), "#/connections/0/host"),
        (ssh("a b"), "#/connections/0/host"), (ssh("-oProxyCommand=x"), "#/connections/0/host"),
        (ssh(port: 70000), "#/connections/0/port"), (ssh(user: "-l"), "#/connections/0/user"),
        (SaveTarget(name: "a", connections: [ConnectionMethod(kind: .ssh, credential: .sample)]), "#/connections/0/credential"),
        (SaveTarget(name: "a", connections: [ConnectionMethod(kind: .ssh, jump: .sample)]), "#/connections/0/jump"),
    ]

    @Test("What cannot be saved is refused at its place", arguments: refusals)
    func refused(save: SaveTarget, pointer: String) async throws {
        let house = try await TargetsHouse()

        let refusal = await problem { try await house.add(save) }

        #expect(refusal?.status == 422)
        #expect(refusal?.errors?.map(\.pointer) == [pointer])
        #expect(try await house.names(nil).isEmpty)
    }

    @Test("Jump hosts cannot run in a circle, and one that is needed cannot be deleted or lose its SSH connection")
    func jumps() async throws {
        let house = try await TargetsHouse()
        let outer = try await house.add("outer")
        let inner = try await house.add("inner", jump: outer.id)
        try await house.add("leaf", jump: inner.id)
        func save(_ name: String, _ methods: [ConnectionMethod]) -> SaveTarget { SaveTarget(name: name, connections: methods) }

        let circle = await problem {
            try await house.call(
                TargetsAPI.update, ["target": "outer"], save("outer", [ConnectionMethod(kind: .ssh, jump: inner.id)]))
        }
        let itself = await problem {
            try await house.call(
                TargetsAPI.update, ["target": "outer"], save("outer", [ConnectionMethod(kind: .ssh, jump: outer.id)]))
        }
        let closed = await problem {
            try await house.call(TargetsAPI.update, ["target": "outer"], save("outer", [ConnectionMethod(kind: .local)]))
        }
        let deleted = await problem { try await house.call(TargetsAPI.delete, ["target": "inner"], Nothing()) }

        #expect(circle?.detail.contains("leads back to `outer`") == true)
        #expect(itself?.status == 422)
        #expect(closed?.detail.contains("jump host of `inner`") == true)
        #expect(deleted?.status == 409)
        #expect(deleted?.detail.contains("`leaf`") == true)
        _ = try await house.call(TargetsAPI.delete, ["target": "leaf"], Nothing())
        _ = try await house.call(TargetsAPI.delete, ["target": "inner"], Nothing())
        #expect(try await house.names(nil) == ["outer"])
    }

    @Test("Pages follow each other by name without gaps, the first with the total of the filter")
    func pages() async throws {
        let house = try await TargetsHouse()
        for number in [3, 1, 5, 2, 4] { try await house.add(SaveTarget(name: "Web-\(number)", tags: ["x"])) }
        try await house.add(SaveTarget(name: "a-last", tags: ["x"], status: .retired))
        try await house.add(SaveTarget(name: "other"))

        var (names, cursor): ([String], String?) = ([], nil)
        repeat {
            let page = try await house.call(
                TargetsAPI.list, [:], TargetQuery(filter: "tag = x", status: .active, limit: 2, cursor: cursor))
            #expect(page.total == (cursor == nil ? 5 : nil))
            names += page.items.map(\.name)
            cursor = page.nextCursor
        } while cursor != nil

        #expect(names == ["Web-1", "Web-2", "Web-3", "Web-4", "Web-5"])
        let refusal = await problem { try await house.call(TargetsAPI.list, [:], TargetQuery(cursor: "%%%")) }
        #expect(refusal?.status == 422)
    }

    @Test("Tags are added and removed on all that match, and only what changes counts as changed")
    func tags() async throws {
        let house = try await TargetsHouse()
        try await house.add(SaveTarget(name: "a", tags: ["web", "old"]))
        try await house.add(SaveTarget(name: "b", tags: ["Web"]))
        try await house.add(SaveTarget(name: "c"))

        let receipt = try await house.call(
            TargetsAPI.tag, [:], TagTargets(filter: "tag = web", add: ["WEB", "new"], remove: ["OLD"]))
        let again = try await house.call(TargetsAPI.tag, [:], TagTargets(filter: "tag = web", add: ["new"], remove: ["old"]))

        #expect(receipt.matched == 2)
        #expect(receipt.changed == 2)
        #expect(again.changed == 0)
        #expect(try await house.show("a").tags == ["new", "web"])
        #expect(try await house.show("b").tags == ["new", "Web"])
        #expect(try await house.show("b").revision == 2)
        for bad in [
            TagTargets(filter: " ", add: ["x"]), TagTargets(filter: "all", add: ["x"], remove: ["X"]),
            TagTargets(filter: "all", add: ["no good"]), TagTargets(filter: "all"),
            TagTargets(filter: "all", add: (0...100).map { "t\($0)" }),
        ] {
            #expect(await problem { try await house.call(TargetsAPI.tag, [:], bad) }?.status == 422)
        }
        #expect(try await house.show("c").tags.isEmpty)
    }

    @Test("A test of a connection is handed to Executions, unless there is nothing to test")
    func test() async throws {
        let house = try await TargetsHouse()
        let target = try await house.add("web")
        try await house.add(SaveTarget(name: "bare"))

        let result = try await house.call(TargetsAPI.test, ["target": "WEB"], TestTarget(method: 0))

        #expect(result.succeeded)
        #expect(house.probes.all.map(\.target) == [target.id])
        #expect(house.probes.all.map(\.method) == [0])
        #expect(await problem { try await house.call(TargetsAPI.test, ["target": "bare"], TestTarget()) }?.status == 422)
        #expect(await problem { try await house.call(TargetsAPI.test, ["target": "web"], TestTarget(method: 1)) }?.status == 422)
    }

    @Test("The vocabulary names the values that targets have")
    func vocabulary() async throws {
        let house = try await TargetsHouse()
        try await house.add(SaveTarget(name: "a", os: "debian 12", environment: "Prod", tags: ["web"], facts: ["Cores": "8"]))
        try await house.add(SaveTarget(name: "b", environment: "prod", tags: ["WEB", "db"]))
        _ = try await house.call(TargetsAPI.createGroup, [:], SaveTargetGroup(name: "all-web", filter: "tag = web"))

        let words = try await house.call(TargetsAPI.vocabulary, [:], Nothing())

        #expect(words.tags.map { $0.lowercased() } == ["db", "web"])
        #expect(words.environments.count == 1)
        #expect(words.oses == ["debian 12"])
        #expect(words.groups == ["all-web"])
        #expect(words.fields.contains("fact.cores") && words.fields.contains("group"))
    }
}
