import Contracts
import Flow
import Vocabulary

/// Checks the limits that the wire types declare; a form comes checked, a YAML text does not.
enum JobLimits {
    /// The most steps of a job; what comes after them is not looked at.
    static let stepLimit = 200
    /// The most parameters of a job; what comes after them is not looked at.
    static let parameterLimit = most("parameters")

    /// What a run keeps may be larger: it has the steps of called jobs too.
    private static let jobLimits = JobDefinition.limits.merging(["steps": .count(1...stepLimit)]) { $1 }
    private static let stepLimits = StepDefinition.limits.merging(["name": .length(1...128)]) { $1 }

    private static func most(_ field: String) -> Int {
        guard case .count(let range)? = JobDefinition.limits[field] else { return .max }
        return range.upperBound
    }

    /// Every value outside of its limits.
    static func mistakes(in job: JobDefinition) -> [JobMistake] {
        var mistakes = check(JobOutline.tree(of: job), jobLimits, at: "")
        if let rollout = job.rollout { mistakes += check(JobOutline.tree(of: rollout), RolloutDefinition.limits, at: "/rollout") }
        for (index, parameter) in (job.parameters ?? []).prefix(parameterLimit).enumerated() {
            mistakes += check(JobOutline.tree(of: parameter), ParameterDefinition.limits, at: "/parameters/\(index)")
        }
        for (index, step) in job.steps.prefix(stepLimit).enumerated() {
            let pointer = "/steps/\(index)"
            mistakes += check(JobOutline.tree(of: step), stepLimits, at: pointer)
            if let script = step.script {
                mistakes += check(JobOutline.tree(of: script), ScriptDefinition.limits, at: "\(pointer)/script")
            }
            for (name, capture) in (step.outputs ?? [:]).sorted(by: { $0.key < $1.key }) {
                mistakes += check(
                    JobOutline.tree(of: capture), CaptureDefinition.limits, at: "\(pointer)/outputs/\(YAMLReader.escaped(name))")
            }
            if let approval = step.approval {
                mistakes += check(JobOutline.tree(of: approval), ApprovalDefinition.limits, at: "\(pointer)/approval")
            }
            if let rollback = step.rollback {
                mistakes += check(JobOutline.tree(of: rollback), RollbackDefinition.limits, at: "\(pointer)/rollback")
            }
            if let retries = step.retries {
                mistakes += check(JobOutline.tree(of: retries), RetryDefinition.limits, at: "\(pointer)/retries")
            }
        }
        return mistakes
    }

    private static func check(_ node: OutlineNode, _ limits: [String: WireLimit], at pointer: String) -> [JobMistake] {
        guard case .object(let fields) = node else { return [] }
        let named = Dictionary(uniqueKeysWithValues: limits.map { (snakeCase($0.key), $0.value) })
        return fields.compactMap { name, value in
            guard let limit = named[name], let detail = error(name, value, limit) else { return nil }
            return JobMistake("\(pointer)/\(name)", detail)
        }
    }

    private static func error(_ name: String, _ node: OutlineNode, _ limit: WireLimit) -> String? {
        switch (limit, node) {
        case (.length(let range), .value(.string(let text))):
            if range.contains(text.unicodeScalars.count) { return nil }
            return text.isEmpty ? "\(name) must not be empty." : "\(name) must have at most \(range.upperBound) characters."
        case (.pattern(let pattern), .value(.string(let text))):
            if (try? ParameterPattern(pattern))?.matches(text) == true { return nil }
            return "\(name) \(text.isEmpty ? "must not be empty" : "must match \(pattern)")."
        case (.range(let range), .value(.integer(let number))):
            if range.lowerBound <= number, number <= range.upperBound { return nil }
            return "\(name) must be between \(range.lowerBound) and \(range.upperBound)."
        case (.count(let range), .list(let items)):
            if range.contains(items.count) { return nil }
            return items.isEmpty ? "\(name) must not be empty." : "\(name) must have at most \(range.upperBound) elements."
        default: return nil
        }
    }

    private static func snakeCase(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? "_\($1.lowercased())" : String($1) }
    }
}
