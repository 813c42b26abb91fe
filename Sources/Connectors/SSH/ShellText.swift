/// POSIX shell quoting (POSIX.1-2017, Shell Command Language, 2.2.2).
enum ShellText {
    /// The text as one word that the shell takes literally.
    static func quote(_ text: some StringProtocol) -> String {
        var quoted = "'"
        for character in text.unicodeScalars {
            if character == "'" { quoted += "'\\''" } else { quoted.unicodeScalars.append(character) }
        }
        return quoted + "'"
    }
}
