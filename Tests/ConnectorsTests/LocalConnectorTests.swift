import ConnectorPort
import Foundation
import Testing

@Suite("Commands on this machine")
struct LocalConnectorTests {
    @Test("a command inherits PATH, HOME and LANG and nothing else")
    func environment() async throws {
        setenv("A_SECRET_OF_THE_SERVER", "hush", 1)
        let connection = try await ConnectorUnderTest.local.open()

        let names = try await connection.run("env").log.text().split(separator: "\n").map { $0.prefix { $0 != "=" } }

        #expect(Set(names).subtracting(["PWD", "_", "SHLVL", "OLDPWD"]) == ["PATH", "HOME", "LANG"])
    }

    @Test("a command inherits no descriptor")
    func descriptors() async throws {
        let leak = open("/dev/null", O_RDONLY)
        defer { close(leak) }
        let connection = try await ConnectorUnderTest.local.open()

        let log = try await connection.run("ls /proc/$$/fd").log

        #expect(log.text() == "0\n1\n2\n")
    }

    @Test("a command inherits no blocked and no ignored signal", arguments: ["HUP", "INT", "QUIT", "PIPE", "ALRM", "TERM", "USR1"])
    func signals(_ name: String) async throws {
        let before = signal(SIGUSR1, SIG_IGN)
        defer { signal(SIGUSR1, before) }
        let connection = try await ConnectorUnderTest.local.open()

        let run = try await connection.run("ulimit -c 0; kill -s \(name) $$; echo survived")

        #expect(run.log.text() == "")
    }

    @Test("a missing interpreter is told and leaves nothing open")
    func missing() async throws {
        let connection = try await ConnectorUnderTest.local.open()

        let error = await #expect(throws: ConnectorError.self) {
            try await connection.run(CommandPlan(.script(text: [65], interpreter: "/no/such/interpreter", arguments: [])))
        }

        #expect(error?.cause == .couldNotStart)
        #expect(error?.message.contains("/no/such/interpreter") == true)
    }

    @Test("a thousand commands leave no zombie and no descriptor")
    func thousand() async throws {
        let connection = try await ConnectorUnderTest.local.open()
        func descriptors() -> Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0 }
        let before = descriptors()

        let good = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    var ends: Set<CommandEnd> = []
                    for _ in 0..<50 { ends.insert(try await connection.run(":").end) }
                    return ends == [.exited(0)]
                }
            }
            return try await group.allSatisfy { $0 }
        }

        #expect(good)
        #expect(descriptors() < before + 400)
    }
}
