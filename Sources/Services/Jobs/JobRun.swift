import Contracts
import Flow
import Vocabulary

extension Job {
    /// Most branches at a time when neither the run nor the job says.
    static let usualParallel = 50

    /// What Executions is asked to start, all values checked.
    /// - Throws: `JobError.parameters` with all mistakes, `.noTargets`, `.filter`.
    func execution(with run: RunJob, by caller: Caller, once key: String?) throws(JobError) -> StartExecution {
        let values: ParameterValues
        do {
            values = try ParameterValues(given: run.parameters ?? [:], for: (definition.parameters ?? []).map { Parameter($0) })
        } catch {
            let places = error.all.map { mistake in
                ProblemPlace("\(mistake.name) \(mistake.detail)", pointer: "#/parameters/\(YAMLReader.escaped(mistake.name))")
            }
            throw .parameters(job: definition.name, places)
        }
        return StartExecution(
            job: id, jobSerial: serial, jobVersion: version, definition: definition, parameters: values.plain,
            secretParameters: values.secret, targets: try filter(run.targets), exclude: run.exclude ?? [],
            maxParallel: run.maxParallel ?? definition.maxParallel ?? Self.usualParallel, startedBy: caller.name,
            idempotencyKey: key.map { "\(caller.user?.text ?? caller.name):\($0)" })
    }

    private func filter(_ given: String?) throws(JobError) -> String {
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
