import Contracts
import Flow

/// What the variables of an Ansible host mean for a target.
enum AnsibleVariables {
    private static let connection: [String: ImportMethod.Field] = [
        "ansible_host": .host, "ansible_ssh_host": .host, "ansible_port": .port, "ansible_ssh_port": .port, "ansible_user": .user,
        "ansible_ssh_user": .user,
    ]
    private static let secrets = ["pass", "secret", "token", "private_key", "api_key", "vault"]

    /// Puts the variables into an entry: connection settings, facts, and notes about what is left out.
    static func apply(_ variables: [String: String], to entry: inout ImportEntry) {
        var method = ImportMethod(values: [.kind: ConnectionKind.ssh.rawValue])
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) {
            let lower = name.lowercased()
            if let field = connection[lower] {
                method.values[field] = value
            } else if lower == "ansible_connection" {
                setKind(value, of: &method, &entry)
            } else if secrets.contains(where: lower.contains) {
                entry.notes.append("the variable \(name.prefix(80)) looks like a secret and is not imported; save it as a credential")
            } else if lower.hasPrefix("ansible_") {
                entry.notes.append("\(name.prefix(80)) is not imported")
            } else {
                entry.facts[name] = value
            }
        }
        if method.values[.kind] == ConnectionKind.local.rawValue { method.values = [.kind: ConnectionKind.local.rawValue] }
        entry.methods = [method]
    }

    private static func setKind(_ value: String, of method: inout ImportMethod, _ entry: inout ImportEntry) {
        switch value.lowercased() {
        case "local": method.values[.kind] = ConnectionKind.local.rawValue
        case "", "ssh", "smart", "paramiko", "ansible.netcommon.libssh": method.values[.kind] = ConnectionKind.ssh.rawValue
        default: entry.problems.append("The connection `\(value.prefix(60))` is not known here; use ssh or local.")
        }
    }
}
