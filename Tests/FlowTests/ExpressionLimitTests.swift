import Flow
import Testing
import Vocabulary

@Suite("Limits of expressions")
struct ExpressionLimitTests {
    private func reason(_ text: String) -> ExpressionError.Reason? {
        #expect(throws: ExpressionError.self) { try Expression(parsing: text) }?.reason
    }

    private func failure(_ text: String, _ values: [String: JSONValue] = [:], work: Int = ExpressionLimit.work) throws -> ExpressionError
        .Reason?
    {
        let expression = try Expression(parsing: text)
        return #expect(throws: ExpressionError.self) { try expression.value(ExpressionValues(values), work: work) }?.reason
    }

    @Test(
        "An expression that is nested ten thousand deep is refused",
        arguments: ["(", "[", "not ", "!", "-", "a[", "lower(", "default(", "(not -["])
    func tenThousandDeep(piece: String) {
        #expect(reason(String(repeating: piece, count: 10_000) + "1") == .tooLong)
        #expect(reason(String(repeating: piece, count: 10_000)) == .tooLong)
    }

    @Test(
        "An expression that is nested deeper than the limit is refused",
        arguments: ["(", "[", "not ", "!", "-", "a[", "lower(", "min(1, -["])
    func tooDeep(piece: String) {
        let count = ExpressionLimit.length / piece.count - 1

        #expect(reason(String(repeating: piece, count: count) + "1") == .tooDeep)
    }

    @Test("An expression of the longest length and the greatest depth is understood")
    func largest() throws {
        let sum = "1" + String(repeating: "+1", count: (ExpressionLimit.length - 1) / 2)
        let deep = String(repeating: "(", count: 50) + "1" + String(repeating: ")", count: 50)
        let path = "a" + String(repeating: ".a", count: (ExpressionLimit.length - 1) / 2)
        let negated = String(repeating: "not ", count: 50) + "true"
        let either = "false" + String(repeating: " or false", count: 440)

        #expect(try ExpressionSample.value(sum) == 2000)
        #expect(try ExpressionSample.value(deep) == 1)
        #expect(try ExpressionSample.value(path) == .null)
        #expect(try ExpressionSample.value(negated) == true)
        #expect(try ExpressionSample.value(either) == false)
        #expect(reason("(" + deep + ")") == .tooDeep)
        #expect(reason(sum + "+1") == .tooLong)
    }

    @Test("A text or list beyond the limit is an error, whether it is read or computed")
    func sizes() throws {
        let half = JSONValue.string(String(repeating: "x", count: ExpressionLimit.bytes / 2))
        let large = JSONValue.string(String(repeating: "x", count: ExpressionLimit.bytes + 1))
        let long = JSONValue.array(Array(repeating: 1, count: ExpressionLimit.elements + 1))
        let parts = JSONValue.string(String(repeating: ",", count: ExpressionLimit.elements))
        let lines = JSONValue.string(String(repeating: "a\n", count: ExpressionLimit.elements + 1))

        #expect(try Expression(parsing: "length(a + a)").value(ExpressionValues(["a": half])) == .integer(Int64(ExpressionLimit.bytes)))
        #expect(try failure("a + a + 'b'", ["a": half]) == .textTooLong)
        #expect(try failure("join([a, a], ',')", ["a": half]) == .textTooLong)
        #expect(try failure("text([a, a])", ["a": half]) == .textTooLong)
        #expect(try failure("length(a)", ["a": large]) == .textTooLong)
        #expect(try failure("length(a.b)", ["a": .object(["b": large])]) == .textTooLong)
        #expect(try failure("a", ["a": long]) == .listTooLong)
        #expect(try failure("split(a, ',')", ["a": parts]) == .listTooLong)
        #expect(try failure("lines(a)", ["a": lines]) == .listTooLong)
        #expect(try failure("words(a)", ["a": lines]) == .listTooLong)
        #expect(
            try failure("json(a)", ["a": .string("[0" + String(repeating: ",0", count: ExpressionLimit.elements) + "]")]) == .listTooLong)
        #expect(try failure("upper(a)", ["a": .string(String(repeating: "ŉ", count: ExpressionLimit.bytes / 2))]) == .textTooLong)
    }

    @Test("JSON that is nested too deep is an error")
    func deepJSON() throws {
        let deep = JSONValue.string(String(repeating: "[", count: 100_000))

        guard case .notJSON(_, let detail, _, let column)? = try failure("json(a)", ["a": deep]) else {
            Issue.record("It should not be JSON.")
            return
        }
        #expect(detail.contains("64 levels"))
        #expect(column == 65)
    }

    @Test(
        "An evaluation that takes too much work ends with an error, whatever it does with texts and lists",
        arguments: [
            "a matches '(a?){200}(a?){200}b'", "a matches 'b' + '?c'", "length(a)", "lower(a)", "upper(a)", "trim(a)", "lines(a)",
            "words(a)",
            "split(a, ',')", "split(',', a)", "join([a, a], '')", "starts_with('', a)", "ends_with('', a)", "'b' in a", "text([a])",
            "json(a)",
            "number(a)", "b == c", "max(b)", "2 in b", "b + b", "text(b)", "a + a + a + a + a + a + a + a", "a == a and a == a and a == a",
            "a < a or a < a or a < a",
        ])
    func work(text: String) throws {
        let long = JSONValue.string(String(repeating: "a", count: 3_000))
        let list = JSONValue.array(Array(repeating: 1, count: 3_000))

        #expect(try failure(text, ["a": long, "b": list, "c": list], work: 1_000) == .tooMuchWork)
    }

    @Test("Looking for a text in a text takes no longer for texts that repeat themselves", .timeLimit(.minutes(1)))
    func repeatedText() throws {
        let text = JSONValue.string(String(repeating: "a", count: 400_000))
        let part = JSONValue.string(String(repeating: "a", count: 200_000) + "b")

        #expect(try Expression(parsing: "part in text").value(ExpressionValues(["text": text, "part": part])) == false)
        #expect(try Expression(parsing: "length(split(text, part))").value(ExpressionValues(["text": text, "part": part])) == 1)
    }
}
