import Contracts
import Flow
import Vocabulary

/// A job whose steps are put among those of a run, and what is known of its values.
struct CallFrame {
    var definition: JobDefinition
    /// The jobs that lead here, this one last.
    var path: [(id: JobID?, name: String)]
    /// The values of its parameters as far as they are known before it runs; without secrets.
    var known: [String: JSONValue]
    /// The values of its secret parameters, when somebody runs it.
    var secrets: [String: Secret]
    /// Which secret parameter of the run each of its secret parameters is.
    var secretNames: [String: String]
    /// The number of the step that calls it; nil for the job that is run.
    var within: Int?
    /// The step of the outermost job that leads here, from 0.
    var outermost: Int?
}

/// Puts steps behind each other, each call before the steps of the job that it calls.
struct CallFlattening {
    let calls: JobCalls
    /// Whether there are values, so that everything must be right.
    let isRun: Bool
    private(set) var steps: [StepDefinition] = []
    private(set) var locks: Set<String> = []
    private var names: Set<String> = []

    init(calls: JobCalls, isRun: Bool) {
        self.calls = calls
        self.isRun = isRun
    }

    /// Adds the steps of a job.
    mutating func add(_ frame: CallFrame) throws(CallRefusal) {
        let prefix = frame.within.map { steps[$0 - 1].name + StepDefinition.callMark } ?? ""
        try checkOutputs(frame)
        for (index, step) in frame.definition.steps.enumerated() {
            let outermost = frame.outermost ?? index
            var copy = step
            copy.name = prefix + step.name
            let needs = step.needs ?? (index == 0 ? [] : [frame.definition.steps[index - 1].name])
            copy.needs = needs.map { prefix + $0 }
            if let within = frame.within {
                copy.within = within
                if needs.isEmpty { copy.needs = [steps[within - 1].name] }
            }
            guard names.insert(copy.name).inserted else {
                throw CallRefusal(
                    step: outermost, field: nil,
                    detail: "There would be two steps named \(copy.name.prefix(200)); give one of them another name.")
            }
            steps.append(copy)
            if steps.count > JobCalls.mostSteps {
                throw CallRefusal(
                    step: outermost, field: nil,
                    detail:
                        "With the steps of called jobs a run has at most \(JobCalls.mostSteps) steps, and \(frame.path[0].name) would have more."
                )
            }
            if let reference = step.job { try call(reference, step, frame, outermost) }
        }
    }

    private mutating func call(_ reference: String, _ step: StepDefinition, _ frame: CallFrame, _ outermost: Int) throws(CallRefusal) {
        let refuse = { (field: String, detail: String) in
            CallRefusal(step: outermost, field: frame.outermost == nil ? field : nil, detail: detail)
        }
        let caller = "The job \(frame.definition.name), step \(step.name)"
        guard let job = calls.jobs[JobCalls.key(reference)] else {
            throw refuse("job", "\(caller): there is no job \(reference.prefix(128)) to call.")
        }
        let path = frame.path + [(job.id, job.definition.name)]
        if let first = frame.path.firstIndex(where: { $0.id == job.id }) {
            let circle = path[first...].map(\.name).joined(separator: " → ")
            throw refuse("job", "A job cannot call itself, not through others either: \(circle).")
        }
        if path.count > JobCalls.deepest + 1 {
            let way = path.map(\.name).joined(separator: " → ")
            throw refuse("job", "Jobs call each other at most \(JobCalls.deepest) deep: \(way.prefix(1000)).")
        }
        var next = CallFrame(
            definition: job.definition, path: path, known: [:], secrets: [:], secretNames: [:], within: steps.count, outermost: outermost)
        do throws(CallMistake) {
            try CallBinding(step: step, caller: frame, called: job.definition).bind(&next)
        } catch {
            throw refuse(
                error.parameter.map { "parameters/\(YAMLReader.escaped($0))" } ?? "parameters",
                "\(caller) calls \(job.definition.name): \(error.detail)")
        }
        let position = steps.count - 1
        steps[position].called = CalledJob(
            id: job.id, serial: job.serial, name: job.definition.name, version: job.version, parameters: job.definition.parameters,
            secrets: next.secretNames.isEmpty ? nil : next.secretNames, outputs: job.definition.outputs,
            timeoutSeconds: job.definition.timeoutSeconds, exclusive: (job.definition.concurrency ?? .allow) == .allow ? nil : true)
        // That a call has begun does nothing on the target: another worker goes on with it.
        steps[position].repeatable = true
        if isRun { try takeLocks(of: next) }
        try add(next)
    }

    /// What steps read of the jobs that they call must be there.
    private func checkOutputs(_ frame: CallFrame) throws(CallRefusal) {
        let own = frame.definition.steps.filter { $0.job != nil }
        guard !own.isEmpty else { return }
        let called = own.compactMap { step in
            calls.jobs[JobCalls.key(step.job ?? "")].map { (step.name, ($0.definition.outputs ?? [:]).keys.sorted()) }
        }
        let parameters = frame.definition.parameters ?? []
        let flow = JobFlow(steps: frame.definition.steps, parameters: parameters, called: Dictionary(called) { first, _ in first })
        for (index, step) in frame.definition.steps.enumerated() {
            var mistakes = flow.templates(of: index).mistakes(in: step, at: "/steps/\(index)")
            if let rollback = step.rollbackStep {
                mistakes += flow.templatesOfRollback(of: index).mistakes(in: rollback, at: "/steps/\(index)/rollback")
            }
            try refuse(mistakes, frame, index)
        }
        try refuse(flow.mistakes, frame, nil)
        try refuse(flow.mistakes(inOutputs: frame.definition.outputs ?? [:]), frame, nil)
    }

    private func refuse(_ mistakes: [JobMistake], _ frame: CallFrame, _ step: Int?) throws(CallRefusal) {
        guard let mistake = mistakes.first else { return }
        let parts = mistake.pointer.split(separator: "/", maxSplits: 2)
        let own = step ?? (parts.count > 1 && parts[0] == "steps" ? Int(parts[1]) : nil) ?? 0
        throw CallRefusal(
            step: frame.outermost ?? own, field: frame.outermost == nil && parts.count == 3 ? String(parts[2]) : nil,
            detail: frame.outermost == nil ? mistake.detail : "The job \(frame.definition.name): \(mistake.detail)")
    }

    /// The locks of a called job are taken when the run begins, so that their names must be known by then.
    private mutating func takeLocks(of frame: CallFrame) throws(CallRefusal) {
        let values = TemplateValues(["parameters": .object(frame.known)])
        for text in frame.definition.locks ?? [] {
            let name: String
            do throws(TemplateError) {
                name = try Template(parsing: text).render(for: .plain, values: values)
            } catch {
                throw refusal(of: text, frame, "\(error.description) Pass it values that are known when the run starts.")
            }
            guard LockName.isValid(name) else { throw refusal(of: name, frame, LockName.rule) }
            locks.insert(name)
        }
    }

    private func refusal(of lock: String, _ frame: CallFrame, _ why: String) -> CallRefusal {
        CallRefusal(
            step: frame.outermost ?? 0, field: nil,
            detail: "The run cannot hold the lock \(lock.prefix(200)) of the called job \(frame.definition.name): \(why)")
    }
}
