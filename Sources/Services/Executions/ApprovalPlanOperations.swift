import Contracts
import Store
import Vocabulary

/// Says what would run after a decision, and stands it in a hash.
struct ApprovalPlanOperations: Sendable {
    let room: ExecutionsRoom

    /// The most targets that are shown.
    private static let mostTargets = 100

    /// What would run, as things stand now.
    struct Outlook: Sendable {
        let hash: String
        let stored: StoredExecution
        let content: ExecutionContent
        let branches: [StoredBranch]
        /// How the branches' targets are reached, by the numbers of the branches.
        let ways: [Int: String]
        /// The targets as they are described now; those that are not active any more are not in it.
        let present: [TargetID: TargetSnapshot]
    }

    /// What would run after the decision about a step.
    /// - Throws: `ExecutionError.noExecution`, `.noApproval`.
    func plan(_ name: String, step text: String) async throws -> ApprovalPlan {
        let outlook = try await outlook(name, step: text)
        let shown = Array(outlook.branches.prefix(Self.mostTargets))
        let results = try await room.database.read { transaction in
            try await room.branches.steps(outlook.stored.key, branches: shown.map(\.number), in: transaction)
        }
        let planned = BranchOutlook(outlook.content, startedBy: outlook.stored.execution.startedBy)
        let targets = try shown.map { branch in
            let (snapshot, known) = (try branch.snapshot(), results[branch.number] ?? [])
            let open = Set(planned.definition.steps.indices.map { $0 + 1 }).subtracting(
                known.filter { Self.hasEnded($0.state) }.map(\.number))
            return ApprovalTarget(
                number: branch.number, serial: branch.targetSerial, name: branch.targetName, state: branch.state,
                way: outlook.ways[branch.number] ?? "", changes: Self.changes(snapshot, outlook.present[branch.target]),
                steps: branch.state.isFinal
                    ? [] : planned.steps(on: snapshot, known).filter { open.contains($0.number) && String($0.number) != text })
        }
        return ApprovalPlan(
            hash: outlook.hash, serial: outlook.stored.execution.serial, step: Int(text) ?? 0, targets: targets,
            total: outlook.branches.count)
    }

    private static func hasEnded(_ state: StepState) -> Bool { state != .waiting && state != .running }

    /// Looks at the run, and asks Targets how its targets stand.
    func outlook(_ name: String, step text: String) async throws -> Outlook {
        let (stored, content, branches) = try await room.database.read { transaction in
            let stored = try await room.require(name, in: transaction)
            guard let step = Int(text), let content = try await room.executions.content(stored.key, in: transaction),
                try await room.approvals.find(stored.key, step: step, in: transaction) != nil
            else { throw ExecutionError.noApproval(serial: stored.execution.serial, step: text) }
            return (stored, content, try await room.branches.all(stored.key, states: BranchState.allCases, in: transaction))
        }
        let ids = branches.map(\.target)
        let selected = try await StartOperations(room: room).select(SelectTargets(ids: ids))
        let present = Dictionary(selected.targets.map { ($0.id, $0) }) { first, _ in first }
        let connections = try await room.peer.call(
            TargetsAPI.connections, [:], AskConnections(targets: ids, recipientKey: nil), as: ExecutionsRoom.caller)
        let byTarget = Dictionary(connections.targets.map { ($0.target, $0.way) }) { first, _ in first }
        let ways = branches.map { ($0.number, byTarget[$0.target] ?? TargetConnection.noWay) }
        var hash = PlanHash()
        for part in [stored.execution.id.text, text] { hash.add(part) }
        try hash.add(content.definition)
        try hash.add(content.parameters)
        for (branch, way) in zip(branches, ways) {
            let described = present[branch.target].map { target in
                var target = target
                // Facts of the run are those that it began with, whatever is found out meanwhile.
                target.facts = [:]
                return PlanOperations.text(target)
            }
            for part in ["\(branch.number)", branch.target.text, way.1, described ?? "not active"] { hash.add(part) }
        }
        return Outlook(
            hash: hash.text, stored: stored, content: content, branches: branches, ways: Dictionary(ways) { first, _ in first },
            present: present)
    }

    /// What is different from when the run started.
    private static func changes(_ before: TargetSnapshot, _ now: TargetSnapshot?) -> [String] {
        guard let now else { return ["is not active any more"] }
        let fields: [(String, String, String)] = [
            ("name", before.name, now.name), ("host", before.host, now.host), ("environment", before.environment, now.environment),
            ("os", before.os, now.os), ("type", before.type.rawValue, now.type.rawValue), ("location", before.location, now.location),
            ("tags", before.tags.joined(separator: ", "), now.tags.joined(separator: ", ")),
        ]
        return fields.filter { $0.1 != $0.2 }.map { "\($0.0): \($0.1.isEmpty ? "none" : $0.1) → \($0.2.isEmpty ? "none" : $0.2)" }
    }
}

extension TargetConnection {
    /// What stands for a target that does not exist any more.
    static let noWay = "does not exist any more"

    /// How the target is reached: what a run over it would use, in words.
    var way: String { problem ?? methods.map(\.way).joined(separator: ", else ") }
}

extension ConnectionRoute {
    fileprivate var way: String {
        guard kind != .local else { return "local" }
        let account = "\(kind.rawValue) \(user)@\(host):\(port)" + (credential.map { " with credential \($0.text)" } ?? "")
        return jumps.isEmpty ? account : account + " through " + jumps.map(\.way).joined(separator: " and ")
    }
}
