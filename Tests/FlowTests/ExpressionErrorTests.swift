import Flow
import Testing
import Vocabulary

@Suite("Mistakes in expressions")
struct ExpressionErrorTests {
    @Test(
        "What cannot be read is refused at its place with a hint",
        arguments: [
            ("", 1, "empty"), ("  ", 3, "empty"), ("a = 1", 3, "did you mean ==?"), ("a <> 1", 3, "did you mean !=?"),
            ("a & b", 3, "did you mean and?"), ("a | b", 3, "did you mean or?"), ("a ~ 'b'", 3, "did you mean matches?"),
            ("{{ a }}", 1, "without {{ }}"), ("$a", 1, "without it"), ("“a”", 1, "no quote"), ("a ? b : c", 3, "and, or and not"),
            ("a\u{a0}b", 2, "U+00A0"), ("a.größe", 5, "written [\"like this\"]"), ("a;b", 2, "; means nothing here"),
            ("\"a", 1, "no closing quote"), ("'a\\", 1, "no closing quote"),
            ("'a\\d'", 3, "\\d is not an escape"),
            ("'\\ud800'", 2, "\\ud800 is not an escape"), ("'\\u12'", 2, "not an escape"), ("1x", 1, "1x is not a number"),
            ("9223372036854775808", 1, "not a number"), ("1e999", 1, "not a number"), ("1 +", 4, "before the end"),
            ("* 1", 1, "before *"), ("(1", 1, "The ( that begins here"), ("1)", 2, "operator or the end before )"),
            ("[1, 2", 1, "The [ that"),
            ("[1, 2)", 1, "The [ that"), ("[1 2]", 4, "operator or the end"), ("[1,]", 4, "value before ]"), ("a[1", 2, "The [ that"),
            ("a[]", 3, "value before ]"), ("a.", 3, "after the dot"), ("a.5", 3, "after the dot"), ("a.b-", 5, "before the end"),
            ("1 2", 3, "operator"), ("a AND b", 3, "did you mean and?"), ("a contains 'b'", 3, "did you mean in?"),
            ("a is null", 3, "did you mean ==?"), ("a not 'b'", 3, "did you mean not in?"), ("a match 'b'", 3, "did you mean matches?"),
            ("1 < 2 < 3", 7, "join them with and"), ("1 == 2 in a", 8, "join them"), ("1 == not a", 6, "in parentheses"),
            ("-not a", 2, "in parentheses"),
            ("lenght(a)", 1, "did you mean length?"), ("quite_unknown(a)", 1, "there are default, ends_with"),
            ("a.lower()", 1, "write lower(a)"),
            ("a.b.startswith('x')", 1, "write starts_with(a.b)"), ("(1)(2)", 1, "not a function"), ("lower()", 1, "lower(text)"),
            ("lower(a, b)", 1, "lower(text)"), ("default(a)", 1, "default(value, fallback)"),
            ("default(a, b, c)", 1, "default(value, fallback)"),
            ("lower('a'", 6, "The ( that"), ("a matches '(b'", 11, "character 1: a ( is not closed"), ("and", 1, "value before and"),
            ("a and or b", 7, "value before or"), ("not", 4, "before the end"), ("a == 'b'\n  and c d", 9, "before d"),
        ])
    func refused(text: String, column: Int, hint: String) {
        let error = #expect(throws: ExpressionError.self) { try Expression(parsing: text) }

        #expect(error?.column == column, "\(error?.description ?? "")")
        #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
    }

