import Flow
import Testing

@Suite("Filters on targets")
struct FilterPredicateTests {
    private let target = FilterSubject(
        name: "Web-01", serial: "T20260001", environment: "Production", os: "debian 12", type: "server", status: "active",
        location: "Zürich", tags: ["Web", "tier/1"], facts: ["cores": "8", "Role": "front", "note": "12 monkeys"])

    @Test(
        "A target matches what is true of it",
        arguments: [
            "web-01", "WEB-*", "env = production", "tag = web and tag in (x, TIER/1)", "os ~ debian*", "location = zürich",
            "fact.cores >= 8", "fact.cores < 10", "fact.cores = 8.0", "fact.role != back", "fact.gone != x", "has fact.role",
            "not has fact.gone", "tag !~ d*", "serial = t20260001", "web-[01-20]", "fact.role > a", "status != retired",
        ])
    func matches(text: String) throws {
        #expect(try FilterExpression.parse(text).matches(target))
    }

    @Test(
        "A target does not match what is not true of it",
        arguments: [
            "web-02", "env = staging", "tag != web", "fact.cores > 8", "fact.cores > 9", "fact.gone = x", "fact.gone < 5",
            "fact.note < 100", "fact.note > 1", "not all", "web-[1-20]", "group = x",
        ])
    func doesNotMatch(text: String) throws {
        #expect(try !FilterExpression.parse(text).matches(target))
    }

    @Test("Wildcards take no more time than the product of the lengths")
    func wildcards() {
        let text = String(repeating: "a", count: 1000)

        #expect(!FilterText.matches(text, pattern: String(repeating: "*a", count: 300) + "b"))
        #expect(FilterText.matches(text, pattern: String(repeating: "*a", count: 300)))
    }
}

@Suite("Saved groups in filters")
struct FilterGroupTests {
    private func resolve(_ text: String, _ groups: [String: String]) throws -> FilterExpression {
        try FilterExpression.parse(text).resolvingGroups { groups[$0] }
    }

    @Test("A group stands for its filter, without regard to case")
    func resolved() throws {
        let groups = ["web": "tag = web", "all-web": "group = WEB or web*"]

        let filter = try resolve("group = All-Web and env = x", groups)

        #expect(try filter == FilterExpression.parse("(tag = web or web*) and env = x"))
    }

    @Test("A group that contains itself is refused with the circle")
    func circle() {
        let error = #expect(throws: FilterError.self) {
            try resolve("group = a", ["a": "group = b", "b": "x or not group = c", "c": "group = a"])
        }

        #expect(error?.message.contains("a -> b -> c -> a") == true)
    }

    @Test("A group that does not exist is named")
    func missing() {
        let error = #expect(throws: FilterError.self) { try resolve("group = nowhere", [:]) }

        #expect(error?.message.contains("nowhere") == true)
    }

    @Test("Groups of groups cannot grow without bounds")
    func growth() {
        var groups = ["g0": "a or b"]
        for level in 1...60 { groups["g\(level)"] = "group = g\(level - 1) or group = g\(level - 1)" }

        #expect(throws: FilterError.self) { try resolve("group = g60", groups) }
    }
}
