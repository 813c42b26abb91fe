import Flow
import Store
import Web

/// A filter as SQL over `targets t`: what to put before the statement, and the condition.
///
/// Engines bound how deep one expression may nest, so what lies deep becomes a named relation of its own, and long lists are cut.
struct FilterSQL: Sendable {
    /// A `WITH` clause, or nothing.
    let prelude: SQL
    /// The condition, in parentheses where it needs them.
    let condition: SQL

    private static let mostLevels = 4
    private static let mostTerms = 100

    /// Compiles a filter whose groups were put in; nil matches all.
    init(_ expression: FilterExpression?, dialect: Dialect) {
        var compiler = Compiler(dialect: dialect)
        condition = expression.map { compiler.condition($0, level: 0) } ?? "1 = 1"
        prelude = compiler.relations.isEmpty ? "" : "WITH " + SQL.join(compiler.relations, ",\n") + "\n"
    }

    private struct Compiler {
        let dialect: Dialect
        var relations: [SQL] = []

        mutating func condition(_ expression: FilterExpression, level: Int) -> SQL {
            switch expression {
            case .everything: return "1 = 1"
            case .group: return "1 = 0"
            case .compare(let field, let comparison, let value): return compare(field, comparison, value)
            case .oneOf(let field, let values): return oneOf(field, values, level)
            case .range(let range): return isOne("t.name_key", of: range.names)
            case .has(let fact): return "t.id IN (SELECT target_id FROM target_facts WHERE name_key = \(fact))"
            default: break
            }
            guard level < FilterSQL.mostLevels else { return hoisted(expression) }
            switch expression {
            case .not(let inner): return "NOT (\(condition(inner, level: level + 1)))"
            case .and(let parts): return chain(parts, " AND ", level)
            case .or(let parts): return chain(parts, " OR ", level)
            default: return "1 = 0"
            }
        }

        /// `(a OR b OR c)`; a long chain becomes a chain of chains.
        private mutating func chain(_ parts: [FilterExpression], _ separator: String, _ level: Int) -> SQL {
            let pieces = parts.map { condition($0, level: level + 1) }
            let chunks = stride(from: 0, to: pieces.count, by: FilterSQL.mostTerms).map {
                "(" + SQL.join(Array(pieces[$0..<min($0 + FilterSQL.mostTerms, pieces.count)]), separator) + ")"
            }
            return chunks.count == 1 ? chunks[0] : "(" + SQL.join(chunks, separator) + ")"
        }

        /// The expression as a relation of ids.
        private mutating func hoisted(_ expression: FilterExpression) -> SQL {
            let inner = condition(expression, level: 0)
            let name = SQL(trusted: "f\(relations.count + 1)")
            relations.append("\(name) (id) AS (SELECT t.id FROM targets t WHERE \(inner))")
            return "t.id IN (SELECT id FROM \(name))"
        }

        private func compare(_ field: FilterField, _ comparison: FilterComparison, _ value: String) -> SQL {
            let value = FilterText.folded(value)
            switch field {
            case .tag: return "t.id IN (SELECT target_id FROM target_tags WHERE \(test("tag_key", comparison, value)))"
            case .fact(let name):
                let condition = fact(comparison, value)
                return "t.id IN (SELECT target_id FROM target_facts WHERE name_key = \(name) AND \(condition))"
            case .serial: return test("t.serial", comparison, value.uppercased())
            default: return test(column(field), comparison, value)
            }
        }

        private func fact(_ comparison: FilterComparison, _ value: String) -> SQL {
            guard comparison != .matches, let number = FilterText.number(value) else {
                return test("value_key", comparison, value)
            }
            return "number \(SQL(trusted: comparison.rawValue)) \(number)"
        }

        private func test(_ column: SQL, _ comparison: FilterComparison, _ value: String) -> SQL {
            guard comparison == .matches else { return "\(column) \(SQL(trusted: comparison.rawValue)) \(value)" }
            return "\(column) LIKE \(FilterSQL.likePattern(value)) ESCAPE '\\'"
        }

        private mutating func oneOf(_ field: FilterField, _ values: [String], _ level: Int) -> SQL {
            let folded = values.map(FilterText.folded)
            switch field {
            case .tag: return "t.id IN (SELECT target_id FROM target_tags WHERE \(isOne("tag_key", of: folded)))"
            case .fact: return condition(.or(values.map { .compare(field, .equal, $0) }), level: level)
            case .serial: return isOne("t.serial", of: folded.map { $0.uppercased() })
            default: return isOne(column(field), of: folded)
            }
        }

        private func isOne(_ column: SQL, of values: [String]) -> SQL { dialect.isOne(column, of: values) }

        private func column(_ field: FilterField) -> SQL {
            switch field {
            case .name: "t.name_key"
            case .environment: "t.environment_key"
            case .os: "t.os_key"
            case .location: "t.location_key"
            case .type: "t.type"
            case .status: "t.status"
            case .health: "COALESCE((SELECT h.state FROM target_health h WHERE h.target_id = t.id), 'unknown')"
            case .serial, .tag, .fact: "t.serial"
            }
        }
    }

    /// A pattern of `*` and `?` as one of `%` and `_`.
    static func likePattern(_ pattern: String) -> String {
        pattern.reduce(into: "") { like, character in
            switch character {
            case "*": if like.last != "%" || like.hasSuffix("\\%") { like.append("%") }
            case "?": like.append("_")
            case "%", "_", "\\": like.append("\\\(character)")
            default: like.append(character)
            }
        }
    }
}

extension Dialect {
    /// The condition that a column holds one of any number of texts, which travel as one bound value.
    func isOne(_ column: SQL, of values: [String]) -> SQL {
        let json = (try? JSONCodec.text(values)) ?? "[]"
        return switch self {
        case .sqlite: "\(column) IN (SELECT value FROM json_each(\(json)))"
        // An array and no sub-select: then the server looks each one up in the index, and does not guess how many there are.
        case .postgresql: "\(column) = ANY (ARRAY(SELECT jsonb_array_elements_text(CAST(\(json) AS jsonb))))"
        }
    }
}
