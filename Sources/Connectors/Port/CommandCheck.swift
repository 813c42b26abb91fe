extension CommandPlan {
    /// Refuses what no shell and no process could be given.
    /// - Throws: `ConnectorError.couldNotStart`
    package func check(for target: String) throws(ConnectorError) {
        if let wrong = environment.first(where: { !Self.isVariableName($0.name) }) {
            throw ConnectorError(
                .couldNotStart, "\"\(wrong.name)\" cannot name an environment variable; use letters, digits and underscores.")
        }
        var texts = environment.map(\.value) + [workingDirectory ?? ""]
        switch work {
        case .shell(let text): texts.append(text)
        case .script(_, let interpreter, let arguments):
            texts += arguments + [interpreter]
            if interpreter.allSatisfy(\.isWhitespace) {
                throw ConnectorError(.couldNotStart, "The script names no interpreter; say for example sh or python3.")
            }
        }
        if texts.contains(where: { $0.utf8.contains(0) }) {
            throw ConnectorError(
                .couldNotStart, "The command for \(target) contains a NUL byte, which only a script or its input may; remove it.")
        }
    }

    /// POSIX.1-2017 section 3.235: letters, digits and underscores, not a digit first.
    private static func isVariableName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
