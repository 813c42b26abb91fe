import Contracts
import Vocabulary

/// Puts together how to reach targets. Pure: everything that methods refer to has been loaded.
struct RouteBuilder {
    /// Targets by id, with all that they go through.
    let targets: [TargetID: Target]
    /// The accounts of credentials by id.
    let usernames: [CredentialID: String]
    /// Why credentials cannot be used, by id.
    let unusable: [CredentialID: String]

    private struct Obstacle: Error {
        let message: String
    }

    /// How to reach a target, by all its methods or by the one at a position.
    func connection(to target: Target, method: Int?) -> TargetConnection {
        do throws(Obstacle) {
            guard !target.connections.isEmpty else { throw Obstacle(message: "`\(target.name)` has no connection method.") }
            let methods = method.map { target.connections.indices.contains($0) ? [target.connections[$0]] : [] } ?? target.connections
            guard !methods.isEmpty else { throw Obstacle(message: "`\(target.name)` has no connection method at this position.") }
            var routes: [ConnectionRoute] = []
            for method in methods { routes.append(try route(target, method, path: [target.id])) }
            return TargetConnection(target: target.id, methods: routes)
        } catch {
            return TargetConnection(target: target.id, methods: [], problem: error.message)
        }
    }

    private func route(_ target: Target, _ method: ConnectionMethod, path: [TargetID]) throws(Obstacle) -> ConnectionRoute {
        let user = method.user ?? method.credential.flatMap { usernames[$0] } ?? ""
        if let credential = method.credential {
            if let why = unusable[credential] { throw Obstacle(message: why) }
            guard usernames[credential] != nil else { throw Obstacle(message: "A credential of `\(target.name)` does not exist any more.") }
        }
        if method.kind == .ssh, user.isEmpty {
            throw Obstacle(message: "`\(target.name)` has an SSH connection without a user; set one there or in its credential.")
        }
        return ConnectionRoute(
            kind: method.kind, host: method.kind == .local ? "" : method.host ?? target.name,
            port: method.kind == .local ? 0 : method.port ?? 22, user: user, credential: method.credential,
            hostKeyPolicy: target.hostKeyPolicy, hostKeyOwner: target.id, hostKeys: target.hostKeys,
            connectTimeoutSeconds: method.connectTimeoutSeconds ?? 15, jumps: try jumps(of: method, from: target, path: path))
    }

    /// The hops before a method's host, nearest to the worker first.
    private func jumps(of method: ConnectionMethod, from target: Target, path: [TargetID]) throws(Obstacle) -> [ConnectionRoute] {
        guard let jump = method.jump else { return [] }
        guard !path.contains(jump) else { throw Obstacle(message: "The jump hosts of `\(target.name)` run in a circle.") }
        guard path.count <= ConnectionRules.mostJumps else {
            throw Obstacle(message: "`\(target.name)` is behind more than \(ConnectionRules.mostJumps) jump hosts.")
        }
        guard let host = targets[jump] else { throw Obstacle(message: "A jump host of `\(target.name)` does not exist any more.") }
        guard let way = host.connections.first(where: { $0.kind == .ssh }) else {
            throw Obstacle(message: "The jump host `\(host.name)` of `\(target.name)` has no SSH connection.")
        }
        var hop = try route(host, way, path: path + [jump])
        let before = hop.jumps
        hop.jumps = []
        return before + [hop]
    }
}
