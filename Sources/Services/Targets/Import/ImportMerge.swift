import Contracts
import Flow
import Vocabulary

/// Puts what a list says of a target into what is known of it. Pure: names have been looked up.
struct ImportMerge {
    /// Credentials by folded name.
    let credentials: [String: CredentialID]
    /// Targets by folded name: those that exist and those of the list.
    let targets: [String: TargetID]
    /// For connection methods that name no credential.
    let defaultCredential: CredentialID?
    /// The host key policy of new targets.
    let policy: HostKeyPolicy

    /// The target as it would be saved, and what is wrong with the entry.
    func merged(_ entry: ImportEntry, into current: Target?) -> (save: SaveTarget, problems: [String]) {
        var problems = entry.problems
        var save = current?.saved ?? SaveTarget(name: entry.name, hostKeyPolicy: policy)
        save.name = entry.name
        for (field, value) in entry.values.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            set(field, to: value, in: &save, &problems)
        }
        if let tags = entry.tags { save.tags = TargetRules.ordered((entry.keepsTags ? save.tags ?? [] : []) + tags) }
        save.facts = facts(entry, save.facts ?? [:])
        save.connections = methods(entry, save.connections ?? [], &problems)
        return (save, problems)
    }

    private func set(_ field: ImportEntry.Field, to value: String, in save: inout SaveTarget, _ problems: inout [String]) {
        switch field {
        case .description: save.description = value
        case .os: save.os = value
        case .environment: save.environment = value
        case .location: save.location = value
        case .type: save.type = word(value, field.rawValue, &problems) ?? .server
        case .status: save.status = word(value, field.rawValue, &problems) ?? .active
        case .hostKeyPolicy: save.hostKeyPolicy = word(value, field.rawValue, &problems) ?? policy
        case .slots: save.slots = number(value.isEmpty ? nil : value, field.rawValue, &problems)
        }
    }

    /// A word of an enum; nil for a blank text or a wrong word.
    private func word<Word: WireEnum>(_ text: String, _ field: String, _ problems: inout [String]) -> Word? {
        if text.isEmpty { return nil }
        if let word = Word(rawValue: text.lowercased()) { return word }
        let words = Word.allCases.map(\.rawValue)
        let near = Likeness.nearest(to: text, among: words).map { "did you mean `\($0)`?" }
        problems.append("There is no \(field) `\(text.prefix(80))`; " + (near ?? "it is one of \(words.joined(separator: ", "))."))
        return nil
    }

    private func facts(_ entry: ImportEntry, _ known: [String: String]) -> [String: String] {
        guard entry.keepsFacts else { return entry.facts }
        var facts = known
        for (name, value) in entry.facts {
            let key = name.lowercased()
            let present = facts.keys.first { $0 == name } ?? facts.keys.first { $0.lowercased() == key }
            if value.isEmpty {
                if let present { facts[present] = nil }
            } else {
                facts[present ?? name] = value
            }
        }
        return facts
    }

    private func methods(_ entry: ImportEntry, _ known: [ConnectionMethod], _ problems: inout [String]) -> [ConnectionMethod] {
        var methods: [ConnectionMethod] = []
        for (position, method) in entry.methods.enumerated() where method.exists {
            let base = known.indices.contains(position) ? known[position] : ConnectionMethod(kind: .ssh)
            methods.append(merged(method, into: base, &problems))
        }
        if entry.keepsMethods, known.count > entry.methods.count { methods += known[entry.methods.count...] }
        return methods
    }

    private func merged(_ method: ImportMethod, into base: ConnectionMethod, _ problems: inout [String]) -> ConnectionMethod {
        var next = base
        for (field, value) in method.values.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let value: String? = value.isEmpty ? nil : value
            switch field {
            case .kind: next.kind = value.flatMap { word($0, "connection kind", &problems) } ?? .ssh
            case .host: next.host = value
            case .user: next.user = value
            case .port: next.port = number(value, "port", &problems)
            case .connectTimeoutSeconds: next.connectTimeoutSeconds = number(value, "connect_timeout_seconds", &problems)
            case .credential: next.credential = value.flatMap { credential($0, &problems) }
            case .jump: next.jump = value.flatMap { jump($0, &problems) }
            }
        }
        if next.kind == .local {
            let seconds = next.connectTimeoutSeconds
            next = ConnectionMethod(kind: .local, connectTimeoutSeconds: seconds)
        } else if next.credential == nil {
            next.credential = defaultCredential
        }
        return next
    }

    private func number(_ text: String?, _ field: String, _ problems: inout [String]) -> Int? {
        guard let text else { return nil }
        if let number = Int(text) { return number }
        problems.append("The \(field) `\(text.prefix(40))` is not a whole number.")
        return nil
    }

    private func credential(_ name: String, _ problems: inout [String]) -> CredentialID? {
        if let id = credentials[FilterText.folded(name)] { return id }
        if let id = CredentialID(name), credentials.values.contains(id) { return id }
        let near = Likeness.nearest(to: name, among: Array(credentials.keys)).map { " did you mean `\($0)`?" } ?? " add it first."
        problems.append("There is no credential `\(name.prefix(80))`;\(near)")
        return nil
    }

    private func jump(_ name: String, _ problems: inout [String]) -> TargetID? {
        if let id = targets[FilterText.folded(name)] { return id }
        problems.append("There is no target `\(name.prefix(80))` to jump through, neither in the list nor here.")
        return nil
    }
}

