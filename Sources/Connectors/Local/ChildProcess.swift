import CEpoll
import ConnectorPort
import Glibc

/// A process with pipes for its three streams, leader of a session of its own.
struct ChildProcess {
    /// The process, group and session id.
    let pid: pid_t
    /// Our end of standard input, -1 when it reads nothing. Non-blocking, as the others.
    let input: Int32
    /// Our end of standard output.
    let output: Int32
    /// Our end of standard error.
    let errors: Int32

    /// Starts a program. It inherits nothing but the three pipes, and a script as descriptor 3.
    static func start(_ program: LocalProgram, hasInput: Bool, _ target: String) throws(ConnectorError) -> ChildProcess {
        var pipes: [Int32] = []
        func fail(_ code: Int32) -> ConnectorError {
            for end in pipes where end >= 0 { close(end) }
            return ConnectorError(
                .couldNotStart, "\(program.words[0]) could not be started on \(target): \(String(cString: strerror(code))).")
        }
        for _ in 0..<(hasInput ? 3 : 2) {
            var ends: [Int32] = [-1, -1]
            guard pipe2(&ends, O_CLOEXEC) == 0 else { throw fail(errno) }
            pipes += ends
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if hasInput {
            posix_spawn_file_actions_adddup2(&actions, pipes[4], 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, pipes[1], 1)
        posix_spawn_file_actions_adddup2(&actions, pipes[3], 2)
        if let script = program.script { posix_spawn_file_actions_adddup2(&actions, script, 3) }
        posix_spawn_file_actions_addclosefrom_np(&actions, program.script == nil ? 3 : 4)
        if let directory = program.directory { posix_spawn_file_actions_addchdir_np(&actions, directory) }
        var pid: pid_t = 0
        let code = program.spawn(&pid, &actions)
        guard code == 0 else { throw fail(code) }
        close(pipes[1])
        close(pipes[3])
        if hasInput { close(pipes[4]) }
        let ours = [pipes[0], pipes[2], hasInput ? pipes[5] : -1]
        for end in ours where end >= 0 { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        return ChildProcess(pid: pid, input: ours[2], output: ours[0], errors: ours[1])
    }
}

/// A program as posix_spawn(3) takes it.
struct LocalProgram {
    let words: [String]
    let environment: [String]
    let directory: String?
    /// A descriptor with the text of a script; the program finds it as `/dev/fd/3`.
    let script: Int32?

    fileprivate func spawn(_ pid: inout pid_t, _ actions: inout posix_spawn_file_actions_t) -> Int32 {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Reactor threads block all signals and servers ignore some; the child starts with none of that.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = Int32(POSIX_SPAWN_SETSID) | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
        posix_spawnattr_setflags(&attributes, Int16(flags))
        let arguments = words.map { strdup($0) } + [nil]
        let variables = environment.map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        return posix_spawnp(&pid, words[0], &actions, &attributes, arguments, variables)
    }
}
