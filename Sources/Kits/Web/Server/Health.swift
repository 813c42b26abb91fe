import Vocabulary

/// What the health checks answer.
struct Health: Codable, Sendable {
    let status: String

    static let alive = Endpoint<Nothing, Health>(.get, "/health", needs: .anyone, "Says that the process is alive.")
    static let ready = Endpoint<Nothing, Health>(.get, "/ready", needs: .anyone, "Says whether the process can serve requests.")

    static let metrics = Endpoint<Nothing, Download>(.get, "/metrics", needs: .anyone, "What the process measures, for Prometheus.")

    static func problem(_ missing: [String]) -> Problem {
        var problem = Problem.unavailable("Not ready: \(missing.joined(separator: "; ")).")
        problem.errors = missing.map { ProblemPlace($0) }
        return problem
    }
}
