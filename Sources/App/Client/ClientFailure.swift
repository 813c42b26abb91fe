import Vocabulary

/// Why a command of the CLI ends, with its exit code: 1 something failed, 2 wrong usage, 3 the server could not be reached or did not let us in.
package struct ClientFailure: Error, Sendable, CustomStringConvertible {
    /// One sentence, perhaps with a list of places on further lines.
    package let description: String
    /// The exit code of the process.
    package let code: Int32

    /// Makes the value.
    package init(_ description: String, code: Int32) {
        self.description = description
        self.code = code
    }

    /// The command was given something that makes no sense.
    package static func usage(_ sentence: String) -> ClientFailure { ClientFailure(sentence, code: 2) }

    /// The command did its work, and something in it failed.
    package static func failed(_ sentence: String) -> ClientFailure { ClientFailure(sentence, code: 1) }

    /// Nobody is signed in, or the sign-in has ended.
    package static func signIn(_ sentence: String) -> ClientFailure { ClientFailure(sentence, code: 3) }

    /// What the server answered: 400, 404, 409, 412 and 422 are usage, 401 and 503 mean that it is out of reach.
    package init(_ problem: Problem) {
        let places = (problem.errors ?? []).prefix(100).map { place in
            let position = [place.line.map { "line \($0)" }, place.column.map { "column \($0)" }].compactMap { $0 }.joined(separator: ", ")
            let start = position.isEmpty ? place.pointer ?? "" : position
            return "\n  \(start.isEmpty ? "" : "\(start): ")\(place.detail)"
        }
        let showsPlaces = places.count > 1 || problem.errors?.first.map { !problem.detail.contains($0.detail) } == true
        switch problem.status {
        case 401: self.init("\(problem.detail) Sign in with: opsconductor login", code: 3)
        case 503: self.init(problem.detail, code: 3)
        case 400, 404, 409, 412, 422: self.init(problem.detail + (showsPlaces ? places.joined() : ""), code: 2)
        default: self.init(problem.detail, code: 1)
        }
    }

    /// Anything that a command throws, as a failure.
    package init(_ error: any Error) {
        switch error {
        case let failure as ClientFailure: self = failure
        case let error as any ProblemConvertible: self.init(error.problem)
        case is CancellationError: self.init("Interrupted.", code: 130)
        default: self.init(String(describing: error), code: 1)
        }
    }
}
