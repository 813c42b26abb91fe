import Contracts
import Foundation
import Support
import Testing
import Vocabulary
import Web

@testable import Client

@Suite("Signing in with the CLI")
struct ClientSessionTests {
    private func withFolder(_ body: ([String: String]) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "client-\(SystemIDs().next())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(["OPSCONDUCTOR_CONFIG_DIR": folder])
    }

    private func login(_ server: String, access: String = "access-0", expiresIn: Duration) -> StoredLogin {
        StoredLogin(
            server: server, username: "olga", accessToken: Secret(access), expiresAt: SystemClock().now() + expiresIn,
            refreshToken: Secret("refresh-0"))
    }

    @Test("keeps the sign-in in a file that only its owner can read")
    func keepsFilePrivate() async throws {
        try await withFolder { environment in
            let file = try LoginFile(environment: environment)
            #expect(try file.read() == nil)

            let login = login("http://127.0.0.1:1", expiresIn: .seconds(60))
            try file.write(login)
            try file.write(login)

            #expect(try file.read()?.accessToken == login.accessToken)
            let attributes = try FileManager.default.attributesOfItem(atPath: file.folder + "/login.json")
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: file.folder) == ["login.json"])
            try Data("{".utf8).write(to: URL(filePath: file.folder + "/login.json"))
            #expect(throws: ClientFailure.self) { try file.read() }
        }
    }

    @Test("chooses the server by option, environment and sign-in, and shows tokens to no other server")
    func choosesServer() async throws {
        try await withFolder { environment in
            #expect(throws: ClientFailure.self) { try ClientSession(option: nil, environment: environment) }
            try LoginFile(environment: environment).write(login("http://one:1", expiresIn: .seconds(600)))

            let stored = try ClientSession(option: nil, environment: environment)
            let other = try ClientSession(option: "http://two:2/", environment: environment)
            let third = try ClientSession(option: nil, environment: environment.merging(["OPSCONDUCTOR_SERVER": "http://three:3"]) { $1 })

            #expect((stored.server, other.server, third.server) == ("http://one:1", "http://two:2", "http://three:3"))
            #expect(try await stored.token() == "access-0")
            await #expect { try await other.token() } throws: { ($0 as? ClientFailure)?.code == 3 }
            let personal = try ClientSession(
                option: "http://two:2", environment: environment.merging(["OPSCONDUCTOR_TOKEN": "opc_x"]) { $1 })
            #expect(try await personal.token() == "opc_x")
        }
    }

    @Test("renews a sign-in that is about to end once, however many commands run at the same time")
    func renewsOnce() async throws {
        let house = RunningHouse()
        try await withFolder { environment in
            try await house.open { server in
                try LoginFile(environment: environment).write(login(server, expiresIn: .seconds(5)))
                let sessions = try (0..<8).map { _ in try ClientSession(option: nil, environment: environment) }

                let tokens = try await withThrowingTaskGroup(of: String.self) { group in
                    for session in sessions {
                        group.addTask { try await session.token() }
                        group.addTask { try await session.token() }
                    }
                    return try await group.reduce(into: Set<String>()) { $0.insert($1) }
                }

                #expect(tokens == ["access-1"])
                #expect(house.seen.refreshes == 1)
                #expect(try LoginFile(environment: environment).read()?.refreshToken == Secret("refresh-1"))
            }
        }
    }

    @Test("renews a sign-in that the server no longer knows, and says when there is none left")
    func renewsAfterRefusal() async throws {
        let house = RunningHouse()
        try await withFolder { environment in
            try await house.open { server in
                try LoginFile(environment: environment).write(login(server, access: "access-revoked", expiresIn: .seconds(600)))

                let me = try await ServerConnection(option: nil, environment: environment).call(AuthAPI.me)

                #expect(me.username == "olga")
                try LoginFile(environment: environment).write(login(server, access: "access-revoked", expiresIn: .seconds(600)))
                await #expect { try await ServerConnection(option: nil, environment: environment).call(AuthAPI.me) } throws: { error in
                    (error as? ClientFailure)?.code == 3 && "\(error)".contains("opsconductor login")
                }
            }
        }
    }

    @Test("blames the token of the environment when that is what the server refuses")
    func blamesPersonalToken() async throws {
        try await withFolder { environment in
            try await RunningHouse().open { server in
                let environment = environment.merging(["OPSCONDUCTOR_SERVER": server, "OPSCONDUCTOR_TOKEN": "opc_x"]) { $1 }
                await #expect { try await ServerConnection(option: nil, environment: environment).call(AuthAPI.me) } throws: { error in
                    (error as? ClientFailure)?.code == 3 && "\(error)".contains("OPSCONDUCTOR_TOKEN")
                }
            }
        }
    }

    @Test("says in one sentence that no server answers")
    func saysUnreachable() async throws {
        let environment = [
            "OPSCONDUCTOR_CONFIG_DIR": "/nonexistent", "OPSCONDUCTOR_TOKEN": "opc_x", "OPSCONDUCTOR_SERVER": "http://127.0.0.1:9",
        ]

        await #expect { try await ServerConnection(option: nil, environment: environment).call(AuthAPI.me) } throws: { error in
            let failure = ClientFailure(error)
            return failure.code == 3 && failure.description.contains("No server answers")
        }
    }
}
