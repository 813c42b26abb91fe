import Vocabulary
import Yams

/// Reads Ansible inventories in YAML form.
enum AnsibleYAML {
    /// The inventory of a text.
    /// - Throws: `ImportFault` when it is no YAML or no inventory, or would grow without bounds.
    static func read(_ text: String) throws(ImportFault) -> AnsibleInventory {
        try refuseGrowth(text)
        let root: Node?
        do {
            root = try Yams.compose(yaml: text, .basic, .default, .utf8)
        } catch {
            throw fault(error, text)
        }
        guard let root else { throw ImportFault(message: "The inventory is empty.") }
        var reader = Reader()
        guard case .mapping(let groups) = root else {
            throw ImportFault(message: "An inventory begins with groups such as `all:`, not with \(Reader.kind(of: root)).", line: 1)
        }
        for (key, value) in groups {
            guard let name = reader.name(key, "A group's name") else { continue }
            try reader.group(name, value, line: Reader.line(key))
        }
        return reader.inventory
    }

    private static func fault(_ error: any Error, _ text: String) -> ImportFault {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            let lines = ImportReader.lines(text)
            let line = lines.indices.contains(mark.line - 1) ? lines[mark.line - 1].text : ""
            if line.prefix(while: \.isWhitespace).contains("\t") {
                return ImportFault(message: "Line \(mark.line) is indented with a tab; YAML allows only blanks there.", line: mark.line)
            }
            return ImportFault(message: "This is not YAML: \(problem) in line \(mark.line).", line: mark.line)
        case .duplicatedKeysInMapping(let keys, let context):
            let shown = keys.prefix(3).joined(separator: ", ").prefix(200)
            return ImportFault(message: "`\(shown)` is there twice in the mapping of line \(context.mark.line).", line: context.mark.line)
        default: return ImportFault(message: "This is not YAML.")
        }
    }

    /// Refuses keys that are lists, mappings or aliases in a text with anchors: comparing them could take forever.
    private static func refuseGrowth(_ text: String) throws(ImportFault) {
        let bytes = Array(text.utf8)
        guard bytes.contains(UInt8(ascii: "&")), bytes.contains(UInt8(ascii: "*")) else { return }
        var (line, isAlias, mayEnd) = (1, false, false)
        var previous = UInt8(ascii: "\n")
        for byte in bytes {
            if byte == UInt8(ascii: "\n") { line += 1 }
            let isBlank = byte == 32 || byte == 9 || byte == 10 || byte == 13
            let begins = [32, 9, 10, 13, UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ",")].contains(previous)
            let isComplexKey = begins && byte == UInt8(ascii: "?")
            if isComplexKey || (byte == UInt8(ascii: ":") && (isAlias || mayEnd)) {
                throw ImportFault(message: "The keys of an inventory are plain names; line \(line) has another one.", line: line)
            }
            if begins, byte == UInt8(ascii: "*") { isAlias = true }
            if !isBlank {
                mayEnd = byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
                if begins, byte != UInt8(ascii: "*") { isAlias = false }
            }
            if byte == UInt8(ascii: "\n") { (isAlias, mayEnd) = (false, false) }
            previous = byte
        }
    }

    /// Walks the nodes with a budget, so that aliases cannot multiply without end.
    private struct Reader {
        var inventory = AnsibleInventory()
        private var visited = 0
        private var depth = 0

        init() {}

        mutating func group(_ name: String, _ node: Node, line: Int) throws(ImportFault) {
            try visit(line)
            depth += 1
            defer { depth -= 1 }
            guard depth <= 64 else { throw ImportFault(message: "The groups are nested deeper than 64 levels.", line: line) }
            inventory.addGroup(name)
            if Self.isNull(node) { return }
            guard case .mapping(let parts) = node else {
                return inventory.refuse(
                    line, "The group `\(name.prefix(80))` must have `hosts`, `vars` or `children`, not \(Self.kind(of: node)).")
            }
            for (key, value) in parts {
                guard let part = self.name(key, "A part of a group") else { continue }
                switch part {
                case "hosts": try hosts(value, of: name, line: Self.line(key))
                case "vars":
                    for (variable, text) in try variables(value, line: Self.line(key)).values {
                        inventory.set(variable, to: text, ofGroup: name)
                    }
                case "children": try children(value, of: name, line: Self.line(key))
                default:
                    let near = Likeness.nearest(to: part, among: ["hosts", "vars", "children"]).map { "did you mean `\($0)`?" }
                    inventory.refuse(
                        Self.line(key), "A group has no `\(part.prefix(80))`; " + (near ?? "it has `hosts`, `vars` and `children`."))
                }
            }
        }

        private mutating func children(_ node: Node, of parent: String, line: Int) throws(ImportFault) {
            if Self.isNull(node) { return }
            guard case .mapping(let groups) = node else {
                return inventory.refuse(line, "`children` must be a mapping of groups, not \(Self.kind(of: node)).")
            }
            for (key, value) in groups {
                guard let name = name(key, "A group's name") else { continue }
                inventory.addChild(name, to: parent)
                try group(name, value, line: Self.line(key))
            }
        }

        private mutating func hosts(_ node: Node, of group: String, line: Int) throws(ImportFault) {
            if Self.isNull(node) { return }
            guard case .mapping(let hosts) = node else {
                return inventory.refuse(line, "`hosts` must be a mapping of host names, not \(Self.kind(of: node)).")
            }
            for (key, value) in hosts {
                guard let name = name(key, "A host's name") else { continue }
                let line = Self.line(key)
                let read = try variables(value, line: line)
                try inventory.addHosts(name, variables: read.values, notes: read.notes, to: group, line: line)
            }
        }

        private mutating func variables(_ node: Node, line: Int) throws(ImportFault) -> (values: [String: String], notes: [String]) {
            try visit(line)
            if Self.isNull(node) { return ([:], []) }
            guard case .mapping(let mapping) = node else {
                inventory.refuse(line, "Variables must be a mapping of names and values, not \(Self.kind(of: node)).")
                return ([:], [])
            }
            var (values, notes): ([String: String], [String]) = ([:], [])
            for (key, value) in mapping {
                try visit(line)
                guard let variable = name(key, "A variable's name") else { continue }
                if case .scalar(let scalar) = value {
                    values[variable] = Self.isNull(value) ? "" : scalar.string
                } else {
                    notes.append("the variable \(variable.prefix(80)) is \(Self.kind(of: value)) and is not imported")
                }
            }
            return (values, notes)
        }

        mutating func name(_ key: Node, _ what: String) -> String? {
            if case .scalar(let scalar) = key { return scalar.string }
            inventory.refuse(Self.line(key), "\(what) must be a text, not \(Self.kind(of: key)).")
            return nil
        }

        private mutating func visit(_ line: Int) throws(ImportFault) {
            visited += 1
            guard visited <= 2_000_000 else {
                throw ImportFault(message: "The inventory has too many values; split it or use fewer aliases.", line: line)
            }
        }

        static func line(_ node: Node) -> Int { node.mark?.line ?? 1 }

        static func kind(of node: Node) -> String {
            switch node {
            case .scalar: "a text"
            case .mapping: "a mapping"
            case .sequence: "a list"
            case .alias: "an alias"
            }
        }

        static func isNull(_ node: Node) -> Bool {
            guard case .scalar(let scalar) = node, scalar.style == .plain else { return false }
            return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
        }
    }
}
