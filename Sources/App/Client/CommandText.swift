/// Words of and about the command line.
package enum CommandText {
    /// A complaint about the command line with where to read on; a list keeps its lines to itself.
    package static func hinted(_ complaint: String) -> String {
        if complaint.contains("\n") { return "\(complaint)\nSee --help." }
        return complaint + (complaint.hasSuffix(".") || complaint.hasSuffix("?") ? " " : ". ") + "See --help."
    }

    /// A number of things, for example `1 target` or `3 targets`.
    package static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    /// One word is taken as it is, as a line for the shell; of several words, those that a shell would change are quoted.
    package static func join(_ words: [String]) -> String {
        guard words.count > 1 else { return words.first ?? "" }
        return words.map { isPlain($0) ? $0 : "'\($0.replacing("'", with: "'\\''"))'" }.joined(separator: " ")
    }

    private static func isPlain(_ word: String) -> Bool {
        !word.isEmpty
            && word.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-_./:=@%+,".utf8.contains(byte)
                }
            }
    }
}
