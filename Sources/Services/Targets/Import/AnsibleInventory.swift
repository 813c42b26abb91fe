import Flow

/// An Ansible inventory as a value, whatever it was written in. Groups become tags, variables become facts.
struct AnsibleInventory {
    struct Host {
        let line: Int
        var variables: [String: String] = [:]
        var groups: Set<String> = []
        var problems: [String] = []
        var notes: [String] = []
    }

    struct Group {
        var children: [String] = []
        var variables: [String: String] = [:]
    }

    /// The hosts in order of the text.
    private(set) var order: [String] = []
    /// Hosts by name.
    private(set) var hosts: [String: Host] = [:]
    /// Groups by name.
    private(set) var groups: [String: Group] = ["all": Group()]
    /// What is wrong outside of hosts.
    private(set) var mistakes: [ImportEntry] = []

    /// Notes something that is wrong.
    mutating func refuse(_ line: Int, _ problem: String) {
        mistakes.append(ImportEntry(line: line, name: "", problems: [problem]))
    }

    /// Adds a group unless it is there.
    mutating func addGroup(_ name: String) { groups[name] = groups[name] ?? Group() }

    /// Puts one group into another.
    mutating func addChild(_ child: String, to parent: String) {
        addGroup(child)
        groups[parent, default: Group()].children.append(child)
    }

    /// Sets a variable of a group.
    mutating func set(_ variable: String, to value: String, ofGroup name: String) {
        groups[name, default: Group()].variables[variable] = value
    }

    /// Adds hosts to a group; the pattern may be a range such as `web[01:20]`.
    /// - Throws: `ImportFault` when there are too many.
    mutating func addHosts(
        _ pattern: String, variables: [String: String], notes: [String] = [], to group: String, line: Int
    ) throws(ImportFault) {
        addGroup(group)
        var names = [pattern]
        if FilterRange.isRange(pattern) {
            do throws(FilterError) {
                names = try FilterRange(pattern, separator: ":").names
            } catch {
                return refuse(line, error.message)
            }
        }
        for name in names {
            if hosts[name] == nil {
                order.append(name)
                guard order.count <= ImportReader.mostEntries else {
                    throw ImportFault(message: "The inventory has more than \(ImportReader.mostEntries) hosts; split it.", line: line)
                }
            }
            var host = hosts[name] ?? Host(line: line)
            host.groups.insert(group)
            host.variables.merge(variables) { _, new in new }
            host.notes += notes
            hosts[name] = host
        }
    }

    /// The targets in order, with what cannot be imported.
    /// - Throws: `ImportFault` when groups contain themselves.
    func entries() throws(ImportFault) -> [ImportEntry] {
        let parents = groups.reduce(into: [String: [String]]()) { parents, group in
            for child in group.value.children { parents[child, default: []].append(group.key) }
        }
        let depths = try depths()
        var above: [String: Set<String>] = [:]
        var entries = mistakes
        for name in order {
            guard let host = hosts[name] else { continue }
            let groups = host.groups.reduce(into: Set<String>()) { $0.formUnion(ancestors($1, parents, &above)) }
            let ranked = groups.union(["all"]).sorted { (depths[$0] ?? 0, $0) < (depths[$1] ?? 0, $1) }
            entries.append(entry(name, host, ranked))
        }
        return entries.sorted { $0.line < $1.line }
    }

    /// A group and all groups that it is in.
    private func ancestors(_ group: String, _ parents: [String: [String]], _ known: inout [String: Set<String>]) -> Set<String> {
        if let found = known[group] { return found }
        var (found, waiting) = (Set([group]), parents[group] ?? [])
        while let next = waiting.popLast() {
            if found.insert(next).inserted { waiting += parents[next] ?? [] }
        }
        known[group] = found
        return found
    }

    /// How deep each group lies below `all`: the variables of a deeper one win.
    private func depths() throws(ImportFault) -> [String: Int] {
        var missing = groups.mapValues { _ in 0 }
        for group in groups.values { for child in group.children { missing[child, default: 0] += 1 } }
        var (depths, waiting) = ([String: Int](), missing.filter { $0.value == 0 }.map(\.key))
        for group in waiting { depths[group] = group == "all" ? 0 : 1 }
        while let next = waiting.popLast() {
            for child in groups[next]?.children ?? [] {
                depths[child] = max(depths[child] ?? 0, (depths[next] ?? 0) + 1)
                missing[child, default: 0] -= 1
                if missing[child] == 0 { waiting.append(child) }
            }
        }
        if let circle = missing.filter({ $0.value > 0 }).keys.min() {
            throw ImportFault(message: "The group `\(circle)` contains itself.")
        }
        return depths
    }

    private func entry(_ name: String, _ host: Host, _ ranked: [String]) -> ImportEntry {
        var variables: [String: String] = [:]
        for group in ranked { variables.merge(groups[group]?.variables ?? [:]) { _, new in new } }
        variables.merge(host.variables) { _, new in new }
        var entry = ImportEntry(line: host.line, name: name, problems: host.problems, notes: host.notes)
        entry.tags = ranked.filter { $0 != "all" && $0 != "ungrouped" }
        entry.keepsTags = true
        AnsibleVariables.apply(variables, to: &entry)
        return entry
    }
}
