import Contracts
import Vocabulary

/// Finds ids where the server asks for an id and people say a name.
extension ServerConnection {
    /// The id of a target, by id, serial or name.
    package func target(_ reference: String) async throws -> TargetID {
        try await call(TargetsAPI.show, ["target": reference]).id
    }

    /// The id of a credential, by id or name.
    /// - Throws: `ClientFailure` when there is none.
    package func credential(_ reference: String) async throws -> CredentialID {
        let all = try await all(TargetsAPI.credentials) { PageQuery(limit: 500, cursor: $0) }
        guard let found = all.first(where: { $0.id.text == reference.lowercased() || $0.name.lowercased() == reference.lowercased() })
        else {
            let near = Likeness.nearest(to: reference, among: all.map(\.name)).map { "; did you mean \($0)?" }
            throw ClientFailure.usage("There is no credential \(reference)" + (near ?? "."))
        }
        return found.id
    }

    /// The id of a personal token, by id or name.
    /// - Throws: `ClientFailure` when there is none, or more than one of that name.
    package func token(_ reference: String) async throws -> TokenID {
        let all = try await all(AuthAPI.tokens) { PageQuery(limit: 500, cursor: $0) }
        if let exact = all.first(where: { $0.id.text == reference.lowercased() }) { return exact.id }
        let named = all.filter { $0.name == reference }
        guard let first = named.first else { throw ClientFailure.usage("You have no token \(reference).") }
        guard named.count == 1 else {
            throw ClientFailure.usage("You have \(named.count) tokens named \(reference); say which one by its id (see token list).")
        }
        return first.id
    }

    /// The branches of an execution by number.
    package func branches(of execution: String) async throws -> [Branch] {
        try await all(ExecutionsAPI.branches, ["execution": execution]) { BranchQuery(limit: 1000, cursor: $0) }
    }
}
