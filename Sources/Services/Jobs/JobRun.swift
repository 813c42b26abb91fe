import Contracts
import Flow
import Vocabulary

extension Job {
    /// Most branches at a time when neither the run nor the job says.
    static let usualParallel = 50

    /// What Executions is asked to start, all values checked.
    /// - Throws: `JobError.parameters` with all mistakes, `.noTargets`, `.filter`, `.lock`, `.runLock`, `.call`.
    func execution(with run: RunJob, calling calls: JobCalls, by caller: Caller, once key: String?) throws(JobError) -> StartExecution {
        let values: ParameterValues
        do {
            values = try ParameterValues(given: run.parameters ?? [:], for: (definition.parameters ?? []).map { Parameter($0) })
        } catch {
            let places = error.all.map { mistake in
                ProblemPlace("\(mistake.name) \(mistake.detail)", pointer: "#/parameters/\(YAMLReader.escaped(mistake.name))")
            }
            throw .parameters(job: definition.name, places)
        }
        let flat: JobCalls.Flattened
        do throws(CallRefusal) { flat = try calls.flattened(definition, id: id, values: values) } catch { throw .call(error.detail) }
        return StartExecution(
            job: id, jobSerial: serial, jobVersion: version, definition: flat.definition, parameters: values.plain,
            secretParameters: values.secret, targets: try filter(run.targets), exclude: run.exclude ?? [],
            maxParallel: run.maxParallel ?? definition.maxParallel ?? Self.usualParallel,
            locks: flat.locks.union(try locks(with: values.plain)).union(try own(run.locks)).sorted(),
            priority: run.priority ?? definition.priority ?? .normal, startedBy: caller.name, trigger: .user(caller), plan: run.plan,
            confirm: run.confirm,
            idempotencyKey: key.map { "\(caller.user?.text ?? caller.name):\($0)" })
    }

    /// The names of the locks with the values of this run in them.
    private func locks(with parameters: [String: JSONValue]) throws(JobError) -> Set<String> {
        let values = TemplateValues(["parameters": .object(parameters)])
        var locks: Set<String> = []
        for text in definition.locks ?? [] {
            let name: String
            do throws(TemplateError) {
                name = try Template(parsing: text).render(for: .plain, values: values)
            } catch {
                throw .lock(text, error.description)
            }
            guard LockName.isValid(name) else { throw .lock(name, LockName.rule) }
            locks.insert(name)
        }
        return locks
    }

    /// The locks that the run asks for besides.
    private func own(_ locks: [String]?) throws(JobError) -> [String] {
        for lock in locks ?? [] where !LockName.isValid(lock) { throw .runLock(lock) }
        return locks ?? []
    }

    func filter(_ given: String?) throws(JobError) -> String {
        let filter = given.flatMap { $0.isEmpty ? nil : $0 } ?? definition.targets
        guard let filter else { throw .noTargets(job: definition.name) }
        do throws(FilterError) {
            _ = try FilterExpression.parse(filter)
        } catch {
            throw .filter(error.description)
        }
        return filter
    }
}
