import Contracts
import Flow
import Vocabulary

/// A job as far as others that call it need to know it.
struct CallableJob: Sendable {
    let id: JobID
    let serial: String
    let version: Int
    let definition: JobDefinition

    init(id: JobID, serial: String, version: Int, definition: JobDefinition) {
        self.id = id
        self.serial = serial
        self.version = version
        self.definition = definition
    }

    init(_ job: Job) { self.init(id: job.id, serial: job.serial, version: job.version, definition: job.definition) }
}

/// Why a job cannot be called.
struct CallRefusal: Error, Sendable, Hashable {
    /// The position (from 0) of the step of the outermost job.
    let step: Int
    /// The field of that step, or nil when the reason lies deeper.
    let field: String?
    /// One sentence.
    let detail: String
}

/// The jobs that calls lead to, and the steps of a run with those of called jobs among them: pure.
struct JobCalls: Sendable {
    /// How deep jobs may call each other.
    static let deepest = 10
    /// The most steps of a run, with those of called jobs.
    static let mostSteps = 1000

    /// The jobs by what calls name them.
    private(set) var jobs: [String: CallableJob] = [:]

    /// A run's definition with the steps of called jobs.
    struct Flattened: Sendable {
        var definition: JobDefinition
        /// The locks of the called jobs.
        var locks: Set<String> = []
    }

    /// How a reference is looked up.
    static func key(_ reference: String) -> String { Job.key(reference) }

    /// Puts a job where calls find it.
    mutating func add(_ job: CallableJob, as reference: String) { jobs[Self.key(reference)] = job }

    /// The references of calls that were not looked up yet.
    func missing(in definition: JobDefinition) -> [String] {
        definition.steps.compactMap(\.job).filter { jobs[Self.key($0)] == nil }
    }

    /// The definition with the steps of called jobs behind the steps that call, as a run keeps it. `values` are those of the run; nil when
    /// nobody runs it yet, so that only what does not depend on them is checked.
    func flattened(_ definition: JobDefinition, id: JobID?, values: ParameterValues?) throws(CallRefusal) -> Flattened {
        guard definition.steps.contains(where: { $0.job != nil }) else { return Flattened(definition: definition) }
        var flattening = CallFlattening(calls: self, isRun: values != nil)
        let secrets = (definition.parameters ?? []).filter { $0.type == .secret }.map { ($0.name, $0.name) }
        try flattening.add(
            CallFrame(
                definition: definition, path: [(id, definition.name)], known: values?.plain ?? [:], secrets: values?.secret ?? [:],
                secretNames: Dictionary(secrets) { first, _ in first }))
        var flat = definition
        flat.steps = flattening.steps
        return Flattened(definition: flat, locks: flattening.locks)
    }
}