    @Test(
        "What has no value says why, and where",
        arguments: [
            ("1 / 0", 5, "divides by zero"), ("1 % 0", 5, "divides by zero"), ("1.5 / 0.0", 7, "divides by zero"),
            ("9223372036854775807 + 1", 21, "too large"), ("-9223372036854775808 - 1", 22, "too large"),
            ("9223372036854775807 * 2", 21, "too large"),
            ("-9223372036854775808 / -1", 22, "too large"), ("-(-9223372036854775808)", 1, "too large"), ("1e308 * 10", 7, "too large"),
            ("1 < 'a'", 3, "not a number with a text; number(...)"), ("'a' >= 1", 5, "not a text with a number"),
            ("[1] < [2]", 5, "not a list with a list"), ("1 + 'a'", 3, "text(...) turns"), ("[1] + 1", 5, "not a list with a number"),
            ("'a' * 2", 1, "'a' is a text; a number is needed"), ("2 - true", 5, "true is true or false; a number is needed"),
            ("-'a'", 2, "is a text"),
            ("steps[parameters.nothing]", 7, "has no value"), ("parameters.missing + 1", 1, "parameters.missing has no value here"),
            ("1 < parameters.missing", 5, "has no value"),
            ("parameters.missing and true", 1, "parameters.missing has no value"), ("true and parameters.missing", 10, "has no value"),
            ("not parameters.missing", 5, "has no value"), ("1 and true", 1, "1 is a number; true or false is needed"),
            ("not 'a'", 5, "is a text"),
            ("false or 'a'", 10, "is a text"), ("1 in 2", 6, "a list, a text or an object is needed"),
            ("1 in 'a'", 3, "not a number with a text"),
            ("1 not in 'a'", 3, "not in looks for"), ("null in 'a'", 1, "has no value"), ("'a' in null", 8, "has no value"),
            ("parameters.count.x", 1, "parameters.count is a number; an object"), ("parameters.name['x']", 1, "is a text; an object"),
            ("[1].x", 1, "[1] is a list; an object"), ("[1]['a']", 5, "a whole number is needed"), ("steps[1]", 7, "a text is needed"),
            ("'a'[0]", 1, "a list or an object is needed"), ("1 matches 'a'", 1, "a text is needed"),
            ("'a' matches 1", 13, "a text is needed"),
            ("'a' matches '(' + ''", 13, "character 1: a ( is not closed"), ("number('abc')", 8, "'abc' is a text that is not a number"),
            ("number('')", 8, "not a number"), ("number('99999999999999999999')", 8, "too large"), ("number('0x10')", 8, "not a number"),
            ("number('nan')", 8, "not a number"),
            ("json('{')", 6, "'{' is not JSON: a name in double quotes was expected here (line 1, column 2)"),
            ("json('[1,\\n 01]')", 6, "line 2, column 2"), ("json('1 2')", 6, "more text"), ("json('')", 6, "ends too early"),
            ("split('a', '')", 12, "not empty"), ("join([[1]], '')", 6, "An element of [[1]] is a list"),
            ("join('a', '')", 6, "a list is needed"),
            ("first('a')", 7, "a list is needed"), ("length(1)", 8, "a text, a list or an object"), ("length(null)", 8, "has no value"),
            ("lower(1)", 7, "a text is needed"), ("text(null)", 6, "has no value"), ("range(1, 2.5)", 10, "a whole number"),
            ("range(1, 10001)", 1, "more than 10000"), ("range(-9223372036854775808, 9223372036854775807)", 1, "more than 10000"),
            ("min(1, 'a')", 1, "min compares"), ("min([1, null])", 1, "min compares"), ("max(true, 1)", 5, "a number or a text is needed"),
            ("range(1, 10000) + [1]", 17, "more than 10000"), ("starts_with(1, 'a')", 13, "a text"),
            ("parameters.nothing\n  + 1", 1, "has no value"),
        ])
    func failing(text: String, column: Int, hint: String) throws {
        let expression = try Expression(parsing: text)

        let error = #expect(throws: ExpressionError.self) { try expression.value(ExpressionSample.values) }

        #expect(error?.column == column, "\(error?.description ?? "")")
        #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
    }

    @Test(
        "A condition that is neither true nor false says what it was",
        arguments: [
            ("parameters.count", "parameters.count is a number; true or false is needed here."),
            ("'a'", "'a' is a text; true or false is needed here."),
            (" parameters.missing", "parameters.missing has no value here; default(parameters.missing, ...) gives it one."),
            ("[true]", "[true] is a list; true or false is needed here."),
        ])
    func conditions(text: String, sentence: String) throws {
        let expression = try Expression(parsing: text)

        let error = #expect(throws: ExpressionError.self) { try expression.isTrue(ExpressionSample.values) }

        #expect(error?.description == sentence)
        #expect(error?.column == (text.hasPrefix(" ") ? 2 : 1))
    }

    @Test("Places are counted in bytes, lines and characters")
    func places() throws {
        let error = #expect(throws: ExpressionError.self) { try Expression(parsing: "'é' ==\n '日本' ; 1") }

        #expect(error?.offset == 18)
        #expect(error?.line == 2)
        #expect(error?.column == 7)
    }

    @Test("No message quotes a value")
    func hidesSecrets() throws {
        let values = ExpressionValues(["secret": "tell-tale"])
        for text in [
            "number(secret)", "json(secret)", "secret + 1", "not secret", "secret < 1", "secret.x", "secret in 1", "range(secret, 1)",
        ]
            + ["first(secret)", "join([[secret]], '')", "'a' matches secret + '('", "steps[secret].x + 1", "secret and true"]
        {
            let error = #expect(throws: ExpressionError.self) { try Expression(parsing: text).value(values) }
            #expect(error?.description.contains("tell-tale") == false, "\(text)")
        }
    }
}
