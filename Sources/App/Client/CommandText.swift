/// Puts the words of a command line together again.
package enum CommandText {
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
