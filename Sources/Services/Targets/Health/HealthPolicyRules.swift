import Contracts
import Flow
import Vocabulary

extension HealthPolicy {
    /// The name of the policy for targets that no other matches.
    static let defaultName = "default"
    /// Whether it is that one.
    var isDefault: Bool { name == Self.defaultName }

    /// A policy as it would be after it was saved.
    static func made(_ save: SaveHealthPolicy, id: HealthPolicyID, revision: Int, at now: Timestamp) -> HealthPolicy {
        HealthPolicy(
            id: id, name: save.name, filter: save.filter ?? "", position: save.position ?? 0, enabled: save.enabled ?? true,
            intervalSeconds: save.intervalSeconds ?? 300, timeoutSeconds: save.timeoutSeconds ?? 10,
            failThreshold: save.failThreshold ?? 3, recoverThreshold: save.recoverThreshold ?? 2,
            warnMilliseconds: save.warnMilliseconds, methods: 0, revision: revision, updatedAt: now)
    }

    /// When a state gets worse or better.
    var rules: HealthRules {
        HealthRules(failThreshold: failThreshold, recoverThreshold: recoverThreshold, warnMilliseconds: warnMilliseconds)
    }

    /// The time from one check to the next.
    var interval: Duration { .seconds(intervalSeconds) }

    /// What the audit log keeps of it.
    var audited: JSONValue {
        var fields: [String: JSONValue] = [
            "name": .string(name), "filter": .string(filter), "position": .integer(Int64(position)), "enabled": .boolean(enabled),
            "interval_seconds": .integer(Int64(intervalSeconds)), "timeout_seconds": .integer(Int64(timeoutSeconds)),
            "fail_threshold": .integer(Int64(failThreshold)), "recover_threshold": .integer(Int64(recoverThreshold)),
        ]
        if let warnMilliseconds { fields["warn_milliseconds"] = .integer(Int64(warnMilliseconds)) }
        return .object(fields)
    }
}

/// What may be saved of policies. Pure.
enum HealthPolicyRules {
    /// Everything that is wrong with a policy by itself.
    static func mistakes(in save: SaveHealthPolicy, isDefault: Bool) -> [ProblemPlace] {
        var places = TargetRules.nameMistakes(save.name, "policy")
        let isBlank = (save.filter ?? "").allSatisfy(\.isWhitespace)
        if isDefault {
            if !isBlank {
                places.append(ProblemPlace("The default policy is for all other targets and has no filter.", pointer: "#/filter"))
            }
            if save.name != HealthPolicy.defaultName {
                places.append(ProblemPlace("The default policy keeps its name.", pointer: "#/name"))
            }
        } else {
            if isBlank {
                places.append(ProblemPlace("Say which targets it is for, for example `env = production`.", pointer: "#/filter"))
            }
            if save.name.lowercased() == HealthPolicy.defaultName {
                places.append(ProblemPlace("Only the default policy has this name; choose another.", pointer: "#/name"))
            }
        }
        let numbers: [(String, Int?, ClosedRange<Int>, String)] = [
            ("interval_seconds", save.intervalSeconds, 5...86400, "The interval is 5 to 86400 seconds."),
            ("timeout_seconds", save.timeoutSeconds, 1...120, "The time for a check is 1 to 120 seconds."),
            ("fail_threshold", save.failThreshold, 1...100, "1 to 100 failures in a row make a state worse."),
            ("recover_threshold", save.recoverThreshold, 1...100, "1 to 100 successes in a row make a state better."),
            ("warn_milliseconds", save.warnMilliseconds, 1...120_000, "A check is slow after 1 to 120000 milliseconds."),
            ("position", save.position, 1...1000, "The position is 1 to 1000."),
        ]
        for (field, number, range, sentence) in numbers where number.map({ !range.contains($0) }) ?? false {
            places.append(ProblemPlace(sentence, pointer: "#/\(field)"))
        }
        return places
    }

    /// Whether a filter asks how targets are doing, which would make a policy depend on what it leads to.
    static func asksForHealth(_ expression: FilterExpression) -> Bool {
        switch expression {
        case .compare(let field, _, _), .oneOf(let field, _): field == .health
        case .not(let inner): asksForHealth(inner)
        case .and(let parts), .or(let parts): parts.contains(where: asksForHealth)
        case .everything, .range, .has, .group: false
        }
    }

    /// The policies in order after one was put at its place; the default is the last, positions count from 1.
    static func ordered(_ others: [HealthPolicy], with policy: HealthPolicy) -> [HealthPolicy] {
        var order = others.filter { !$0.isDefault }.sorted { $0.position < $1.position }
        if !policy.isDefault {
            let place = policy.position == 0 ? order.count : min(policy.position - 1, order.count)
            order.insert(policy, at: place)
        }
        order += others.filter(\.isDefault) + (policy.isDefault ? [policy] : [])
        return order.enumerated().map { index, policy in
            var placed = policy
            placed.position = index + 1
            return placed
        }
    }
}
