/// The words of the simple command that is being read, as far as they decide whether a value may follow.
struct ShellWords {
    /// Whether this is the text of a `$(...)`.
    let isSubstitution: Bool
    /// A refusal that holds for everything in here, because of where the substitution stands.
    private let inherited: ShellRefusal?
    /// Whether a word has begun.
    private(set) var isInWord = false
    private var current: [UInt8] = []
    private var isQuoted = false
    private var words: [String] = []
    private var test = Test.none

    /// Where in a `[[ ... ]]` we are.
    private enum Test { case none, open, numeric }

    init(isSubstitution: Bool = false, inherited: ShellRefusal? = nil) {
        self.isSubstitution = isSubstitution
        self.inherited = inherited
    }

    /// Adds a character to the current word.
    mutating func append(_ byte: UInt8) {
        isInWord = true
        current.append(byte)
    }

    /// Notes a quote: the current word is no reserved word.
    mutating func quote() { (isInWord, isQuoted) = (true, true) }

    /// Notes a value or an expansion in the current word.
    mutating func appendUnknown() {
        quote()
        current.append(0)
    }

    /// Ends the current word, if any; answers the word if it is unquoted.
    @discardableResult mutating func endWord() -> String? {
        guard isInWord else { return nil }
        let word = String(decoding: current, as: UTF8.self)
        let unquoted = isQuoted ? nil : word
        (isInWord, isQuoted, current) = (false, false, [])
        if let unquoted {
            if unquoted == "[[" { test = .open }
            if unquoted == "]]" { test = .none }
            if test == .open, Self.numericOperators.contains(unquoted) { test = .numeric }
            if words.isEmpty, Self.reserved.contains(unquoted) { return unquoted }
        }
        if words.count < 1000 { words.append(word) }
        return unquoted
    }

    /// Ends the current command.
    mutating func endCommand() {
        endWord()
        words = []
    }

    /// Whether the words so far are inside `[[ ... ]]`, and whether a numeric operator was seen there.
    var isInTest: Bool { test != .none }
    /// Whether a numeric operator stands in the `[[ ... ]]` that is open.
    var isNumericTest: Bool { test == .numeric }

    /// Why no value may be part of the current word; nil if it may.
    func refusal() -> ShellRefusal? {
        if let inherited { return inherited }
        if isNumericTest { return .numericComparison }
        if isInSubscript { return .arrayIndex }
        let names = words.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        if let shell = names.first(where: { ShellQuoting.shells.contains($0) || ["su", "runuser"].contains($0) }), takesShellText {
            return .shellText(of: shell)
        }
        guard let command = command(names) else { return nil }
        if Self.evaluating.contains(command) { return .evaluated(by: command) }
        let options = words.filter { $0.hasPrefix("-") || $0.hasPrefix("+") }
        if Self.declaring.contains(command), options.contains(where: { $0.contains { "inEF".contains($0) } }) {
            return .evaluated(by: command)
        }
        if ["printf", "test", "[", "[["].contains(command), words.last == "-v" { return .evaluated(by: "\(command) -v") }
        return nil
    }

    /// The command itself: after assignments, and after commands that run another one.
    private func command(_ names: [String]) -> String? {
        let rest = names.drop { $0.contains("=") }
        guard let first = rest.first else { return nil }
        guard Self.prefixes.contains(first) else { return first }
        return rest.first { Self.evaluating.contains($0) } ?? rest.dropFirst().first { !$0.hasPrefix("-") && !$0.contains("=") }
    }

    private var takesShellText: Bool {
        guard let last = words.last else { return false }
        if current.starts(with: Array("--command=".utf8)) { return true }
        if last == "--command" { return true }
        return last.hasPrefix("-") && !last.hasPrefix("--") && last.hasSuffix("c")
    }

    /// Whether the word so far is `name[` or `[` without its `]`.
    private var isInSubscript: Bool {
        guard let bracket = current.firstIndex(of: UInt8(ascii: "[")), !current.contains(UInt8(ascii: "]")) else { return false }
        return current[..<bracket].allSatisfy { byte in
            byte == 0 || byte == UInt8(ascii: "_") || (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
                || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
        }
    }

    private static let reserved: Set<String> = [
        "if", "then", "else", "elif", "do", "while", "until", "!", "{", "}", "time", "done", "fi", "in", "coproc",
    ]
    private static let numericOperators: Set<String> = ["-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-v"]
    private static let prefixes: Set<String> = [
        "sudo", "doas", "command", "builtin", "exec", "env", "nice", "nohup", "setsid", "timeout", "stdbuf", "ionice", "chroot",
    ]
    private static let evaluating: Set<String> = [
        "eval", "let", "trap", "alias", "unset", "read", "mapfile", "readarray", "getopts", "integer", "float",
    ]
    private static let declaring: Set<String> = ["declare", "typeset", "local", "export", "readonly"]
}
