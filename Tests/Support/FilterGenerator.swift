import Flow

/// Makes filters and targets that often fit each other, from a seed.
package struct FilterGenerator {
    private var random: SeededRandom
    private static let names = ["web-01", "web-02", "WEB-10", "db01", "db02", "cache.eu", "a", "bastion_1"]
    private static let tags = ["web", "Db", "eu:west", "tier/1", "a-b"]
    private static let texts = ["production", "Staging", "", "debian 12", "Zürich", "ÅNGSTRÖM", "a\"b", "50%", "x_y", "c\\d", "in", "and"]
    private static let numbers = ["8", "8.0", "12", "-3", "1e3", "0.5", "many", ""]
    private static let factNames = ["cores", "ram_gb", "role"]
    private static let patterns = ["web*", "*0?", "*", "?", "*ü*", "a*b", "x_*", "5*%", "*\\*", "**1", "prod*n"]
    private static let ranges = ["web-[01-10]", "db[1-3]", "db[01-02,7]", "[a-c]", "web-[1-2][0-1]"]

    /// Starts from a seed.
    package init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// One of the elements.
    package mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(random.next() % UInt64(elements.count))]
    }

    /// A number below `bound`.
    package mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    /// A target; `number` keeps its name and serial apart from others, also where upper and lower case are equal.
    package mutating func subject(_ number: Int) -> FilterSubject {
        var facts: [String: String] = [:]
        for name in Self.factNames where below(2) == 0 { facts[name] = pick(below(3) == 0 ? Self.texts : Self.numbers) }
        let digits = String(number + 1)
        return FilterSubject(
            name: number < Self.names.count ? Self.names[number] : "web-\(number + 8)",
            serial: "T2026" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits, environment: pick(Self.texts),
            os: pick(Self.texts), type: pick(["server", "database"]), status: pick(["active", "maintenance", "retired"]),
            location: pick(Self.texts), tags: Self.tags.filter { _ in random.next() % 2 == 0 }, facts: facts)
    }

    /// A filter without groups.
    package mutating func filter(depth: Int) -> FilterExpression {
        switch depth > 0 ? below(7) : 6 {
        case 0: .not(filter(depth: depth - 1))
        case 1, 2: .and((0...below(3) + 1).map { _ in filter(depth: depth - 1) })
        case 3, 4: .or((0...below(3) + 1).map { _ in filter(depth: depth - 1) })
        default: term()
        }
    }

    private mutating func term() -> FilterExpression {
        switch below(12) {
        case 0: return .everything
        case 1: return .has(fact: pick(Self.factNames))
        case 2:
            guard let range = try? FilterRange(pick(Self.ranges)) else { return .everything }
            return .range(range)
        case 3...5:
            let comparison = pick(FilterComparison.allCases)
            let value = comparison == .matches ? pick(Self.patterns) : pick(Self.numbers + ["role", "Zürich"])
            return .compare(.fact(pick(Self.factNames)), comparison, value)
        case 6:
            let field = field()
            return .oneOf(field, (0...below(3)).map { _ in value(of: field) })
        case 7: return .compare(field(), .matches, pick(Self.patterns))
        default:
            let field = field()
            return .compare(field, .equal, value(of: field))
        }
    }

    private mutating func field() -> FilterField {
        pick([.name, .tag, .environment, .os, .type, .status, .location, .serial, .fact(pick(Self.factNames))])
    }

    private mutating func value(of field: FilterField) -> String {
        switch field {
        case .name: pick(Self.names)
        case .tag: pick(Self.tags)
        case .type: pick(["server", "Database"])
        case .status: pick(["active", "RETIRED"])
        case .serial: pick(["T20260001", "t20260003", "x"])
        case .fact: pick(Self.numbers + Self.texts)
        default: pick(Self.texts)
        }
    }
}
