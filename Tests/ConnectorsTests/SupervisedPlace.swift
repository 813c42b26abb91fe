import ConnectorPort
import Foundation
import Support

/// One sshd, whose root has a home of its own, and commands that run there under supervisors.
final class SupervisedPlace: Sendable {
    let server: SSHServer
    let id: String
    let log = OutputLog()

    /// Starts a server with these lines of sshd_config(5).
    init(_ settings: [String] = [], withAccounts: Bool = false) throws {
        server = try SSHServer.start(settings: settings, withAccounts: withAccounts)
        id = "run-" + UUID().uuidString
    }

    /// Starts a server whose login shell is this program.
    convenience init(shell: String) throws {
        let program = shell.hasSuffix("busybox") ? "\(shell) sh" : shell
        try self.init(["ForceCommand exec \(program) -c \"$SSH_ORIGINAL_COMMAND\""])
    }

    deinit { server.stop() }

    /// A connection as root or as another account.
    func open(_ account: String? = nil) async throws -> any Connection {
        try await Stage.ssh.open(account.map { server.plan(account: $0) } ?? server.plan()) { _ in }
    }

    /// Asks for this place's command; what came so far is not asked for again.
    func request(
        _ beginning: SpoolRequest.Beginning = .start, quota: Int = 10_000_000, leave: SpoolLeave = SpoolLeave()
    ) -> SpoolRequest {
        SpoolRequest(
            id: id, beginning: beginning, stdoutKept: log.bytes().count, stderrKept: log.bytes(.stderr).count, quota: quota,
            day: 7, leave: leave)
    }

    /// Starts or follows a command over a connection.
    func supervise(
        _ line: String, over connection: any Connection, _ request: SpoolRequest? = nil, _ change: (inout CommandPlan) -> Void = { _ in }
    ) async throws -> SpoolEnd {
        var plan = CommandPlan(.shell(line))
        change(&plan)
        return try await connection.supervise(plan, request ?? self.request(), sink: log.sink)
    }

    /// Kills the server's side of all connections.
    func cut() { for pid in server.sessions() { kill(pid_t(pid), SIGKILL) } }

    /// The folder where the supervisor of root keeps its files.
    var spool: String { server.folder + "/.opsconductor/spool" }

    /// The names of the files of this place's command.
    var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: spool)) ?? []).filter { $0.hasPrefix(id) }.sorted()
    }

    /// The text of one of these files.
    func text(_ ending: String) -> String {
        (try? String(contentsOfFile: "\(spool)/\(id).\(ending)", encoding: .utf8)) ?? ""
    }

    /// Writes one of these files anew, as it stands.
    func write(_ ending: String, _ text: String) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(spool)/\(id).\(ending)"))
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }

    /// Returns when the condition holds, which is looked at whenever a connection of its own has asked the target something.
    func until(_ condition: @Sendable () -> Bool) async throws {
        let connection = try await open()
        while !condition() { _ = try await connection.run("sleep 0.05") }
        await connection.close()
    }
}
