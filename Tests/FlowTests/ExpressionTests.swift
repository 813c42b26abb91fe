import Flow
import Testing
import Vocabulary

@Suite("Expressions")
struct ExpressionTests {
    @Test(
        "A literal is its value",
        arguments: [
            ("1", 1), ("-1", -1), ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)), ("007", 7),
            ("1.5", .number(1.5)), ("1e3", .number(1000)), ("2.5E-1", .number(0.25)), ("true", true), ("false", false), ("null", .null),
            ("\"a b\"", "a b"), ("'a \"b\"'", "a \"b\""), (#""\n\t\\\"\'""#, "\n\t\\\"'"), (#"'\u00e9\ud83d\ude00'"#, "é😀"), ("''", ""),
            ("[]", []), ("[1, 'a', [null]]", [1, "a", [.null]]), (" \n\t 1 \r\n", 1), ("'日本'", "日本"),
        ] as [(String, JSONValue)])
    func literals(text: String, expected: JSONValue) throws {
        #expect(try ExpressionSample.value(text) == expected)
    }

    @Test(
        "A name reads its value, and what is not there is null",
        arguments: [
            ("parameters.count", 3), ("parameters[\"count\"]", 3), ("parameters['max-users']", 20), ("steps.build.exit_code", 0),
            ("steps[\"check disk\"].state", "failed"), ("steps.build.outputs.sizes[1]", 30), ("steps.build.outputs.sizes[-1]", 7),
            ("steps.build.outputs.sizes[3]", .null), ("steps.build.outputs.sizes[-4]", .null), ("steps.nothing.outputs.deep", .null),
            ("unknown", .null), ("unknown[1].x", .null), ("item.name", "eth0"), ("item_index", 1),
            ("target.facts[\"o\" + \"s\"]", "debian 12"), ("(steps).build.state", "succeeded"), ("[1, 2][0]", 1),
            ("json(steps[\"check disk\"].outputs.json).free[1]", .number(2.5)), ("parameters . count", 3), ("[[1, 2]][0][1]", 2),
            ("steps[['build'][0]].state", "succeeded"), ("json('{\"in\": {\"not\": 5}}').in.not", 5),
        ] as [(String, JSONValue)])
    func names(text: String, expected: JSONValue) throws {
        #expect(try ExpressionSample.value(text) == expected)
    }

    @Test(
        "An operator computes its value",
        arguments: [
            ("1 + 2", 3), ("1 - 2 - 3", -4), ("2 + 3 * 4", 14), ("(2 + 3) * 4", 20), ("7 / 2", .number(3.5)), ("6 / 2", 3),
            ("7 % 3", 1), ("-7 % 3", -1), ("7.5 % 2", .number(1.5)), ("1 + 1.5", .number(2.5)), ("3 * 0.5", .number(1.5)),
            ("-(2)", -2), ("- - 2", 2), ("-parameters.count", -3), ("2 - -2", 4), ("2-1", 1), ("-9223372036854775808 % -1", 0),
            ("'a' + 'b'", "ab"), ("[1] + [2, 3]", [1, 2, 3]), ("10 / -1", -10), ("-0.5", .number(-0.5)),
            ("-parameters.ratio", .number(-1.5)),
        ] as [(String, JSONValue)])
    func arithmetic(text: String, expected: JSONValue) throws {
        #expect(try ExpressionSample.value(text) == expected)
    }

    @Test(
        "A condition that holds is true, and its opposite is not",
        arguments: [
            "true", "not false", "! false", "!!true", "not not true", "true and true", "true && not false", "false or true",
            "false || true",
            "true or false and false", "not (true and false)", "not false and true", "not 1 == 2", "1 == 1.0", "1 != 1.5", "'1' != 1",
            "null == null", "null != false", "[1, [2]] == [1.0, [2]]", "[1] != [1, 2]",
            "json('{\"a\":1,\"b\":2}') == json('{\"b\":2.0,\"a\":1}')",
            "json('{\"a\":1}') != json('{\"b\":1}')", "parameters.missing == null", "1 < 2", "2 <= 2", "2 > 1.5", "2 >= 2.0", "'a' < 'b'",
            "'a' <= 'a'", "'B' < 'a'", "'b' > 'a'", "'b' >= 'b'", "9007199254740993 > 9007199254740992.0", "9223372036854775807 < 1e19",
            "-9223372036854775808 > -1e19", "2 in [1, 2.0]", "4 not in [1, 2]", "null in [null]", "'ell' in 'hello'", "'' in ''",
            "'x' not in 'hello'",
            "'build' in steps", "'other' not in steps", "'aab' in 'aaaab'", "parameters.name matches '^web-[0-9]+$'", "'abc' matches 'b'",
            "not ('abc' matches '^b')", "'a\\nb' matches 'a$|^a'", "not ('a\\nb' matches '^b')", "'a.b' matches 'a' + '\\\\.' + 'b'",
            "1 + 1 == 2 and 'b' in parameters.tags or false", "false and 1 / 0 == 1 or true", "true or parameters.missing",
        ])
    func conditions(text: String) throws {
        #expect(try Expression(parsing: text).isTrue(ExpressionSample.values))
        #expect(try !Expression(parsing: "not (\(text))").isTrue(ExpressionSample.values))
    }

    @Test(
        "A function computes its value",
        arguments: [
            ("length('日本')", 2), ("length([1, 2])", 2), ("length(steps)", 2), ("lower('ÄB')", "äb"), ("upper('äß')", "ÄSS"),
            ("trim(' \\n a b\\t')", "a b"), ("trim('  ')", ""), ("number('12')", 12), ("number(' -1.5e1\\n')", .number(-15)),
            ("number('+7')", 7),
            ("number(2.5)", .number(2.5)), ("number(target.facts.cores) * 2", 16), ("text(1)", "1"), ("text(1.5)", "1.5"),
            ("text(true)", "true"),
            ("text('a')", "a"), ("text([1, 'a\\n', null])", #"[1,"a\n",null]"#), ("text(json('{\"b\":1,\"a\":{}}'))", #"{"a":{},"b":1}"#),
            ("lines(steps.build.stdout)", ["one", "two words", "version 1.2.3"]), ("lines('')", []),
            ("words(' a  b\\nc ')", ["a", "b", "c"]),
            ("words('')", []), ("split('a,b,,c', ',')", ["a", "b", "", "c"]), ("split('', ',')", [""]),
            ("split('aXXbXX', 'XX')", ["a", "b", ""]),
            ("split('aaa', 'aa')", ["", "a"]), ("join([1, 'a', true], '-')", "1-a-true"), ("join([], ',')", ""),
            ("starts_with('abc', 'ab')", true),
            ("starts_with('abc', 'b')", false), ("ends_with('abc', 'bc')", true), ("ends_with('abc', 'ab')", false),
            ("ends_with('c', 'abc')", false),
            ("default(parameters.missing, 5)", 5), ("default(parameters.count, 1 / 0)", 3), ("default(null, default(null, 1))", 1),
            ("default(false, true)", false), ("first([1, 2])", 1), ("last([1, 2])", 2), ("first([])", .null), ("last([])", .null),
            ("min(3, 1, 2)", 1), ("max([1, 2.5])", .number(2.5)), ("min('b', 'a')", "a"), ("max([])", .null), ("max([4])", 4),
            ("range(1, 3)", [1, 2, 3]), ("range(2, 1)", []), ("range(-1, 0)", [-1, 0]),
            ("length(range(9223372036854775806, 9223372036854775807))", 2), ("length(range(1, 10000))", 10_000),
            ("json('[1, {\"a\": null}]')", [1, .object(["a": .null])]), ("json(' 1.0 ')", .number(1)), (#"json('"\\u00e9\\/"')"#, "é/"),
            ("json('18446744073709551616')", .number(18_446_744_073_709_551_616)), ("[default(null, 1), 2][1]", 2),
            ("steps[default(parameters.missing, 'build')].state", "succeeded"), ("default(true and parameters.enabled, false)", true),
        ] as [(String, JSONValue)])
    func functions(text: String, expected: JSONValue) throws {
        #expect(try ExpressionSample.value(text) == expected)
    }

    @Test("Expressions that are written alike are equal")
    func equality() throws {
        #expect(try Expression(parsing: "1 + 1") == Expression(parsing: "1 + 1"))
        #expect(try Expression(parsing: "1 + 1") != Expression(parsing: "1+1"))
        #expect(try Set([Expression(parsing: "a"), Expression(parsing: "a")]).count == 1)
    }
}
