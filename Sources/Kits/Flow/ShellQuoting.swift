/// Where in a shell text a value stands (POSIX.1-2017, Shell Command Language, 2.2 Quoting).
package enum ShellContext: Sendable, Hashable {
    /// Outside of quotes.
    case word
    /// Between double quotes.
    case doubleQuoted
    /// Between single quotes.
    case singleQuoted
}

/// Writes values so that a POSIX shell reads them back as they are.
package enum ShellQuoting {
    /// The text to insert for `value`, which holds no NUL.
    ///
    /// Everything ends up between single quotes, where no character but `'` means anything: in no shell of the family, in no
    /// locale, interactive or not. Between double quotes that means to close them, insert the word, and open them again.
    package static func quote(_ value: String, in context: ShellContext) -> String {
        // By bytes: a combining character after a quote would hide it from a search by characters.
        var inner: [UInt8] = []
        for byte in value.utf8 {
            if byte == UInt8(ascii: "'") { inner += Array(#"'\''"#.utf8) } else { inner.append(byte) }
        }
        let text = String(decoding: inner, as: UTF8.self)
        return switch context {
        case .word: "'\(text)'"
        case .doubleQuoted: "\"'\(text)'\""
        case .singleQuoted: text
        }
    }

    /// Whether an interpreter such as `/bin/sh`, `/usr/bin/env bash` or `busybox sh -e` reads its script as a POSIX shell does.
    package static func isPOSIXShell(_ interpreter: String) -> Bool {
        var words = interpreter.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
        while let first = words.first {
            let program = first.split(separator: "/").last.map(String.init) ?? first
            if shells.contains(program) { return true }
            guard ["env", "busybox"].contains(program) else { return false }
            words.removeFirst()
            while let option = words.first, option.hasPrefix("-") || option.contains("=") { words.removeFirst() }
        }
        return false
    }

    /// The names of the shells that read quotes as POSIX says.
    static let shells: Set<String> = ["sh", "bash", "dash", "ash", "ksh", "ksh93", "mksh", "zsh", "rbash"]
}
