import Contracts
import Testing
import Vocabulary

@Suite("Import of an OpenSSH configuration")
struct ImportSSHConfigTests {
    @Test("Concrete hosts get the first value of every option, wildcards serve as defaults")
    func config() async throws {
        let house = try await TargetsHouse()
        let text = """
            # laptop
            User early
            Host bastion gate
                HostName %h.example.net
                User jump
                Port=2222
                IdentityFile ~/.ssh/id_ed25519

            Host web-* !web-9
              ProxyJump bastion
              ConnectTimeout 7
            Host "web-1" web-9
                Hostname 10.0.0.1
            Host *
                Port 22
                Port 23
                ForwardAgent no
            """

        let receipt = try await house.importing(.sshConfig, text)

        #expect(receipt.applied, "\(receipt.rows)")
        #expect(receipt.rows.map(\.name) == ["bastion", "gate", "web-1", "web-9"])
        #expect(receipt.rows.map(\.line) == [3, 3, 12, 12])
        let bastion = try await house.show("bastion")
        #expect(bastion.connections == [ConnectionMethod(kind: .ssh, host: "bastion.example.net", port: 2222, user: "early")])
        #expect(receipt.rows[0].changes.contains("note: IdentityFile ~/.ssh/id_ed25519 is not imported; choose a credential"))
        let web = try #require(try await house.show("web-1").connections.first)
        #expect(web == ConnectionMethod(kind: .ssh, host: "10.0.0.1", port: 22, user: "early", jump: bastion.id, connectTimeoutSeconds: 7))
        #expect(try await house.show("web-9").connections.first?.jump == nil)
    }

    @Test("Several hops are imported when each hop goes through the one before")
    func hops() async throws {
        let house = try await TargetsHouse()
        let text = """
            Host outer
            Host inner
                ProxyJump root@outer:22
            Host leaf
                ProxyJump outer,inner
            """

        let receipt = try await house.importing(.sshConfig, text)
        let refused = try await house.importing(.sshConfig, "Host a\nHost b\nHost c\n ProxyJump a,b\nHost d\n ProxyJump nowhere")

        #expect(receipt.applied, "\(receipt.rows)")
        let inner = try await house.show("inner")
        #expect(try await house.show("leaf").connections.first?.jump == inner.id)
        #expect(!refused.applied)
        #expect(refused.rows[2].problems.first?.contains("give `b` a `ProxyJump a`") == true)
        #expect(refused.rows[3].problems.first?.contains("`nowhere`") == true)
    }

    @Test("What cannot be imported is refused with its line")
    func refused() async throws {
        let house = try await TargetsHouse()
        let text = "Host a\n  Port\nInclude more.conf\nMatch user root\n  Port 2\nHost \"b\n"

        let receipt = try await house.importing(.sshConfig, text)

        #expect(!receipt.applied)
        #expect(receipt.rows.filter { $0.action == .refused }.map(\.line) == [2, 3, 4, 6])
        #expect(receipt.rows.first { $0.line == 3 }?.problems.first?.contains("Include") == true)
        #expect(try await house.names(nil).isEmpty)
    }
}
