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

    @Test("a command inherits no descriptor, no signal mask and no ignored signal")
    func descriptors() async throws {
        let leak = open("/dev/null", O_RDONLY)
        defer { close(leak) }
        let connection = try await ConnectorUnderTest.local.open()

        let log = try await connection.run("ls /proc/$$/fd; grep -E 'SigBlk|SigIgn' /proc/$$/status").log

        let lines = log.text().split(whereSeparator: \.isWhitespace)
        #expect(lines.prefix(4) == ["0", "1", "2", "SigBlk:"])
        // glibc leaves its own signals 32 and 33 ignored in whatever it spawns.
        let masks = lines.filter { $0.hasPrefix("0000") }.compactMap { Int($0, radix: 16) }
        #expect(masks.count == 2)
        #expect(masks.map { $0 & 0x7fff_ffff } == [0, 0])
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
