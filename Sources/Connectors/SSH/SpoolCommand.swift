import ConnectorPort

/// What is sent to the login shell to start a supervised command, or to follow one.
struct SpoolCommand {
    private static let blockBytes = 512
    let remote: RemoteCommand
    /// The most bytes of a stream that the target keeps.
    let quota: Int

    /// - Throws: `ConnectorError.couldNotStart` when the plan cannot be said to a shell.
    init(_ plan: CommandPlan, _ spool: SpoolRequest, target: String) throws(ConnectorError) {
        try plan.check(for: target)
        guard !spool.id.isEmpty, spool.id.utf8.allSatisfy(Self.isPlain) else {
            throw ConnectorError(.couldNotStart, "\(spool.id) cannot name a supervised command; use letters, digits and -.")
        }
        let marker = RemoteCommand.randomWord()
        // An even number of blocks, because bash counts in pairs of them.
        let blocks = max(2, (spool.quota / Self.blockBytes + 2) / 2 * 2)
        quota = blocks * Self.blockBytes
        let (command, script) = Self.command(plan)
        let (mode, age) = Self.mode(spool.beginning)
        let input = spool.beginning == .attach ? [] : script + plan.standardInput
        let numbers = [
            "age": age, "o": spool.stdoutKept, "e": spool.stderrKept, "q": blocks, "t": plan.timeout.map(Self.seconds) ?? 0,
            "g": Self.seconds(plan.killAfter), "n": script.count, "k": plan.standardInput.count, "day": spool.day,
        ]
        let enter =
            plan.workingDirectory.map { "cd \(ShellText.quote($0.hasPrefix("-") ? "./" + $0 : $0)) >/dev/null 2>&1" } ?? ":"
        let lines = [
            "m=\(marker) i=\(spool.id) mode=\(mode) " + numbers.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: " "),
            "c=\(spool.beginning == .attach ? "''" : ShellText.quote(command))", "enter() { \(enter); }", SpoolScript.text,
        ]
        let text = "s=\(ShellText.quote(lines.joined(separator: "\n")))\n\(SpoolScript.launch)"
        remote = RemoteCommand(marker: marker, text: text, input: input)
        if remote.text.utf8.count > RemoteCommand.longestText {
            throw ConnectorError(
                .couldNotStart,
                "The command for \(target) and its supervisor have \(remote.text.utf8.count) bytes and a shell takes at most \(RemoteCommand.longestText); use a script step."
            )
        }
    }

    /// The text for the shell that runs the command, in which `$0` is the script, and the script.
    private static func command(_ plan: CommandPlan) -> (text: String, script: [UInt8]) {
        let exports = plan.environment.map { "export \($0.name)=\(ShellText.quote($0.value))" }
        switch plan.work {
        case .shell(let command): return ((exports + [command]).joined(separator: "\n"), [])
        case .script(let script, let interpreter, let arguments):
            let words = interpreter.split(whereSeparator: \.isWhitespace).map { ShellText.quote($0) }
            let program = words + ["\"$0\""] + arguments.map { ShellText.quote($0) }
            return ((exports + ["exec " + program.joined(separator: " ")]).joined(separator: "\n"), script)
        }
    }

    private static func mode(_ beginning: SpoolRequest.Beginning) -> (word: String, age: Int) {
        switch beginning {
        case .start: ("start", 0)
        case .startUnlessRebooted(let age): ("again", seconds(age))
        case .attach: ("attach", 0)
        }
    }

    /// Whole seconds, never fewer.
    private static func seconds(_ duration: Duration) -> Int {
        Int(duration.components.seconds) + (duration.components.attoseconds > 0 ? 1 : 0)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
