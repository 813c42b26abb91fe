import Contracts
import Testing
import Vocabulary

@Suite("Import of Ansible inventories")
struct ImportAnsibleTests {
    static let ini = """
        ; the fleet
        control ansible_connection=local
        [web]
        web[01:03] ansible_user=deploy http_port=80
        web03 http_port="8080 # not a comment" # a comment
        db.example.net:2222 ansible_host=10.0.0.9

        [web:vars]
        role=front
        region = eu

        [site:children]
        web

        [site:vars]
        region=world
        ansible_password=topsecret
        all_of='them'
        """

    static let yaml = """
        all:
          hosts:
            control:
              ansible_connection: local
          children:
            site:
              vars:
                region: world
                ansible_password: topsecret
                all_of: them
              children:
                web:
                  hosts:
                    web[01:03]:
                      ansible_user: deploy
                      http_port: 80
                    web03:
                      http_port: "8080 # not a comment"
                    db.example.net:
                      ansible_host: 10.0.0.9
                      ansible_port: 2222
                  vars:
                    role: front
                    region: eu
        """

    @Test("Groups become tags, variables become facts, and secrets stay out", arguments: [ImportFormat.ansibleIni, .ansibleYaml])
    func inventory(format: ImportFormat) async throws {
        let house = try await TargetsHouse()

        let receipt = try await house.importing(format, format == .ansibleIni ? Self.ini : Self.yaml)

        #expect(receipt.applied, "\(receipt.rows)")
        #expect(receipt.created == 5)
        let web = try await house.show("web01")
        #expect(web.tags == ["site", "web"])
        #expect(web.facts == ["http_port": "80", "role": "front", "region": "eu", "all_of": "them"])
        #expect(web.connections == [ConnectionMethod(kind: .ssh, user: "deploy")])
        #expect(try await house.show("web03").facts["http_port"] == "8080 # not a comment")
        let db = try await house.show("db.example.net")
        #expect(db.connections == [ConnectionMethod(kind: .ssh, host: "10.0.0.9", port: 2222)])
        let control = try await house.show("control")
        #expect(control.connections == [ConnectionMethod(kind: .local)])
        #expect(control.tags.isEmpty)
        let notes = receipt.rows.first { $0.name == "web01" }?.changes ?? []
        #expect(notes.contains { $0.contains("ansible_password") && $0.contains("not imported") })
        #expect(!notes.contains { $0.contains("topsecret") })
    }

    @Test("Tags and facts that a target has beyond the inventory stay")
    func merged() async throws {
        let house = try await TargetsHouse()
        try await house.add(SaveTarget(name: "web01", tags: ["mine"], facts: ["rack": "7"]))

        let receipt = try await house.importing(.ansibleIni, "[web]\nweb01 zone=a")

        #expect(receipt.updated == 1)
        #expect(try await house.show("web01").tags == ["mine", "web"])
        #expect(try await house.show("web01").facts == ["rack": "7", "zone": "a"])
    }

    @Test(
        "What is wrong in INI names its line",
        arguments: [
            ("[web\na", 1, "not a heading"), ("[web]\na b", 2, "`name=value`"), ("[web:hosts]\na", 1, "children"),
            ("[a:vars]\nx", 2, "`name=value`"), ("x\n[web # all]\na", 2, "not a heading"), ("x\n[web:children", 2, "not a heading"),
            ("x\n[web]a", 2, "not a heading"), ("x\n[we b]\na", 2, "not a heading"), ("[a]\nx\n[web a]=1\ny", 3, "not a heading"),
            ("[a:vars]\nx=1\n[web\ny=2", 3, "not a heading"), ("[a:children]\n[b\nc", 2, "not a heading"),
            ("[a:children]\nb c", 2, "one group"), ("a x='1", 1, "not closed"), ("web[3:1]", 1, "backwards"),
            ("a ansible_connection=winrm", 1, "winrm"), ("a ansible_port=x", 1, "`x` is not a whole number"),
        ])
    func badINI(text: String, line: Int, hint: String) async throws {
        let house = try await TargetsHouse()

        let receipt = try await house.importing(.ansibleIni, text)

        #expect(!receipt.applied)
        #expect(receipt.rows.contains { $0.line == line && $0.problems.contains { $0.contains(hint) } }, "\(receipt.rows)")
    }

    @Test(
        "What is no inventory in YAML is refused",
        arguments: [
            ("all:\n\thosts:", "tab"), ("- a", "a list"), ("all:\n  hosts:\n    a:\n    a:\n", "twice"), ("", "empty"),
            ("a: &x [1]\n? *x\n: 1", "plain names"), ("all: {children: {a: {children: {a: {hosts: {h: }}}}}}", "contains itself"),
            ("all: {hosts: {\"web[1:100000]\": , \"db[1:2]\": }}", "more than 100000"),
        ])
    func badYAML(text: String, hint: String) async throws {
        let house = try await TargetsHouse()

        let refusal = await problem { try await house.importing(.ansibleYaml, text) }

        #expect(refusal?.status == 422)
        #expect(refusal?.detail.contains(hint) == true, "\(refusal?.detail ?? "")")
    }

    @Test("Unknown parts of a YAML group and values that are no text are told with their line")
    func partsOfGroups() async throws {
        let house = try await TargetsHouse()
        let text = "all:\n  host:\n    a:\n  hosts:\n    b:\n      list: [1, 2]\n"

        let receipt = try await house.importing(.ansibleYaml, text)

        #expect(receipt.rows.map(\.line) == [2, 5])
        #expect(receipt.rows[0].problems.first?.contains("did you mean `hosts`?") == true)
        #expect(receipt.rows[1].changes.contains { $0.contains("the variable list is a list") })
    }
}
