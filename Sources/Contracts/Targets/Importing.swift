import Vocabulary

/// The formats of target lists.
package enum ImportFormat: String, WireEnum {
    case csv
    case json
    case sshConfig = "ssh_config"
    case ansibleIni = "ansible_ini"
    case ansibleYaml = "ansible_yaml"
}

/// A list of targets to import.
package struct ImportTargets: Codable, Sendable {
    /// The format of `text`.
    package var format: ImportFormat
    /// The list.
    package var text: String
    /// Whether to only show what would change.
    package var dryRun: Bool
    /// The id of the credential for imported connection methods that name none.
    package var credential: CredentialID?
    /// The host key policy of new targets; strict when absent.
    package var hostKeyPolicy: HostKeyPolicy?
    /// Makes the value.
    package init(
        format: ImportFormat, text: String, dryRun: Bool, credential: CredentialID? = nil,
        hostKeyPolicy: HostKeyPolicy? = nil
    ) {
        self.format = format
        self.text = text
        self.dryRun = dryRun
        self.credential = credential
        self.hostKeyPolicy = hostKeyPolicy
    }
}

/// What an import does to one target.
package enum ImportAction: String, WireEnum {
    case create
    case update
    case unchanged
    case refused
}

/// One entry of the list.
package struct ImportRow: Codable, Sendable, Hashable {
    /// The line where it begins, from 1.
    package var line: Int
    /// The name of the target, if it could be read.
    package var name: String?
    /// What is done to it.
    package var action: ImportAction
    /// The fields that change, for example `environment: staging -> production`.
    package var changes: [String]
    /// What is wrong with it.
    package var problems: [String]
    /// Makes the value.
    package init(line: Int, name: String? = nil, action: ImportAction, changes: [String], problems: [String]) {
        self.line = line
        self.name = name
        self.action = action
        self.changes = changes
        self.problems = problems
    }
}

/// What an import did, or would do. Nothing was imported if any row is refused.
package struct ImportReceipt: Codable, Sendable {
    /// Whether it was a dry run.
    package var dryRun: Bool
    /// Whether the changes were made.
    package var applied: Bool
    /// New targets.
    package var created: Int
    /// Changed targets.
    package var updated: Int
    /// Targets that stay as they are.
    package var unchanged: Int
    /// Rows that cannot be imported.
    package var refused: Int
    /// Every entry, in order of the list.
    package var rows: [ImportRow]
    /// Makes the value.
    package init(dryRun: Bool, applied: Bool, created: Int, updated: Int, unchanged: Int, refused: Int, rows: [ImportRow]) {
        self.dryRun = dryRun
        self.applied = applied
        self.created = created
        self.updated = updated
        self.unchanged = unchanged
        self.refused = refused
        self.rows = rows
    }
}

/// The formats of exports.
package enum ExportFormat: String, WireEnum {
    case csv
    case json
}

/// What to export.
package struct ExportTargets: Codable, Sendable {
    /// The format.
    package var format: ExportFormat
    /// Which targets; all when absent.
    package var filter: String?
    /// Makes the value.
    package init(format: ExportFormat, filter: String? = nil) {
        self.format = format
        self.filter = filter
    }
}
