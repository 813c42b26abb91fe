import Conductor
import Contracts
import Foundation
import Logging
import SQLiteDriver
import Support
import Testing
import Vocabulary

@Suite("House", .timeLimit(.minutes(1)))
struct HouseTests {
    private let folder: StoreTestFolder
    private let settings: Settings
    private let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        folder = try StoreTestFolder()
        settings = Settings(environment: ["DATA_DIR": folder.file("data")])
    }

    @Test("a folder that is not there yet becomes a house with every endpoint of the contracts")
    func firstStart() async throws {
        let house = try await House(settings, logger: logger)

        #expect(Set(house.routes.all.map(\.key)) == EndpointKeys.all)
        #expect(Set(house.routes.all.map(\.permission)).isSuperset(of: Permission.grantable))
        #expect(house.routes.sockets.map(\.path) == ["/ws"])
        #expect(try await house.peer.call(AuthAPI.config, as: .anonymous).needsSetup)
        await house.close()
    }

    @Test("a second start on the same folder is refused until the first has closed")
    func secondStart() async throws {
        let first = try await House(settings, logger: logger)
        await #expect(throws: DataDirectoryError.inUse(path: settings.dataDirectory, process: Int(getpid()))) {
            try await House(settings, logger: logger)
        }
        await first.close()

        let second = try await House(settings, logger: logger)

        #expect(try await second.peer.call(AuthAPI.config, as: .anonymous).needsSetup)
        await second.close()
    }

    @Test("a console token is an administrator, a forged one is nobody")
    func consoleToken() async throws {
        let house = try await House(settings, logger: logger)
        let token = try Conductor.consoleToken(settings)

        let caller = try await house.peer.call(
            AuthAPI.introspect, [:], Credentials(bearer: token), as: .service("tests")
        ).caller

        #expect(caller.kind == .user)
        #expect(caller.role == .administrator)
        #expect(caller.name == "console")
        let forged = Credentials(bearer: Secret(token.reveal() + "x"))
        let problem = await #expect(throws: Problem.self) {
            try await house.peer.call(AuthAPI.introspect, [:], forged, as: .service("tests"))
        }
        #expect(problem?.status == 401)
        await house.close()
    }

    @Test("there is no console token before the first start")
    func noKeyFile() throws {
        #expect(throws: ConsoleError.noKeyFile(settings.secretKeyFile)) { try Conductor.consoleToken(settings) }
        #expect(!FileManager.default.fileExists(atPath: settings.secretKeyFile))
    }

    @Test("migrating says what is missing, applies it and has nothing to do afterwards")
    func migrate() async throws {
        let missing = try await Conductor.migrate(settings, onlyCheck: true)
        let applied = try await Conductor.migrate(settings, onlyCheck: false)
        let again = try await Conductor.migrate(settings, onlyCheck: true)

        #expect(missing.count == 8 && missing.allSatisfy { $0.hasSuffix(" to apply") })
        #expect(applied.count == 8 && applied.allSatisfy { $0.contains(": applied ") })
        #expect(again.count == 8 && again.allSatisfy { $0.hasSuffix(": up to date") })
    }
}
