import Foundation

/// Reads Ansible inventories in INI form.
enum AnsibleINI {
    private enum Section {
        case hosts(String)
        case children(String)
        case variables(String)
        /// A heading that was refused; its lines are passed over.
        case unknown
    }

    /// The inventory of a text.
    /// - Throws: `ImportFault` when there are too many hosts.
    static func read(_ text: String) throws(ImportFault) -> AnsibleInventory {
        var inventory = AnsibleInventory()
        var section = Section.hosts("ungrouped")
        for (number, line) in ImportReader.lines(text) {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { continue }
            if line.hasPrefix("["), let heading = heading(line) {
                section = self.section(heading, number, &inventory)
                continue
            }
            switch section {
            case .hosts(let group): try host(line, group, number, &inventory)
            case .children(let parent): child(line, parent, number, &inventory)
            case .variables(let group): variable(line, group, number, &inventory)
            case .unknown: break
            }
        }
        return inventory
    }

    /// `web` of `[web]`, the whole line if it is no right heading; nil for a host line that begins with a range such as `[a:c]`.
    private static func heading(_ line: String) -> String? {
        let open = line.index(after: line.startIndex)
        guard let close = line.firstIndex(of: "]") else { return line }
        let inside = line[open..<close]
        let rest = line[line.index(after: close)...].trimmingCharacters(in: .whitespaces)
        if rest.isEmpty || rest.hasPrefix("#") || rest.hasPrefix(";") {
            return inside.contains { "#;".contains($0) } ? line : inside.trimmingCharacters(in: .whitespaces)
        }
        return inside.contains(where: { ":,".contains($0) }) ? nil : line
    }

    private static func section(_ heading: String, _ line: Int, _ inventory: inout AnsibleInventory) -> Section {
        let parts = heading.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), !parts[0].isEmpty, !heading.contains(where: { "[ \t".contains($0) }) else {
            inventory.refuse(line, "This line is not a heading; write `[group]`, `[group:children]` or `[group:vars]`.")
            return .unknown
        }
        inventory.addGroup(parts[0])
        switch parts.count == 2 ? parts[1] : "" {
        case "": return .hosts(parts[0])
        case "children": return .children(parts[0])
        case "vars": return .variables(parts[0])
        default:
            inventory.refuse(line, "`[\(heading.prefix(80))]` is not known; after the colon comes `children` or `vars`.")
            return .unknown
        }
    }

    private static func host(
        _ line: String, _ group: String, _ number: Int, _ inventory: inout AnsibleInventory
    ) throws(ImportFault) {
        guard let words = words(line), let first = words.first else {
            return inventory.refuse(number, "A quote in this line is not closed.")
        }
        var variables: [String: String] = [:]
        for word in words.dropFirst() {
            guard let sign = word.firstIndex(of: "="), sign > word.startIndex else {
                return inventory.refuse(number, "`\(word.prefix(80))` is not `name=value`.")
            }
            variables[String(word[..<sign])] = String(word[word.index(after: sign)...])
        }
        var name = first
        if let colon = first.lastIndex(of: ":"), !first[colon...].contains("]"), Int(first[first.index(after: colon)...]) != nil {
            variables["ansible_port"] = variables["ansible_port"] ?? String(first[first.index(after: colon)...])
            name = String(first[..<colon])
        }
        try inventory.addHosts(name, variables: variables, to: group, line: number)
    }

    private static func child(_ line: String, _ parent: String, _ number: Int, _ inventory: inout AnsibleInventory) {
        guard let words = words(line), words.count == 1 else {
            return inventory.refuse(number, "Below `:children` every line names one group.")
        }
        inventory.addChild(words[0], to: parent)
    }

    private static func variable(_ line: String, _ group: String, _ number: Int, _ inventory: inout AnsibleInventory) {
        guard let sign = line.firstIndex(of: "="), sign > line.startIndex else {
            return inventory.refuse(number, "Below `:vars` every line is `name=value`.")
        }
        let name = line[..<sign].trimmingCharacters(in: .whitespaces)
        var value = line[line.index(after: sign)...].trimmingCharacters(in: .whitespaces)
        if value.count >= 2, let mark = value.first, mark == "\"" || mark == "'", value.last == mark {
            value = String(value.dropFirst().dropLast())
        }
        inventory.set(name, to: value, ofGroup: group)
    }

    /// Words with quotes as a shell reads them; ` #` begins a comment. Nil for an open quote.
    private static func words(_ line: String) -> [String]? {
        var (words, word, quote): ([String], String, Character?) = ([], "", nil)
        var isWord = false
        for character in line {
            if let open = quote {
                if character == open { quote = nil } else { word.append(character) }
            } else if character == "\"" || character == "'" {
                (quote, isWord) = (character, true)
            } else if character.isWhitespace {
                if isWord { words.append(word) }
                (word, isWord) = ("", false)
            } else if character == "#", !isWord {
                break
            } else {
                word.append(character)
                isWord = true
            }
        }
        guard quote == nil else { return nil }
        if isWord { words.append(word) }
        return words
    }
}
