import Contracts

/// One target of a list, whatever the format: what the list says about it and nothing else.
struct ImportEntry: Sendable {
    /// Fields with one text. A blank one is taken away.
    enum Field: String, CaseIterable {
        case description
        case type
        case os
        case environment
        case location
        case status
        case hostKeyPolicy = "host_key_policy"
        case slots
    }

    /// The line where it begins, from 1.
    var line: Int
    /// The name; empty when there is none.
    var name: String
    /// The fields that the list speaks of.
    var values: [Field: String] = [:]
    /// The tags, or nil when the list does not speak of tags.
    var tags: [String]?
    /// Whether tags that the list does not have stay.
    var keepsTags = false
    /// Facts; a blank one is taken away.
    var facts: [String: String] = [:]
    /// Whether facts that the list does not have stay.
    var keepsFacts = true
    /// Connection methods by position.
    var methods: [ImportMethod] = []
    /// Whether further connection methods stay.
    var keepsMethods = true
    /// What is wrong with it; it is refused then.
    var problems: [String] = []
    /// What was left out and should be known.
    var notes: [String] = []
}

/// A connection method of a list.
struct ImportMethod: Sendable, Equatable {
    /// Its parts.
    enum Field: String, CaseIterable {
        case kind
        case host
        case port
        case user
        /// The name or id of a credential.
        case credential
        /// The name of a target.
        case jump
        case connectTimeoutSeconds = "connect_timeout_seconds"
    }

    /// The parts that the list speaks of. A blank one is taken away; if all are blank there is no such method.
    var values: [Field: String] = [:]

    /// Whether the list says that there is such a method.
    var exists: Bool { values.values.contains { !$0.isEmpty } }
}

/// What a list could not be read for, as a whole.
struct ImportFault: Error, Hashable {
    let message: String
    var line: Int?
}

/// Reads lists of all formats.
enum ImportReader {
    /// The largest list, in bytes.
    static let mostBytes = 10 * 1024 * 1024
    /// The most entries.
    static let mostEntries = 100_000

    /// The entries of a list in order.
    /// - Throws: `TargetError.unreadableList`.
    static func entries(_ format: ImportFormat, _ text: String) throws(TargetError) -> [ImportEntry] {
        guard text.utf8.count <= mostBytes else {
            throw .unreadableList("The list is larger than 10 MB; split it.", line: nil)
        }
        let text = plain(text)
        do throws(ImportFault) {
            let entries =
                switch format {
                case .csv: try CSVTargets.read(text)
                case .json: try JSONTargets.read(text)
                case .sshConfig: try SSHConfig(text).entries()
                case .ansibleIni: try AnsibleINI.read(text).entries()
                case .ansibleYaml: try AnsibleYAML.read(text).entries()
                }
            guard !entries.isEmpty else { throw ImportFault(message: "The list has no targets; is it the right format?") }
            guard entries.count <= mostEntries else {
                throw ImportFault(message: "The list has more than \(mostEntries) targets; split it.")
            }
            return entries
        } catch {
            throw .unreadableList(error.message, line: error.line)
        }
    }

    /// The text without a byte order mark and with plain line ends outside of CSV's quotes.
    private static func plain(_ text: String) -> String {
        text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    }

    /// The lines of a text, whatever their ends, from 1.
    static func lines(_ text: String) -> [(number: Int, text: String)] {
        text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
            .enumerated().map { ($0 + 1, String($1)) }
    }
}
