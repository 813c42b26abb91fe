import Contracts
import Vocabulary

/// When a state gets worse or better.
struct HealthRules: Sendable, Hashable {
    /// So many checks in a row have to fail, or to be slow.
    var failThreshold: Int
    /// So many checks in a row have to succeed, or to be quick.
    var recoverThreshold: Int
    /// A check that takes longer is slow; nil for never.
    var warnMilliseconds: Int?
}

/// What a check found.
enum CheckOutcome: Sendable, Hashable {
    case failed
    case succeeded(milliseconds: Double)
}

/// How one connection method is doing, and how far it is from another state. Pure: a state changes only after as many checks in a row as its rules
/// ask for, so one that comes and goes does not alarm anybody.
struct HealthRun: Sendable, Hashable {
    var state = HealthState.unknown
    var since: Timestamp?
    /// How many checks in a row failed, succeeded, succeeded slowly, and succeeded quickly.
    var failures = 0
    var successes = 0
    var slow = 0
    var quick = 0

    /// Takes in what a check found.
    mutating func take(_ outcome: CheckOutcome, _ rules: HealthRules, at now: Timestamp) {
        switch outcome {
        case .failed: (failures, successes, slow, quick) = (failures + 1, 0, 0, 0)
        case .succeeded(let milliseconds):
            let isSlow = rules.warnMilliseconds.map { milliseconds > Double($0) } ?? false
            (failures, successes) = (0, successes + 1)
            (slow, quick) = isSlow ? (slow + 1, 0) : (0, quick + 1)
        }
        let next = next(rules)
        if next != state { (state, since) = (next, now) }
    }

    private func next(_ rules: HealthRules) -> HealthState {
        if failures >= rules.failThreshold { return .critical }
        if failures > 0 { return state }
        switch state {
        case .unknown: return slow >= rules.failThreshold ? .warning : .healthy
        case .critical:
            if successes < rules.recoverThreshold { return .critical }
            return slow > 0 ? .warning : .healthy
        case .healthy: return slow >= rules.failThreshold ? .warning : .healthy
        case .warning: return quick >= rules.recoverThreshold ? .healthy : .warning
        }
    }

    /// Nothing is known any more.
    mutating func forget(at now: Timestamp) {
        self = HealthRun(state: .unknown, since: state == .unknown ? since : now)
    }
}

/// How a target is doing, given its connection methods. Pure.
enum HealthSum {
    /// Critical when no method can be used, healthy when all that were looked at are.
    static func state(of methods: [HealthState]) -> HealthState {
        let known = methods.filter { $0 != .unknown }
        if known.isEmpty { return .unknown }
        if known.allSatisfy({ $0 == .healthy }) { return .healthy }
        return methods.allSatisfy { $0 == .critical } ? .critical : .warning
    }

    /// Why it is not healthy, in one sentence.
    static func cause(_ state: HealthState, of methods: [CheckedMethod]) -> String? {
        guard state == .warning || state == .critical else { return nil }
        let bad = methods.filter { $0.run.state == .critical || $0.run.state == .warning }
        guard let first = bad.first(where: { $0.run.state == .critical }) ?? bad.first else { return nil }
        let why = first.run.state == .critical ? first.cause ?? "The check failed." : slowness(first)
        guard methods.count > 1, bad.count < methods.count else { return why }
        return "\(bad.count) of \(methods.count) connection methods cannot be relied on: \(why)"
    }

    private static func slowness(_ method: CheckedMethod) -> String {
        "Checks are slow: the last one took \(Int((method.milliseconds ?? 0).rounded())) ms."
    }
}

/// One connection method as it was checked.
struct CheckedMethod: Sendable, Hashable {
    var target: TargetID
    var position: Int
    var kind: ConnectionKind
    var policy: HealthPolicyID
    var nextAt: Timestamp?
    var run: HealthRun
    var checkedAt: Timestamp?
    var milliseconds: Double?
    /// The cause of the last failure.
    var cause: String?
    var failedAt: Timestamp?
    /// The last failure with its stages, as JSON.
    var failure: String?

    /// The name of its check in a batch.
    var key: String { CheckKey.of(target, position) }
}

/// How checks are named in a batch.
enum CheckKey {
    static func of(_ target: TargetID, _ position: Int) -> String { "\(target.text)/\(position)" }
}
