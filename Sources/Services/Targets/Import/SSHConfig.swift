import Flow
import Foundation

/// An OpenSSH client configuration (ssh_config(5)): every `Host` name without wildcards is a target; the first value of an option wins.
struct SSHConfig {
    private struct Block {
        let line: Int
        let patterns: [String]
        var options: [(key: String, value: [String])] = []

        func applies(to name: String) -> Bool {
            var applies = false
            for pattern in patterns {
                if pattern.hasPrefix("!") {
                    if FilterText.matches(name, pattern: String(pattern.dropFirst())) { return false }
                } else if FilterText.matches(name, pattern: pattern) {
                    applies = true
                }
            }
            return applies
        }
    }

    private var blocks: [Block] = []
    private var refused: [ImportEntry] = []

    /// Reads a configuration.
    init(_ text: String) {
        var block = Block(line: 0, patterns: ["*"])
        for (number, line) in ImportReader.lines(text) {
            guard let words = Self.words(line) else {
                refuse(number, "A quote in this line is not closed.")
                continue
            }
            guard let key = words.first?.lowercased() else { continue }
            let value = Array(words.dropFirst())
            switch key {
            case "host":
                blocks.append(block)
                block = Block(line: number, patterns: value)
                if value.isEmpty { refuse(number, "`Host` names no host.") }
            case "match":
                blocks.append(block)
                block = Block(line: number, patterns: value == ["all"] ? ["*"] : [])
                if value != ["all"] { refuse(number, "`Match` cannot be imported; write `Host` instead or remove it.") }
            case "include":
                refuse(number, "`Include` cannot be followed; put the text of the file in its place.")
            default:
                if value.isEmpty { refuse(number, "`\(words[0].prefix(60))` has no value.") } else { block.options.append((key, value)) }
            }
        }
        blocks.append(block)
    }

    private mutating func refuse(_ line: Int, _ problem: String) {
        refused.append(ImportEntry(line: line, name: "", problems: [problem]))
    }

    /// The targets in order, with what cannot be imported.
    /// - Throws: `ImportFault` when the work would grow without bounds.
    func entries() throws(ImportFault) -> [ImportEntry] {
        let names = blocks.flatMap { block in block.patterns.map { (line: block.line, name: $0) } }
            .filter { !$0.name.hasPrefix("!") && !FilterText.hasWildcard($0.name) }
        let index = Index(blocks)
        guard names.count * (index.wide.count + 1) <= 20_000_000 else {
            throw ImportFault(message: "The configuration has too many hosts and wildcards; split it.")
        }
        var (entries, seen): ([ImportEntry], Set<String>) = (refused, [])
        for (line, name) in names where seen.insert(name.lowercased()).inserted {
            entries.append(entry(name, line: line, index))
        }
        return entries.sorted { $0.line < $1.line }
    }

    /// Finds the options of a host without looking at every block.
    private struct Index {
        let blocks: [Block]
        /// Positions of blocks with wildcards or exceptions.
        let wide: [Int]
        private let exact: [String: [Int]]

        init(_ blocks: [Block]) {
            self.blocks = blocks
            wide = blocks.indices.filter { blocks[$0].patterns.contains { FilterText.hasWildcard($0) || $0.hasPrefix("!") } }
            exact = blocks.indices.reduce(into: [:]) { exact, index in
                for pattern in Set(blocks[index].patterns) { exact[pattern, default: []].append(index) }
            }
        }

        /// The options of a host; the first value of each wins.
        func options(of name: String) -> [String: [String]] {
            let positions = Set(wide + (exact[name] ?? [])).sorted()
            var options: [String: [String]] = [:]
            for position in positions where blocks[position].applies(to: name) {
                for (key, value) in blocks[position].options where options[key] == nil { options[key] = value }
            }
            return options
        }
    }

    private func entry(_ name: String, line: Int, _ index: Index) -> ImportEntry {
        var entry = ImportEntry(line: line, name: name)
        let options = index.options(of: name)
        var method = ImportMethod(values: [.kind: "ssh"])
        if let host = options["hostname"]?.first {
            method.values[.host] = host.replacing("%h", with: name).replacing("%%", with: "%")
        }
        if let port = options["port"]?.first { method.values[.port] = port }
        if let user = options["user"]?.first { method.values[.user] = user }
        if let timeout = options["connecttimeout"]?.first, timeout != "none", timeout != "0" {
            method.values[.connectTimeoutSeconds] = timeout
        }
        if let key = options["identityfile"]?.first, key.lowercased() != "none" {
            entry.notes.append("IdentityFile \(key.prefix(200)) is not imported; choose a credential")
        }
        if let jump = options["proxyjump"]?.first, jump.lowercased() != "none" {
            addJump(jump, index, to: &method, &entry)
        } else if options["proxycommand"] != nil, options["proxycommand"]?.first?.lowercased() != "none" {
            entry.notes.append("ProxyCommand is not imported; choose a jump target")
        }
        entry.methods = [method]
        return entry
    }

    /// The last hop is the jump target; it must go through the hops before it by itself, which the import checks.
    private func addJump(_ jump: String, _ index: Index, to method: inout ImportMethod, _ entry: inout ImportEntry) {
        let hops = Self.hops(jump)
        guard let last = hops.last, !hops.contains(""), hops.count <= ConnectionRules.mostJumps else {
            return entry.problems.append("`ProxyJump \(jump.prefix(80))` is not a list of one to \(ConnectionRules.mostJumps) hosts.")
        }
        method.values[.jump] = last
        for (before, hop) in zip(hops, hops.dropFirst()) {
            if let own = index.options(of: hop)["proxyjump"]?.first, Self.hops(own).last == before { continue }
            entry.problems.append(
                "ProxyJump goes through `\(before)` to `\(hop)`; give `\(hop)` a `ProxyJump \(before)` of its own and name only that here.")
        }
        if hops.joined(separator: ",") != jump {
            entry.notes.append("user and port of the jump host are those of the target `\(last)`")
        }
    }

    /// The names of the hosts in `user@host:port,ssh://host`.
    private static func hops(_ jump: String) -> [String] {
        jump.split(separator: ",", omittingEmptySubsequences: false).map { hop in
            let host = hop.split(separator: "/").last?.split(separator: "@").last ?? ""
            return host.hasPrefix("[") ? String(host.dropFirst().prefix { $0 != "]" }) : String(host.prefix { $0 != ":" })
        }
    }

    /// The words of a line: `Key value` or `Key=value`, quotes around words with spaces. Nil for an open quote.
    private static func words(_ line: String) -> [String]? {
        var (words, word, quote): ([String], String, Character?) = ([], "", nil)
        var isWord = false
        for character in line {
            if let open = quote {
                if character == open { quote = nil } else { word.append(character) }
            } else if character == "\"" {
                (quote, isWord) = (character, true)
            } else if character.isWhitespace || (character == "=" && words.count + (isWord ? 1 : 0) <= 1) {
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
