import Contracts
import Flow
import Vocabulary

/// What must hold for a step that calls a job, whatever that job says.
enum CallRules {
    /// Everything that is wrong with it.
    static func mistakes(in step: StepDefinition, at pointer: String) -> [JobMistake] {
        var mistakes: [JobMistake] = []
        if step.called != nil || step.within != nil {
            mistakes.append(JobMistake(pointer, "called and within are filled in when a run starts; leave them out."))
        }
        guard let job = step.job else {
            guard step.parameters != nil else { return mistakes }
            return mistakes + [JobMistake("\(pointer)/parameters", "Only a step that calls a job has parameters; say which one with job.")]
        }
        if job.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
            mistakes.append(JobMistake("\(pointer)/job", "This must be the name or the serial of a job."))
        }
        mistakes += foreign(to: step).map { field, why in
            JobMistake("\(pointer)/\(field)", "A step that calls a job has no \(field): \(why).")
        }
        for (name, value) in (step.parameters ?? [:]).sorted(by: { $0.key < $1.key }) {
            switch value {
            case .array, .object:
                mistakes.append(JobMistake("\(pointer)/parameters/\(YAMLReader.escaped(name))", "This must be a single value."))
            default: continue
            }
        }
        if (step.parameters ?? [:]).count > JobLimits.parameterLimit {
            mistakes.append(JobMistake("\(pointer)/parameters", "A job has at most \(JobLimits.parameterLimit) parameters."))
        }
        return mistakes
    }

    /// The fields that it has and must not have, and why.
    private static func foreign(to step: StepDefinition) -> [(field: String, why: String)] {
        let work = "what is done stands in the called job"
        let fields: [(String, Bool, String)] = [
            ("command", step.command != nil, work), ("script", step.script != nil, work),
            ("approval", step.approval != nil, "put the approval into a step before it"),
            ("standard_input", step.standardInput != nil, work), ("environment", step.environment != nil, work),
            ("working_directory", step.workingDirectory != nil, work),
            ("for_each", step.forEach != nil, "a job is called once; let the steps of the called job loop, over a parameter or an output"),
            ("outputs", step.outputs != nil, "the called job says in its own outputs what can be read of it"),
            ("rollback", step.rollback != nil, "the steps of the called job say how they are undone"),
            ("retries", step.retries != nil, "the steps of the called job say how they are tried again"),
            ("timeout_seconds", step.timeoutSeconds != nil, "the called job has its own time limits"),
            ("idle_timeout_seconds", step.idleTimeoutSeconds != nil, "the steps of the called job have their own time limits"),
            ("accepted_exit_codes", step.acceptedExitCodes != nil, work), ("repeatable", step.repeatable != nil, work),
            ("survives", step.survives != nil, work), ("output_limit_bytes", step.outputLimitBytes != nil, work),
        ]
        return fields.filter(\.1).map { ($0.0, $0.2) }
    }
}
