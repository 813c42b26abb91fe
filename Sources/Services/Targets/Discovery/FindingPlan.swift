import Contracts
import Flow
import Vocabulary

/// What an import of findings makes. Pure: what targets there are is told to it.
struct FindingPlan {
    let wish: ImportFindings
    let now: Timestamp
    let who: String
    var receipt: FindingImport
    /// Targets to be made.
    private(set) var new: [Target] = []
    /// The host keys that are pinned with them.
    private(set) var pins: [TargetID: [PinnedHostKey]] = [:]
    /// Where they were found.
    private(set) var addresses: [TargetID: String] = [:]

    init(wish: ImportFindings, now: Timestamp, who: String) {
        (self.wish, self.now, self.who) = (wish, now, who)
        receipt = FindingImport(dryRun: wish.dryRun, applied: false, created: 0, unchanged: 0, refused: 0, rows: [])
    }

    /// Plans one finding.
    mutating func add(_ finding: StoredFinding, _ known: FindingTarget?, id: TargetID) {
        let host = finding.host
        let name = wish.names?[finding.id.text] ?? FindingRules.name(of: host, wish.naming ?? .found)
        var row = FindingRow(finding: finding.id, address: host.address, name: name, action: .create, problems: [], pinned: [])
        if let known {
            (row.action, row.target) = (.unchanged, known.id)
            row.problems = ["This host is the target `\(known.name)` already (by its \(known.by.words))."]
            receipt.unchanged += 1
            return receipt.rows.append(row)
        }
        var save = FindingRules.target(of: host, Classifier.classify(host), name: name, wish)
        if save.os?.isEmpty == true { save.os = nil }
        row.problems = TargetRules.mistakes(in: save).map(\.detail)
        if host.answersEverything {
            row.problems.append(
                "This host takes every connection, so nothing that it shows can be relied on; add it by hand if it is one of yours.")
        }
        if finding.isGone { row.problems.append("This host did not answer in the last scan.") }
        if receipt.rows.contains(where: { $0.action == .create && FilterText.folded($0.name) == FilterText.folded(name) }) {
            row.problems.append("Another one of these would have the name `\(name)` as well; give one of them another name.")
        }
        guard row.problems.isEmpty else {
            row.action = .refused
            receipt.refused += 1
            return receipt.rows.append(row)
        }
        (row.target, addresses[id]) = (id, host.address)
        new.append(Target.made(save, id: id, serial: "", at: now))
        if wish.pinHostKeys == true {
            let port = save.connections?.first?.port ?? 22
            let keys = host.hostKeys.filter { $0.port == port }
            pins[id] = keys.compactMap { try? HostKeyText.pinned(algorithm: $0.algorithm, blob: $0.blob, at: now, by: who) }
            row.pinned = keys.map(\.fingerprint)
        }
        receipt.created += 1
        receipt.rows.append(row)
    }

    /// Refuses those whose name (folded) is taken by a target that is another host.
    mutating func refuse(taken: Set<String>) {
        for target in new where taken.contains(FilterText.folded(target.name)) {
            refuse(target.id, "There is already a target named `\(target.name)`, which is not known to be this host; give it another name.")
        }
    }

    /// Refuses those with mistakes.
    mutating func refuse(_ mistakes: [TargetID: [ProblemPlace]]) {
        for (id, places) in mistakes.sorted(by: { $0.key.text < $1.key.text }) {
            for place in places { refuse(id, place.detail) }
        }
    }

    private mutating func refuse(_ id: TargetID, _ why: String) {
        guard let place = receipt.rows.firstIndex(where: { $0.target == id }) else { return }
        receipt.rows[place].problems.append(why)
        guard receipt.rows[place].action == .create else { return }
        receipt.rows[place].action = .refused
        receipt.created -= 1
        receipt.refused += 1
    }
}

extension FindingMatch {
    /// As it stands in a sentence.
    fileprivate var words: String {
        switch self {
        case .hostKey: "host key"
        case .address: "address"
        case .name: "name"
        }
    }
}
