import Contracts
import Store
import Vault
import Vocabulary
import Web

/// Starts executions: of jobs, of single commands, and again.
package struct StartOperations: Sendable {
    let room: ExecutionsRoom

    /// Starts an execution of a job on the active targets that match. The same idempotency key again gives the same receipt.
    /// - Throws: `ExecutionError.noTargets`, `.keyReused`; problems of Targets about the filter.
    package func start(_ order: StartExecution) async throws -> RunReceipt {
        let fingerprint = Self.fingerprint(
            order.job.text, order.targets, order.exclude, order.maxParallel, order.parameters, order.secretParameters.keys.sorted())
        return try await begin(StartWish(order, fingerprint: fingerprint), SelectTargets(filter: order.targets, exclude: order.exclude))
    }

    /// Runs one command on the active targets that match.
    /// - Throws: as `start`.
    package func run(_ command: RunCommand, by caller: Caller, once key: String?) async throws -> RunReceipt {
        if let bad = command.locks?.firstIndex(where: { !LockName.isValid($0) }) { throw ExecutionError.badLock(bad) }
        let wish = StartWish(
            kind: .command, name: Self.title(command.command), definition: ExecutionRules.definition(of: command),
            parameters: [:], secrets: [:], filter: command.targets, maxParallel: command.maxParallel ?? 50,
            priority: command.priority ?? .normal, locks: Array(Set(command.locks ?? [])).sorted(), startedBy: caller.name,
            trigger: .user(caller), confirm: command.confirm,
            key: Self.ownKey(key, of: caller),
            fingerprint: Self.fingerprint(
                command.command, command.targets, command.exclude ?? [], command.maxParallel ?? 50, [:], []))
        return try await begin(wish, SelectTargets(filter: command.targets, exclude: command.exclude))
    }

    /// Runs the same version with the same parameters again, on all targets or on those that did not succeed, from the start or from where they
    /// failed.
    /// - Throws: `ExecutionError.noExecution`, `.stillRunning`, `.nothingFailed`, `.resumesFailedOnly`, `.noTargets`.
    package func rerun(
        _ name: String, _ order: RerunExecution, by caller: Caller, once key: String?
    ) async throws -> RunReceipt {
        let (scope, resumes) = (order.scope, order.resume ?? false)
        if resumes, scope != .failed { throw ExecutionError.resumesFailedOnly }
        let (stored, content, targets, kept, locks) = try await room.database.read { transaction in
            let stored = try await room.require(name, in: transaction)
            guard let content = try await room.executions.content(stored.key, in: transaction) else {
                throw ExecutionError.noExecution(name)
            }
            let states = BranchState.allCases.filter { scope == .all || $0 != .succeeded }
            let branches = try await room.branches.all(stored.key, states: states, in: transaction)
            let kept = resumes ? try await self.kept(of: branches, stored, content, in: transaction) : nil
            return (stored, content, branches.map(\.target), kept, try await room.executions.locks(stored.key, in: transaction))
        }
        let run = stored.execution
        guard run.state.isFinal else { throw ExecutionError.stillRunning(serial: run.serial) }
        guard !targets.isEmpty else { throw ExecutionError.nothingFailed(serial: run.serial) }
        var job: (id: JobID, serial: String, version: Int)?
        if let id = run.job, let serial = run.jobSerial, let version = run.jobVersion { job = (id, serial, version) }
        let wish = StartWish(
            kind: run.kind, job: job, name: run.name, definition: content.definition, parameters: content.parameters,
            secrets: try secrets(of: stored, content), filter: run.targets, maxParallel: run.maxParallel,
            priority: run.priority, locks: locks, concurrency: content.definition.concurrency ?? .allow, startedBy: caller.name,
            trigger: .user(caller), rerunOf: run.serial, kept: kept, confirm: order.confirm, key: Self.ownKey(key, of: caller),
            fingerprint: "rerun \(run.serial) \(scope.rawValue)\(resumes ? " resume" : "")")
        return try await begin(wish, SelectTargets(ids: targets))
    }

    private func kept(
        of branches: [StoredBranch], _ stored: StoredExecution, _ content: ExecutionContent, in transaction: any Transaction
    ) async throws -> [TargetID: [StepResult]] {
        let steps = try await room.branches.steps(stored.key, branches: branches.map(\.number), in: transaction)
        let serial = stored.execution.serial
        let kept = branches.map {
            ($0.target, ExecutionFlow.kept(steps[$0.number] ?? [], from: serial, definition: content.definition))
        }
        return Dictionary(kept, uniquingKeysWith: { first, _ in first })
    }

    /// The targets of a run that may be.
    private func targets(of wish: StartWish, _ selection: SelectTargets) async throws -> SelectedTargets {
        let selected = try await select(selection)
        guard !selected.targets.isEmpty else {
            throw ExecutionError.noTargets(filter: wish.filter, leftOut: selected.leftOut)
        }
        if let plan = wish.plan, let order = wish.order, try PlanOperations.hash(order, selected.targets) != plan {
            throw ExecutionError.planChanged
        }
        try await GuardOperations(room: room).check(
            selected.targets, job: wish.kind == .job ? wish.name : nil, confirm: wish.confirm,
            isConfirmed: wish.definition.confirmedForProduction == true)
        return selected
    }

    func begin(_ wish: StartWish, _ selection: SelectTargets) async throws -> RunReceipt {
        if let key = wish.key, let receipt = try await earlier(key, wish.fingerprint) { return receipt }
        let selected = try await targets(of: wish, selection)
        let id = ExecutionID.make(room.ids)
        let sealed = try seal(wish.secrets, for: id)
        if wish.concurrency == .replace, let job = wish.job { try await replace(job, by: wish.startedBy) }
        let start = PreparedStart(wish: wish, selected: selected, sealed: sealed, id: id)
        let keeper = StartKeeper(room: room)
        let receipt =
            start.isSociable ? try await room.starts.keep(start) { try await keeper.keep($0) } : try await keeper.keep([start])[0]
        if let receipt { return receipt }
        // The same key came twice at the same time: the other one was first.
        guard let key = wish.key, let receipt = try await earlier(key, wish.fingerprint) else {
            throw StoreError.duplicate(constraint: "executions")
        }
        return receipt
    }

    /// Cancels the executions of a job that have not ended.
    private func replace(_ job: (id: JobID, serial: String, version: Int), by starter: String) async throws {
        let open = try await room.database.read { transaction in try await room.executions.allOpen(job.id, in: transaction) }
        for serial in open {
            do {
                try await CancelOperations(room: room).cancel(serial, cause: "Replaced by a newer execution, which \(starter) started.")
            } catch ExecutionError.alreadyEnded {
                continue
            }
        }
    }

    /// A mistake in the filter is told for the place where it stands in the wish.
    func select(_ selection: SelectTargets) async throws -> SelectedTargets {
        do {
            return try await room.peer.call(TargetsAPI.select, [:], selection, as: ExecutionsRoom.caller)
        } catch var problem as Problem {
            problem.errors = problem.errors?.map { place in
                var place = place
                if place.pointer == "#/filter" { place.pointer = "#/targets" }
                return place
            }
            throw problem
        }
    }

    private func earlier(_ key: String, _ fingerprint: String) async throws -> RunReceipt? {
        try await room.database.read { transaction in
            guard let stored = try await room.executions.find(idempotencyKey: key, in: transaction) else { return nil }
            guard stored.fingerprint == fingerprint else { throw ExecutionError.keyReused(key) }
            let content = try await room.executions.content(stored.key, in: transaction)
            return RunReceipt(
                id: stored.execution.id, serial: stored.execution.serial, targets: stored.execution.counts.total,
                leftOut: content?.leftOut ?? [])
        }
    }

    func seal(_ secrets: [String: Secret], for id: ExecutionID) throws -> String? {
        if secrets.isEmpty { return nil }
        return Base64.encode(try room.vault.seal(try JSONCodec.encode(secrets), for: Self.place(id)))
    }

    private func secrets(of stored: StoredExecution, _ content: ExecutionContent) throws -> [String: Secret] {
        guard let sealed = content.sealedSecrets.flatMap(Base64.decode) else { return [:] }
        let plain = try room.vault.open(sealed, for: Self.place(stored.execution.id))
        return try JSONCodec.decode([String: Secret].self, from: plain)
    }

    /// Where the secret parameters of an execution stand; bound to the ciphertext.
    static func place(_ id: ExecutionID) -> String { "executions/\(id.text)/secrets" }

    private static func ownKey(_ key: String?, of caller: Caller) -> String? {
        key.map { "\(caller.user?.text ?? caller.name):\($0)" }
    }

    private static func title(_ command: String) -> String {
        let line = command.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? command
        return line.count > 120 ? line.prefix(119) + "…" : line
    }

    private static func fingerprint(
        _ what: String, _ targets: String, _ exclude: [TargetID], _ maxParallel: Int, _ parameters: [String: JSONValue],
        _ secrets: [String]
    ) -> String {
        let values = parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return ([what, targets, "\(maxParallel)"] + exclude.map(\.text).sorted() + values + secrets).joined(separator: "\u{1f}")
    }
}
