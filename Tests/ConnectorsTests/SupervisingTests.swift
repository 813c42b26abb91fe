import ConnectorPort
import Foundation
import Support
import Testing

@Suite("Commands under a supervisor on the target")
struct SupervisingTests {
    /// The shells of this machine that supervisors must get on with.
    private static let shells = ["dash", "bash", "busybox"].compactMap { name in
        ["/bin/", "/usr/bin/"].map { $0 + name }.first { access($0, X_OK) == 0 }
    }

    @Test("a command gives its streams and its exit code, in private files that go when they are discarded", arguments: Self.shells)
    func toTheEnd(shell: String) async throws {
        let place = try SupervisedPlace(shell: shell)
        let connection = try await place.open()

        let end = try await place.supervise("echo out; echo err >&2; exit 3", over: connection)

        #expect(end == .ended(.exited(3), nil))
        #expect(place.log.text() == "out\n" && place.log.text(.stderr) == "err\n")
        let modes = try (place.files.map { "\(place.spool)/\($0)" } + [place.spool]).map {
            try FileManager.default.attributesOfItem(atPath: $0)[.posixPermissions] as? Int ?? 0
        }
        #expect(modes.count > 3 && modes.allSatisfy { $0 & 0o077 == 0 })
        await connection.discard(spool: place.id)
        try await place.until { place.files.isEmpty }
        await connection.close()
    }

    @Test("a script gets its arguments, environment, directory and standard input, and nothing of it shows in an argument list")
    func script() async throws {
        let place = try SupervisedPlace()
        let connection = try await place.open()
        let text = "echo \"$1 $COLOUR $(pwd)\"; cat; # hidden-\(place.id)\ngrep -l hidden-\(place.id) /proc/[0-9]*/cmdline; exit 0"
        let plan = CommandPlan(
            .script(text: Array(text.utf8), interpreter: "/bin/sh", arguments: ["a b"]), environment: [("COLOUR", "red")],
            workingDirectory: "/usr", standardInput: Array("in\0put\n".utf8))

        let end = try await connection.supervise(plan, place.request(), sink: place.log.sink)

        #expect(end == .ended(.exited(0), nil))
        #expect(place.log.text() == "a b red /usr\nin\0put\n")
        try await place.until { !place.files.contains("\(place.id).script") && !place.files.contains("\(place.id).in") }
        await connection.close()
    }

    @Test("what may no longer begin when all is ready does not begin and leaves nothing")
    func withdrawn() async throws {
        let place = try SupervisedPlace()
        let connection = try await place.open()

        let error = await #expect(throws: ConnectorError.self) {
            try await place.supervise("echo begun", over: connection) { $0.mayBegin = { false } }
        }