/// What a change of a target changes, in words.
enum ImportChanges {
    /// The changes in the order of the fields; empty when nothing changes.
    static func between(
        _ old: SaveTarget, _ new: SaveTarget, credentials: [CredentialID: String], names: [TargetID: String]
    ) -> [String] {
        var changes: [String] = []
        func compare(_ field: String, _ old: String?, _ new: String?) {
            let (old, new) = (old ?? "", new ?? "")
            if old != new { changes.append("\(field): \(shown(old)) -> \(shown(new))") }
        }
        compare("name", old.name, new.name)
        compare("description", old.description, new.description)
        compare("type", old.type?.rawValue, new.type?.rawValue)
        compare("os", old.os, new.os)
        compare("environment", old.environment, new.environment)
        compare("location", old.location, new.location)
        compare("status", old.status?.rawValue, new.status?.rawValue)
        compare("host_key_policy", old.hostKeyPolicy?.rawValue, new.hostKeyPolicy?.rawValue)
        compare("slots", old.slots.map(String.init), new.slots.map(String.init))
        compare("tags", old.tags?.joined(separator: ", "), new.tags?.joined(separator: ", "))
        let (oldFacts, newFacts) = (old.facts ?? [:], new.facts ?? [:])
        for name in Set(oldFacts.keys).union(newFacts.keys).sorted() { compare("fact.\(name)", oldFacts[name], newFacts[name]) }
        let (oldMethods, newMethods) = (old.connections ?? [], new.connections ?? [])
        for position in 0..<max(oldMethods.count, newMethods.count) {
            let texts = [oldMethods, newMethods].map { methods in
                methods.indices.contains(position) ? text(methods[position], credentials, names) : nil
            }
            compare("connection \(position + 1)", texts[0], texts[1])
        }
        return changes
    }

    private static func shown(_ text: String) -> String {
        text.isEmpty ? "nothing" : text.count > 100 ? text.prefix(100) + "…" : text
    }

    /// For example `ssh deploy@10.0.0.1:22 with web-key through bastion`.
    private static func text(
        _ method: ConnectionMethod, _ credentials: [CredentialID: String], _ names: [TargetID: String]
    ) -> String {
        guard method.kind == .ssh else { return method.kind.rawValue }
        var text = "ssh " + (method.user.map { "\($0)@" } ?? "") + (method.host ?? "(its name)")
        if let port = method.port { text += ":\(port)" }
        if let credential = method.credential { text += " with \(credentials[credential] ?? credential.text)" }
        if let jump = method.jump { text += " through \(names[jump] ?? jump.text)" }
        if let seconds = method.connectTimeoutSeconds { text += " within \(seconds) s" }
        return text
    }
}
