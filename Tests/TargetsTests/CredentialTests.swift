import Contracts
import Foundation
import Store
import Testing
import Vocabulary

@Suite("Credentials")
struct CredentialTests {
    @Test("Secrets are stored sealed and never come back")
    func sealed() async throws {
        let house = try await TargetsHouse()
        let credential = try await house.password("web", "hunter2-hunter2")

        let rows = try await house.database.read { try await $0.query("SELECT * FROM credentials") }

        #expect(credential.username == "deploy")
        #expect(!String(describing: rows).contains("hunter2"))
        let sealed = try #require(rows.first).bytes("password")
        #expect(try house.vault.open(sealed, for: "credentials/\(credential.id)/password") == Array("hunter2-hunter2".utf8))
    }

    @Test("Absent secrets stay as they are, and a change of kind asks for the new one")
    func update() async throws {
        let house = try await TargetsHouse()
        let credential = try await house.password("web")
        func sealed() async throws -> [UInt8] {
            let row = try await house.database.read { try await $0.first("SELECT password FROM credentials") }
            return try #require(row).bytes("password")
        }
        let before = try await sealed()

        let renamed = try await house.call(
            TargetsAPI.updateCredential, ["credential": "WEB"],
            SaveCredential(name: "web-2", kind: .password, username: "root", password: Secret(""), revision: 1))
        let stale = await problem {
            try await house.call(
                TargetsAPI.updateCredential, ["credential": "web-2"], SaveCredential(name: "x", kind: .password, revision: 1))
        }
        let changedKind = await problem {
            try await house.call(
                TargetsAPI.updateCredential, ["credential": "web-2"], SaveCredential(name: "web-2", kind: .sshKey))
        }

        #expect(renamed.id == credential.id)
        #expect(renamed.revision == 2)
        #expect(try await sealed() == before)
        #expect(stale?.status == 412)
        #expect(changedKind?.errors?.map(\.pointer) == ["#/private_key"])
    }

    @Test("A credential in use cannot be deleted, and its users are named")
    func inUse() async throws {
        let house = try await TargetsHouse()
        let credential = try await house.password("web")
        for number in 1...7 { try await house.add("t\(number)", credential: credential.id) }

        let refusal = await problem { try await house.call(TargetsAPI.deleteCredential, ["credential": "web"], Nothing()) }
        let listed = try await house.call(TargetsAPI.credentials, [:], PageQuery())

        #expect(refusal?.status == 409)
        #expect(refusal?.detail.contains("`t1`, `t2`, `t3`, `t4`, `t5` and 2 more") == true)
        #expect(listed.items.map(\.usedBy) == [7])
        for number in 1...7 { _ = try await house.call(TargetsAPI.delete, ["target": "t\(number)"], Nothing()) }
        _ = try await house.call(TargetsAPI.deleteCredential, ["credential": "web"], Nothing())
        #expect(try await house.call(TargetsAPI.credentials, [:], PageQuery()).total == 0)
    }

    @Test(
        "What is no private key is refused with what to do",
        arguments: [
            ("ssh-ed25519 AAAAC3 anna@desk", "public key"), ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "public key"),
            ("PuTTY-User-Key-File-3: ssh-ed25519", "puttygen"), ("hello", "not a private key"), ("   \n", "empty"),
            ("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA", "cut off"),
            ("-----BEGIN OPENSSH PRIVATE KEY-----\n!!!!\n-----END OPENSSH PRIVATE KEY-----", "damaged"),
            ("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----", "damaged"),
        ])
    func badKeys(text: String, hint: String) async throws {
        let house = try await TargetsHouse()

        let refusal = await problem {
            try await house.call(
                TargetsAPI.createCredential, [:], SaveCredential(name: "key", kind: .sshKey, privateKey: Secret(text)))
        }

        #expect(refusal?.status == 422)
        #expect(refusal?.detail.contains(hint) == true, "\(refusal?.detail ?? "")")
    }

    @Test("A key of ssh-keygen shows its public half, and asks for its passphrase if it has one")
    func realKeys() async throws {
        let house = try await TargetsHouse()
        let plain = try KeygenFolder(type: "ed25519", passphrase: "")
        let locked = try KeygenFolder(type: "ed25519", passphrase: "open sesame")
        let classic = try KeygenFolder(type: "rsa", passphrase: "", more: ["-m", "PEM", "-b", "2048"])
        func create(_ name: String, _ key: String, _ passphrase: String? = nil) async throws -> Credential {
            let save = SaveCredential(
                name: name, kind: .sshKey, privateKey: Secret(key), passphrase: passphrase.map { Secret($0) })
            return try await house.call(TargetsAPI.createCredential, [:], save)
        }

        let first = try await create("plain", plain.privateKey.replacing("\n", with: "\r\n"))
        let refusal = await problem { try await create("locked", locked.privateKey) }
        let second = try await create("locked", locked.privateKey, "open sesame")
        _ = try await create("classic", classic.privateKey)

        #expect(first.publicKey == plain.publicKey.split(separator: " ").prefix(2).joined(separator: " "))
        #expect(second.publicKey == locked.publicKey.split(separator: " ").prefix(2).joined(separator: " "))
        #expect(refusal?.errors?.map(\.pointer) == ["#/passphrase"])
    }

    @Test("What does not belong to the kind is refused")
    func foreign() async throws {
        let house = try await TargetsHouse()
        let save = SaveCredential(name: "a", kind: .password, password: Secret("x"), privateKey: Secret("y"), certificate: "z")

        let refusal = await problem { try await house.call(TargetsAPI.createCredential, [:], save) }

        #expect(refusal?.errors?.map(\.pointer) == ["#/private_key", "#/certificate"])
    }
}

/// A key pair that ssh-keygen made; the files are gone afterwards.
struct KeygenFolder {
    let privateKey: String
    let publicKey: String
    /// What `ssh-keygen -l` says.
    let fingerprint: String

    init(type: String, passphrase: String, more: [String] = []) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("keys-\(SystemIDs().next())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("key")
        _ = try Self.run(["-q", "-t", type, "-N", passphrase, "-C", "test", "-f", file.path] + more)
        privateKey = try String(contentsOf: file, encoding: .utf8)
        publicKey = try String(contentsOf: file.appendingPathExtension("pub"), encoding: .utf8)
        fingerprint = try Self.run(["-l", "-f", file.appendingPathExtension("pub").path]).split(separator: " ").map(String.init)[1]
    }

    private static func run(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/ssh-keygen")
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self)
    }
}
