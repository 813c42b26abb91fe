extension FilterExpression {
    /// The names of the saved groups that it mentions, lower-case.
    package var groups: Set<String> {
        switch self {
        case .group(let name): [FilterText.folded(name)]
        case .not(let inner): inner.groups
        case .and(let parts), .or(let parts): parts.reduce(into: []) { $0.formUnion($1.groups) }
        default: []
        }
    }

    /// The filter with saved groups replaced by their own filters. `lookup` gives a group's text by its lower-case name.
    /// - Throws: `FilterError` for a group that does not exist, that contains itself, or whose parts are too many.
    package func resolvingGroups(_ lookup: (String) -> String?) throws(FilterError) -> FilterExpression {
        var resolver = FilterGroupResolver()
        return try resolver.resolve(self, path: [], depth: 0, lookup)
    }
}

/// Puts saved groups into a filter, within bounds.
private struct FilterGroupResolver {
    private var parsed: [String: FilterExpression] = [:]
    private var terms = 0

    mutating func resolve(
        _ expression: FilterExpression, path: [String], depth: Int, _ lookup: (String) -> String?
    ) throws(FilterError) -> FilterExpression {
        terms += 1
        guard terms <= FilterLimit.terms, depth <= FilterLimit.resolvedDepth else {
            throw FilterError("The filter is too large once its groups are put in; use fewer or simpler groups.")
        }
        switch expression {
        case .group(let name):
            let inner = try group(name, path: path, lookup)
            return try resolve(inner, path: path + [FilterText.folded(name)], depth: depth + 1, lookup)
        case .not(let inner): return .not(try resolve(inner, path: path, depth: depth + 1, lookup))
        case .and(let parts): return .and(try resolve(parts, path: path, depth: depth + 1, lookup))
        case .or(let parts): return .or(try resolve(parts, path: path, depth: depth + 1, lookup))
        case .oneOf(_, let values):
            terms += values.count
            return expression
        default: return expression
        }
    }

    private mutating func resolve(
        _ parts: [FilterExpression], path: [String], depth: Int, _ lookup: (String) -> String?
    ) throws(FilterError) -> [FilterExpression] {
        var resolved: [FilterExpression] = []
        for part in parts { resolved.append(try resolve(part, path: path, depth: depth, lookup)) }
        return resolved
    }

    private mutating func group(
        _ name: String, path: [String], _ lookup: (String) -> String?
    ) throws(FilterError) -> FilterExpression {
        let key = FilterText.folded(name)
        if let start = path.firstIndex(of: key) {
            let circle = (path[start...] + [key]).joined(separator: " -> ")
            throw FilterError("The group `\(name)` contains itself: \(circle).")
        }
        if let known = parsed[key] { return known }
        guard let text = lookup(key) else { throw FilterError("There is no group `\(name)`.") }
        do throws(FilterError) {
            let expression = try FilterExpression.parse(text)
            parsed[key] = expression
            return expression
        } catch {
            throw FilterError("The filter of the group `\(name)` is not valid: \(error.message)")
        }
    }
}
