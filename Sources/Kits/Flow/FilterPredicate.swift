/// What filters can see of a target.
package struct FilterSubject: Sendable, Hashable {
    /// The name.
    package var name: String
    /// The serial.
    package var serial: String
    /// The environment; empty when unknown.
    package var environment: String
    /// The operating system; empty when unknown.
    package var os: String
    /// The kind of system as it is written in filters.
    package var type: String
    /// The status as it is written in filters.
    package var status: String
    /// How it is doing as it is written in filters.
    package var health: String
    /// Where it stands; empty when unknown.
    package var location: String
    /// Tags.
    package var tags: [String]
    /// Facts by name.
    package var facts: [String: String]

    /// Makes the value.
    package init(
        name: String, serial: String = "", environment: String = "", os: String = "", type: String = "", status: String = "",
        health: String = "unknown", location: String = "", tags: [String] = [], facts: [String: String] = [:]
    ) {
        self.name = name
        self.serial = serial
        self.environment = environment
        self.os = os
        self.type = type
        self.status = status
        self.health = health
        self.location = location
        self.tags = tags
        self.facts = facts
    }

    /// The folded values of a field; none for a fact that is not known.
    fileprivate func values(of field: FilterField) -> [String] {
        switch field {
        case .name: [FilterText.folded(name)]
        case .tag: tags.map(FilterText.folded)
        case .environment: [FilterText.folded(environment)]
        case .os: [FilterText.folded(os)]
        case .type: [FilterText.folded(type)]
        case .status: [FilterText.folded(status)]
        case .health: [FilterText.folded(health)]
        case .location: [FilterText.folded(location)]
        case .serial: [FilterText.folded(serial)]
        case .fact(let wanted): facts.filter { $0.key.lowercased() == wanted }.map { FilterText.folded($0.value) }
        }
    }
}

extension FilterExpression {
    /// Whether a target matches. Saved groups must have been put in with `resolvingGroups`; one that is left matches nothing.
    package func matches(_ subject: FilterSubject) -> Bool {
        switch self {
        case .everything: true
        case .compare(let field, let comparison, let value):
            subject.values(of: field).contains { comparison.holds($0, FilterText.folded(value), numerically: field.isOrdered) }
        case .oneOf(let field, let values):
            values.contains { FilterExpression.compare(field, .equal, $0).matches(subject) }
        case .range(let range): range.contains(FilterText.folded(subject.name))
        case .has(let fact): !subject.values(of: .fact(fact)).isEmpty
        case .group: false
        case .not(let inner): !inner.matches(subject)
        case .and(let parts): parts.allSatisfy { $0.matches(subject) }
        case .or(let parts): parts.contains { $0.matches(subject) }
        }
    }
}

extension FilterComparison {
    /// Compares two folded values. Facts are compared as numbers when the filter gives a number: one that is none does not match then.
    fileprivate func holds(_ found: String, _ wanted: String, numerically: Bool) -> Bool {
        if self == .matches { return FilterText.matches(found, pattern: wanted) }
        if numerically, let wanted = FilterText.number(wanted) {
            guard let found = FilterText.number(found) else { return false }
            return holds(found, wanted)
        }
        return holds(found, wanted)
    }

    private func holds<Value: Comparable>(_ found: Value, _ wanted: Value) -> Bool {
        switch self {
        case .equal, .matches: found == wanted
        case .less: found < wanted
        case .lessOrEqual: found <= wanted
        case .greater: found > wanted
        case .greaterOrEqual: found >= wanted
        }
    }
}
