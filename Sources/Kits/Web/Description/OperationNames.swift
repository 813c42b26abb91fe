/// Names for operations, derived from method and path: `listJobs`, `createJob`, `getJob`, `updateJob`, `deleteJob`, `jobRun`, `authLogin`.
struct OperationNames {
    private let routes: [Route]
    /// What one element of a collection is called: the path parameter that follows it.
    private let singulars: [String: String]
    private let byKey: [String: String]

    /// - Throws: `SchemaFault` when two operations would have the same name.
    init(_ routes: [Route]) throws {
        self.routes = routes
        var singulars: [String: String] = [:]
        for route in routes {
            for (name, next) in zip(route.segments, route.segments.dropFirst()) where next.hasPrefix("{") {
                singulars[name] = String(next.dropFirst().dropLast())
            }
        }
        self.singulars = singulars
        var byKey: [String: String] = [:]
        var taken: [String: String] = [:]
        for route in routes {
            let name = Self.name(route, singulars, routes)
            if let other = taken[name] {
                throw SchemaFault(description: "\(route.key) and \(other) would both be called \(name); change one path.")
            }
            taken[name] = route.key
            byKey[route.key] = name
        }
        self.byKey = byKey
    }

    /// The name of an operation.
    func name(_ route: Route) -> String { byKey[route.key] ?? route.key }

    private static func name(_ route: Route, _ singulars: [String: String], _ routes: [Route]) -> String {
        let segments = route.segments
        let isElement = segments.last?.hasPrefix("{") ?? false
        let literals = segments.indices.filter { !segments[$0].hasPrefix("{") }
        let nouns = literals.map { index -> String in
            let isOne = index + 1 < segments.count && segments[index + 1].hasPrefix("{")
            return isOne ? singulars[segments[index]] ?? segments[index] : segments[index]
        }
        let last = nouns.last ?? ""
        switch route.method {
        case .get:
            let isList = !isElement && String(reflecting: route.output).contains("Page<")
            return camel([isList ? "list" : "get"] + nouns)
        case .put: return camel(["update"] + nouns)
        case .delete: return camel(["delete"] + nouns)
        case .post:
            let isCollection = singulars[last] != nil || routes.contains { $0.path == route.path && $0.method == .get }
            if isElement { return camel(["change"] + nouns) }
            return isCollection ? camel(["create"] + nouns.dropLast() + [singulars[last] ?? last]) : camel(nouns)
        }
    }

    private static func camel(_ words: [String]) -> String {
        let parts = words.flatMap { $0.split { !($0.isLetter || $0.isNumber) } }
        return parts.enumerated().map { index, part in
            index == 0 ? part.prefix(1).lowercased() + part.dropFirst() : part.prefix(1).uppercased() + part.dropFirst()
        }.joined()
    }
}
