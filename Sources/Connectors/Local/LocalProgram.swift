import CEpoll
import ConnectorPort
import Glibc

extension LocalProgram {
    private static let usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// Starts what the plan says.
    /// - Throws: `ConnectorError.couldNotStart`
    static func start(_ plan: CommandPlan, _ target: String) throws(ConnectorError) -> ChildProcess {
        let directory = plan.workingDirectory ?? variable("HOME") ?? "/"
        guard access(directory, X_OK) == 0 else { throw .badDirectory(directory, target) }
        let environment = environment(plan)
        switch plan.work {
        case .shell(let text):
            let program = LocalProgram(
                words: ["/bin/sh", "-c", text], environment: environment, directory: directory, script: nil)
            return try ChildProcess.start(program, hasInput: !plan.standardInput.isEmpty, target)
        case .script(let text, let interpreter, let arguments):
            let script = try privateFile(text, target)
            defer { close(script) }
            let words = interpreter.split(whereSeparator: \.isWhitespace).map(String.init) + ["/dev/fd/3"] + arguments
            let program = LocalProgram(words: words, environment: environment, directory: directory, script: script)
            return try ChildProcess.start(program, hasInput: !plan.standardInput.isEmpty, target)
        }
    }

    /// PATH, HOME and LANG of this process and the plan's own: nothing else of a server's environment is a command's business.
    private static func environment(_ plan: CommandPlan) -> [String] {
        let inherited = [
            ("PATH", variable("PATH") ?? usualPath), ("HOME", variable("HOME") ?? "/"), ("LANG", variable("LANG") ?? "C.UTF-8"),
        ]
        let ours = inherited.filter { pair in !plan.environment.contains { $0.name == pair.0 } }
        return ours.map { "\($0.0)=\($0.1)" } + plan.environment.map { "\($0.name)=\($0.value)" }
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// A file without a name (memfd_create(2)): no other account can open it, and it is gone with its last user, whatever happens to us.
    private static func privateFile(_ text: [UInt8], _ target: String) throws(ConnectorError) -> Int32 {
        let file = memfd_create("script", UInt32(MFD_CLOEXEC))
        var written = 0
        while file >= 0, written < text.count {
            let count = text.withUnsafeBytes { write(file, $0.baseAddress?.advanced(by: written), text.count - written) }
            guard count > 0 else { break }
            written += count
        }
        if file >= 0, written == text.count { return file }
        let reason = String(cString: strerror(errno))
        if file >= 0 { close(file) }
        throw ConnectorError(.couldNotStart, "There is no room for the script on \(target): \(reason).")
    }
}
