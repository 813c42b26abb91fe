import ConnectorPort

/// What is sent to the login shell for one command: its text and its standard input.
///
/// The text first prints a random marker and the shell's process id; sshd makes that shell the leader of a session of its own, so the
/// id is also the group's. A script travels in front of the standard input into a private file; no argument list ever holds its text.
struct RemoteCommand {
    /// sshd passes the text as one argument, and Linux takes at most 128 KiB for one (MAX_ARG_STRLEN, execve(2)).
    static let longestText = 130_000

    /// The random word in front of the process id.
    let marker: String
    /// The text for the login shell.
    let text: String
    /// Standard input, the script first.
    let input: [UInt8]
    /// A shell word for the private file of a script, for whoever has to remove it later.
    let privateFile: String?

    /// What is sent for a command in another way.
    init(marker: String, text: String, input: [UInt8]) {
        self.marker = marker
        self.text = text
        self.input = input
        privateFile = nil
    }

    /// - Throws: `ConnectorError.couldNotStart` when the plan cannot be said to a shell.
    init(_ plan: CommandPlan, target: String) throws(ConnectorError) {
        try plan.check(for: target)
        let marker = Self.randomWord()
        let isScript = if case .script = plan.work { true } else { false }
        let file = isScript ? "\"${TMPDIR:-/tmp}/.run-\(marker)\"" : nil
        var lines: [String] = []
        if let directory = plan.workingDirectory {
            let word = ShellText.quote(directory.hasPrefix("-") ? "./" + directory : directory)
            lines.append("cd \(word) >/dev/null 2>&1 || { echo \(marker)-; exit 1; }")
        }
        lines.append("echo \(marker)$$")
        if let file { lines.append("f=\(file)") }
        let exports = plan.environment.map { "export \($0.name)=\(ShellText.quote($0.value))" }
        switch plan.work {
        case .shell(let command):
            lines += exports
            lines.append(command)
            input = plan.standardInput
        case .script(let script, let interpreter, let arguments):
            lines += Self.script(script.count, interpreter, arguments, hasInput: !plan.standardInput.isEmpty, exports: exports)
            input = script + plan.standardInput
        }
        text = lines.joined(separator: "\n")
        self.marker = marker
        privateFile = file
        if text.utf8.count > Self.longestText {
            throw ConnectorError(
                .couldNotStart,
                "The command for \(target) has \(text.utf8.count) bytes and a shell takes at most \(Self.longestText); use a script step.")
        }
    }

    /// The lines that receive a script of so many bytes, run it and remove it. `dd` with `fullblock` reads exactly so many bytes from a
    /// pipe, also the one of busybox; a file that came short, because the connection broke, is not run.
    private static func script(
        _ size: Int, _ interpreter: String, _ arguments: [String], hasInput: Bool, exports: [String]
    ) -> [String] {
        let words = interpreter.split(whereSeparator: \.isWhitespace)
        let program = (words.map { ShellText.quote($0) } + ["\"$f\""] + arguments.map { ShellText.quote($0) }).joined(separator: " ")
        let receive = hasInput && size > 0 ? "dd bs=\(size) count=1 iflag=fullblock 2>/dev/null" : hasInput ? ":" : "cat"
        return [
            "trap 'rm -f \"$f\"' EXIT; trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM",
            "(umask 077; set -C; \(receive) >\"$f\") || exit 126",
            "[ \"$(wc -c <\"$f\")\" -eq \(size) ] || { echo 'the script did not arrive whole' >&2; exit 126; }",
        ] + exports + [program, "exit $?"]
    }

    static func randomWord() -> String {
        var generator = SystemRandomNumberGenerator()
        let high = String(UInt64.random(in: .min ... .max, using: &generator), radix: 36)
        let low = String(UInt64.random(in: .min ... .max, using: &generator), radix: 36)
        return "pid" + high + low + "z"
    }
}
