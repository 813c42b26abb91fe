import Contracts
import Vocabulary

/// Everything the Jobs service refuses.
enum JobError: Error, Sendable, Hashable {
    /// There is no job with this id, serial or name.
    case notFound(String)
    /// The job has no such version.
    case versionNotFound(job: String, version: String)
    /// The definition is wrong at these places.
    case invalid([ProblemPlace])
    /// Neither or both of form and YAML were given.
    case notOneOfTwo
    /// Another job has this name.
    case nameTaken(String)
    /// Somebody else saved meanwhile.
    case staleVersion(sent: Int, current: Int)
    /// The values of a run's parameters are wrong.
    case parameters(job: String, [ProblemPlace])
    /// Neither the job nor the run says on which targets.
    case noTargets(job: String)
    /// The filter of a run cannot be read.
    case filter(String)
    /// The name of a lock cannot be with the values of the run.
    case lock(String, String)
    /// A run asks for a lock whose name cannot be.
    case runLock(String)
    /// The run cannot have the steps of a job that it calls, and why.
    case call(String)
    /// The caller may not save a job whose runs on production need no confirmation.
    case mayNotConfirm
    /// The cursor is not one of ours.
    case cursor
}

extension JobError: ProblemConvertible {
    /// Who may save a job whose runs on production need no confirmation.
    static let confirmRule =
        "Saving a job with confirmed_for_production needs the permission guard.write; leave it out, or ask an administrator."

    /// How it looks from outside.
    var problem: Problem {
        switch self {
        case .notFound(let job): .notFound("job \(job.prefix(200))")
        case .versionNotFound(let job, let version): .notFound("version \(version.prefix(20)) of the job \(job)")
        case .invalid(let places):
            .invalid(places.count == 1 ? "The job has a mistake: \(places[0].detail)" : "The job has \(places.count) mistakes.", places)
        case .notOneOfTwo:
            .invalid(
                "Send the job either as a form (definition) or as YAML (yaml).", [ProblemPlace("exactly one of the two", pointer: "#")])
        case .nameTaken(let name): .conflict("There is already a job named \(name). Choose another name.")
        case .staleVersion(let sent, let current): .staleRevision(sent: sent, current: current)
        case .parameters(let job, let places):
            .invalid(
                places.count == 1
                    ? "A parameter of \(job) is wrong: \(places[0].detail)" + (places[0].detail.hasSuffix("?") ? "" : ".")
                    : "\(places.count) parameters of \(job) are wrong.",
                places)
        case .noTargets(let job):
            .invalid(
                "The job \(job) does not say on which targets it runs; give a filter.",
                [ProblemPlace("is needed, because the job has none", pointer: "#/targets")])
        case .filter(let detail):
            .invalid("The filter of the targets cannot be read: \(detail)", [ProblemPlace(detail, pointer: "#/targets")])
        case .lock(let name, let detail):
            .invalid(
                "The run cannot hold the lock \(name.prefix(200)): \(detail)",
                [ProblemPlace("makes a lock that cannot be", pointer: "#/parameters")])
        case .runLock(let name):
            .invalid(
                "The run cannot hold the lock \(name.prefix(200)): \(LockName.rule)",
                [ProblemPlace("cannot be the name of a lock", pointer: "#/locks")])
        case .call(let why): .conflict("Nothing was started. \(why)")
        case .mayNotConfirm: Problem("forbidden", "Not allowed", status: 403, Self.confirmRule)
        case .cursor: .invalid("The cursor is not one that this list gave out.", [ProblemPlace("not a cursor", pointer: "#/cursor")])
        }
    }
}
