import Contracts
import Support
import Testing
import Vocabulary

@Suite("Import of CSV")
struct ImportCSVTests {
    @Test("A list with a byte order mark, quoted newlines and Windows line ends is read")
    func troubled() async throws {
        let house = try await TargetsHouse()
        let credential = try await house.password("web-key")
        let list =
            "\u{FEFF}Name,description,Tags,env,host,port,user,credential,fact.cores\r\n"
            + "web-01,\"first line\r\nsecond, \"\"quoted\"\" line\",web;eu:west,Production,10.0.0.1,2222,root,WEB-KEY,8\r\n"
            + "\r\n"
            + "web-02,,,,,,,,\r\n"

        let receipt = try await house.importing(.csv, list)

        #expect(receipt.applied)
        #expect(receipt.rows.map(\.line) == [2, 5])
        #expect(receipt.rows.map(\.action) == [.create, .create])
        let target = try await house.show("web-01")
        #expect(target.description == "first line\r\nsecond, \"quoted\" line")
        #expect(target.tags == ["eu:west", "web"])
        #expect(target.facts == ["cores": "8"])
        #expect(target.serial == "T20260001")
        #expect(
            target.connections == [ConnectionMethod(kind: .ssh, host: "10.0.0.1", port: 2222, user: "root", credential: credential.id)])
        #expect(try await house.show("web-02").connections.isEmpty)
    }

    @Test("A bad row in the middle names its line, and nothing is imported")
    func badRow() async throws {
        let house = try await TargetsHouse()
        let list = """
            name,environment,port,status
            a,x,22,active
            b,x,many,activ
            c,x
            has space,x,22,
            A,x,22,
            d,"x"y,22,
            """

        let receipt = try await house.importing(.csv, list)

        #expect(!receipt.applied && receipt.refused == 5 && receipt.created == 1)
        #expect(receipt.rows.filter { $0.action == .refused }.map(\.line) == [3, 4, 5, 6, 7])
        #expect(receipt.rows[1].problems.contains { $0.contains("did you mean `active`?") })
        #expect(receipt.rows[1].problems.contains { $0.contains("`many` is not a whole number") })
        #expect(receipt.rows[2].problems == ["The row and the header have different numbers of fields, 2 and 4."])
        #expect(receipt.rows[4].problems.contains { $0.contains("already in line 2") })
        #expect(try await house.names(nil).isEmpty)
    }

    @Test(
        "A header that is wrong is refused as a whole",
        arguments: [
            ("nmae,tags\na,b", "did you mean `name`?"), ("name,enviroment\na,b", "did you mean `environment`?"),
            ("tags,os\na,b", "no column `name`"), ("name,Name\na,b", "there twice"), ("", "empty"), ("name\n", "no targets"),
            ("name,host.99\na,b", "host.99"), ("\"name\na,b", "not closed"),
        ])
    func header(text: String, hint: String) async throws {
        let house = try await TargetsHouse()

        let refusal = await problem { try await house.importing(.csv, text) }

        #expect(refusal?.status == 422)
        #expect(refusal?.detail.contains(hint) == true, "\(refusal?.detail ?? "")")
    }

    @Test("A dry run shows what would change, field by field, and changes nothing")
    func dryRun() async throws {
        let house = try await TargetsHouse()
        let credential = try await house.password("web-key")
        try await house.add(
            SaveTarget(
                name: "web", description: "stays", environment: "staging", tags: ["a"], facts: ["cores": "4", "disk": "1"],
                connections: [ConnectionMethod(kind: .ssh, host: "h1", user: "root"), ConnectionMethod(kind: .local)]))
        let list = "name,environment,tags,host,fact.cores,fact.disk\nweb,production,b;a,h2,8,\nnew,,,,,\n"

        let dry = try await house.importing(.csv, list, dryRun: true, credential: credential.id)
        let before = try await house.show("web")
        let wet = try await house.importing(.csv, list, credential: credential.id)
        let after = try await house.show("web")
        let again = try await house.importing(.csv, list, credential: credential.id)

        #expect(dry.dryRun && !dry.applied && dry.updated == 1 && dry.created == 1)
        #expect(
            dry.rows[0].changes == [
                "environment: staging -> production", "tags: a -> a, b", "fact.cores: 4 -> 8", "fact.disk: 1 -> nothing",
                "connection 1: ssh root@h1 -> ssh root@h2 with web-key",
            ])
        #expect(dry.rows == wet.rows)
        #expect(before.environment == "staging" && before.revision == 1)
        #expect(after.description == "stays" && after.revision == 2)
        #expect(after.connections.map(\.kind) == [.ssh, .local])
        #expect(again.unchanged == 2 && again.created + again.updated == 0)
        #expect(try await house.show("web").revision == 2)
    }

    @Test("Jump hosts are found by name in the list and among the targets, whatever the order")
    func jumps() async throws {
        let house = try await TargetsHouse()
        let outer = try await house.add("outer")
        let list = "name,host,jump\nleaf,h1,INNER\ninner,h2,outer\n"

        let receipt = try await house.importing(.csv, list)
        let circle = try await house.importing(.csv, "name,host,jump\nouter,h,leaf\n")
        let unknown = try await house.importing(.csv, "name,host,jump\nx,h,nowhere\n")

        #expect(receipt.applied)
        let inner = try await house.show("inner")
        #expect(inner.connections.first?.jump == outer.id)
        #expect(try await house.show("leaf").connections.first?.jump == inner.id)
        #expect(circle.rows[0].problems.contains { $0.contains("leads back") })
        #expect(unknown.rows[0].problems.contains { $0.contains("`nowhere`") })
    }

    @Test("What an export writes is imported again without a change, and into an empty house as the same targets")
    func roundTrip() async throws {
        let (house, other) = (try await TargetsHouse(), try await TargetsHouse())
        var generator = FilterGenerator(seed: 7)
        let credential = try await house.password("key")
        _ = try await other.password("key")
        let jump = try await house.add("zz-jump", host: "2001:db8::1", credential: credential.id)
        for number in 0..<12 {
            let subject = generator.subject(number)
            let methods = [
                ConnectionMethod(kind: .ssh), ConnectionMethod(kind: .local, connectTimeoutSeconds: 3),
                ConnectionMethod(
                    kind: .ssh, host: "h", port: 2, user: "ü", credential: credential.id, jump: jump.id, connectTimeoutSeconds: 9),
            ]
            try await house.add(
                SaveTarget(
                    name: subject.name, description: generator.pick(["", "a\nb", " lead, and \"quotes\";\r\n", "=1+1"]),
                    type: TargetType(rawValue: subject.type), os: subject.os, environment: subject.environment,
                    location: subject.location, tags: subject.tags, facts: subject.facts.filter { !$0.value.isEmpty },
                    status: TargetStatus(rawValue: subject.status), connections: Array(methods.prefix(generator.below(4))),
                    hostKeyPolicy: generator.pick(HostKeyPolicy.allCases)))
        }
        for (format, input) in [(ExportFormat.csv, ImportFormat.csv), (.json, .json)] {
            let text = try await house.exporting(format)

            let again = try await house.importing(input, text)
            let elsewhere = try await other.importing(input, text)

            #expect(again.unchanged == 13 && again.rows.count == 13, "\(again.rows.filter { $0.action != .unchanged })")
            #expect(elsewhere.applied, "\(elsewhere.rows.filter { $0.action == .refused })")
            let copy = try await other.exporting(format)
            #expect(copy.split(separator: "\n") == text.split(separator: "\n"))
            for target in try await other.call(TargetsAPI.list, [:], TargetQuery()).items {
                _ = try await other.call(
                    TargetsAPI.update, ["target": target.id.text],
                    SaveTarget(name: target.name, connections: target.name == "zz-jump" ? target.connections : []))
            }
            for target in try await other.names("not zz-jump") + ["zz-jump"] {
                _ = try await other.call(TargetsAPI.delete, ["target": target], Nothing())
            }
        }
    }

    @Test("An export has only what its filter matches")
    func filtered() async throws {
        let house = try await TargetsHouse()
        try await house.add(SaveTarget(name: "a", tags: ["x"]))
        try await house.add(SaveTarget(name: "b"))

        let csv = try await house.exporting(.csv, "tag = x")

        #expect(csv.split(separator: "\r\n").map { $0.prefix(2) } == ["na", "a,"])
        #expect(try await house.exporting(.json, "tag = nothing") == "[]\n")
    }
}
