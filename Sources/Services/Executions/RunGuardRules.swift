import Contracts
import Vocabulary

/// What the guard says about a run: pure.
struct RunGuardRules {
    let rules: RunGuard
    /// The targets of the run.
    let targets: [TargetSnapshot]
    /// The name of the job; nil for a single command.
    let job: String?

    /// Why the run may not have so many targets; nil when it may.
    var tooMany: ExecutionError? {
        guard let most = rules.mostTargets, targets.count > most else { return nil }
        return .tooManyTargets(targets.count, most: most)
    }

    /// Why the run must be confirmed, when that is not done; nil when it is, or need not be.
    func unconfirmed(_ confirm: String?) -> ExecutionError? {
        let names = Set(rules.production.map { $0.lowercased() })
        let touched = Set(targets.map(\.environment).filter { names.contains($0.lowercased()) })
        guard !touched.isEmpty, confirm != String(targets.count), confirm == nil || confirm != job else { return nil }
        return .unconfirmed(environments: touched.sorted(), targets: targets.count, job: job)
    }
}

extension RunGuard {
    /// As it is installed: it holds nothing up.
    static let open = RunGuard(production: [], revision: 0)
}
