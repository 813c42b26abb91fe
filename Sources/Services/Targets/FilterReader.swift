import Flow
import Store
import Vocabulary

/// Reads filters as people write them, with saved groups put in.
struct FilterReader: Sendable {
    let groups: any GroupStore

    /// The filter of a text; nil for a text that is absent or blank.
    /// - Throws: `TargetError.invalidFilter`.
    func read(_ text: String?, in reading: any Reading) async throws -> FilterExpression? {
        guard let text, !text.allSatisfy(\.isWhitespace) else { return nil }
        let expression = try Self.parse(text)
        if expression.groups.isEmpty { return try Self.resolve(expression, [:]) }
        return try Self.resolve(expression, try await groups.filters(in: reading))
    }

    /// The filter of a text as it was written.
    /// - Throws: `TargetError.invalidFilter`.
    static func parse(_ text: String) throws(TargetError) -> FilterExpression {
        do throws(FilterError) {
            return try FilterExpression.parse(text, closed: TargetRules.closedFields)
        } catch {
            throw .invalidFilter(error)
        }
    }

    /// The filter with groups put in, given the filters of groups by folded name.
    /// - Throws: `TargetError.invalidFilter`.
    static func resolve(_ expression: FilterExpression, _ filters: [String: String]) throws(TargetError) -> FilterExpression {
        do throws(FilterError) {
            return try expression.resolvingGroups { filters[$0] }
        } catch {
            throw .invalidFilter(error)
        }
    }
}