        #expect(error?.cause == .withdrawn && place.log.text().isEmpty && place.files.isEmpty)
        await connection.close()
    }

    @Test("a working directory that is not there is said so", arguments: ["/nowhere"])
    func directory(path: String) async throws {
        let place = try SupervisedPlace()
        let connection = try await place.open()

        let error = await #expect(throws: ConnectorError.self) {
            try await place.supervise("true", over: connection) { $0.workingDirectory = path }
        }

        #expect(error?.message.contains("cannot be entered") == true && place.files.isEmpty)
        await connection.close()
    }

    @Test("over connections cut at any moment every byte comes once, and the command runs once", arguments: [UInt64.random(in: 0...9_999)])
    func cuts(seed: UInt64) async throws {
        let place = try SupervisedPlace()
        let line = """
            echo ran >>"$HOME/effects"; i=0
            while [ $i -lt 60 ]; do i=$((i+1)); head -c 40000 /dev/urandom | tee -a "$HOME/all"; echo e$i | tee -a "$HOME/errors" >&2; sleep 0.02; done
            exit 42
            """
        var random = SeededRandom(seed: seed)
        var (end, rounds): (SpoolEnd, Int) = (.left, 0)
        repeat {
            let connection = try await place.open()
            let limit = rounds < 8 ? place.log.bytes().count + Int.random(in: 0..<300_000, using: &random) : .max
            end = try await connection.supervise(CommandPlan(.shell(line)), place.request()) { stream, bytes in
                try await place.log.sink(stream, bytes)
                if place.log.bytes().count > limit { place.cut() }
            }
            rounds += 1
            await connection.close()
        } while end != .ended(.exited(42), nil) && rounds < 20

        #expect(rounds > 4, "seed \(seed)")
        #expect(end == .ended(.exited(42), nil))
        let all = FileManager.default.contents(atPath: place.server.folder + "/all") ?? Data()
        let errors = FileManager.default.contents(atPath: place.server.folder + "/errors") ?? Data()
        #expect(all.count == 2_400_000 && place.log.bytes() == Array(all))
        #expect(place.log.bytes(.stderr) == Array(errors))
        #expect(try String(contentsOfFile: place.server.folder + "/effects", encoding: .utf8) == "ran\n")
    }

    @Test("who leaves lets it go on, and who comes later gets the rest of it", arguments: Self.shells)
    func leaving(shell: String) async throws {
        let place = try SupervisedPlace(shell: shell)
        let (first, leave) = (try await place.open(), SpoolLeave())
        let run = Task {
            try await place.supervise(
                "echo one; until [ -f \"$HOME/go\" ]; do sleep 0.02; done; echo two; exit 7", over: first, place.request(leave: leave))
        }
        await place.log.contains("one")

        leave.leave()
        #expect(try await run.value == .left)
        await first.close()
        _ = FileManager.default.createFile(atPath: place.server.folder + "/go", contents: nil)
        let second = try await place.open()
        #expect(try await place.supervise("", over: second, place.request(.attach)) == .ended(.exited(7), nil))

        #expect(place.log.text() == "one\ntwo\n")
        await second.close()
    }

    @Test(
        "it works in the home directory, and in /tmp where there is none to write to",
        arguments: [SSHServer.plainAccount, SSHServer.bashAccount])
    func accounts(account: String) async throws {
        let place = try SupervisedPlace(["PasswordAuthentication yes"], withAccounts: true)
        let connection = try await place.open(account)

        #expect(try await place.supervise("id -un; exit 5", over: connection) == .ended(.exited(5), nil))

        #expect(place.log.text() == account + "\n" && place.files.isEmpty)
        let names = try FileManager.default.contentsOfDirectory(atPath: "/tmp").filter { $0.hasPrefix("opsconductor-6400") }
        #expect(!names.isEmpty)
        await connection.discard(spool: place.id)
        await connection.close()
    }

    @Test("a target that lacks what it takes says so, and nothing is started")
    func unable() async throws {
        let place = try SupervisedPlace(["SetEnv HOME=/nowhere PATH=/nowhere"])
        let connection = try await place.open()

        guard case .unable(let reason) = try await place.supervise("echo ran >/dev/null", over: connection) else {
            Issue.record("not said")
            return
        }

        #expect(reason.contains("no private directory"))
        await connection.close()
    }

    @Test("more output than the quota is not kept on the target, and whoever missed it is told")
    func quota() async throws {
        let place = try SupervisedPlace()
        let (first, leave) = (try await place.open(), SpoolLeave())
        let run = Task {
            try await place.supervise(
                "echo one; until [ -f \"$HOME/go\" ]; do sleep 0.02; done; head -c 300000 /dev/zero; exit 7", over: first,
                place.request(quota: 100_000, leave: leave))
        }
        await place.log.contains("one")
        leave.leave()
        _ = try await run.value
        await first.close()
        _ = FileManager.default.createFile(atPath: place.server.folder + "/go", contents: nil)

        let second = try await place.open()
        let end = try await place.supervise("", over: second, place.request(.attach, quota: 100_000))

        #expect(end == .ended(.exited(7), .beyondQuota))
        #expect((99_000...101_400).contains(place.log.bytes().count))
        await second.close()
    }
}
