import Flow
import Testing

@Suite("Shell quoting")
struct ShellQuotingTests {
    /// Every way in which a value may stand in a text, ended by a NUL each; `N` is replaced by the number of the value.
    static let contexts = [
        ("printf '%s\\0' {{ v.N }}\n", "V"), ("printf '%s\\0' \"{{ v.N }}\"\n", "V"), ("printf '%s\\0' '{{ v.N }}'\n", "V"),
        ("printf '%s\\0' a{{ v.N }}b\n", "aVb"), ("printf '%s\\0' \"a {{ v.N }} $((1)) b\"\n", "a V 1 b"),
        ("printf '%s\\0' 'a {{ v.N }} $b'\n", "a V $b"), ("printf '%s\\0' \"$(printf '%s.' {{ v.N }})\"\n", "V."),
        ("printf '%s\\0' \"$(printf '%s.' \"$(printf %s '<{{ v.N }}>')\")\"\n", "<V>."),
        ("X={{ v.N }}; printf '%s\\0' \"$X\"\n", "V"), ("X=\"{{ v.N }}\" sh -c 'printf \"%s\\0\" \"$X\"'\n", "V"),
        ("case {{ v.N }} in {{ v.N }}) printf 'same\\0';; *) printf 'other\\0';; esac # it's a comment\n", "same"),
        ("for X in {{ v.N }}; do printf '%s\\0' \"$X\"; done\n", "V"),
        ("printf '%s\\0' it\\'s\" {{ v.N }}\"'\"'\"'\"\n", "it's V\"'"),
        ("cat >/dev/null <<'END'\nit's \"$(\nEND\nprintf '%s\\0' {{ v.N }}\n", "V"),
        ("printf '%s\\0' \"${HOME:+}{{ v.N }}\"; (printf '%s\\0' {{ v.N }})\n", "V\0V"),
        ("if [ \"{{ v.N }}\" = {{ v.N }} ]; then printf 'same\\0'; fi\n", "same"),
        ("f() { printf '%s\\0' \"$1\"; }; f {{ v.N }} && true || true\n", "V"),
    ]

    static let hostile = [
        "", " ", "a b", "'", "\"", "\\", "\\\\", "'\\''", "\"'\"", "$HOME", "${HOME}", "$(id)", "`id`", "$((1+1))", ";id", "; rm -rf x;",
        "&& id", "|id", "\n", "\nid\n", "a\nb", "trailing\n\n", "\r\n", "\t", "*", "?", "[a-z]", "{a,b}", "~", "~root", "#", " # x", "!!",
        "!id", "-n", "-oProxyCommand=id", "--", "%s%n", "\\n", "\\0", "é", "日本語", "e\u{301}", "'\u{301}", "\"\u{301}", "\u{1F600}",
        "\u{A0}",
        "\u{2028}", "\u{85}", "END", "EOF\n", "))", "((", "$'\\''", "}", "{{ parameters.x }}", "esac", ") id ;; (", "<(id)", ">x", "2>&1",
        "a[$(id)]", "=ls", "\u{1B}[31m", "\u{7F}", "\u{1}", "/\\/", "x'y'z\"$(echo no)\"`echo no`\\",
    ]

    @Test("brings every value back as it is, in every allowed place, in real shells", arguments: Shells.installed)
    func bringsValuesBack(shell: String) throws {
        let seed = UInt64.random(in: .min ... .max)
        print("seed of the shell values: \(seed)")
        var generator = SeededGenerator(seed: seed)
        var values = Self.hostile
        for _ in 0..<300 {
            let count = Int.random(in: 1...6, using: &generator)
            values.append((0..<count).map { _ in Self.hostile.randomElement(using: &generator) ?? "" }.joined())
        }
        var script = "LC_ALL=C\n"
        var expected: [UInt8] = []
        for (number, value) in values.enumerated() {
            for (text, answer) in Self.contexts {
                let template = try Template(parsing: text.replacing("N }}", with: "\(number) }}"))
                script += try template.render(for: .shell, values: TemplateValues { path in path == ["v", "\(number)"] ? value : nil })
                expected += Array(answer.replacing("V", with: value).utf8) + [0]
            }
        }

        let output = try Shells.output(of: script, in: shell)

        let (found, wanted) = (
            output.split(separator: 0, omittingEmptySubsequences: false), expected.split(separator: 0, omittingEmptySubsequences: false)
        )
        let different = zip(found, wanted).first { $0 != $1 }
        #expect(
            different == nil,
            "seed \(seed): \(different.map { (String(decoding: $0, as: UTF8.self), String(decoding: $1, as: UTF8.self)) } ?? ("", ""))")
        #expect(found.count == wanted.count, "seed \(seed)")
    }

    @Test(
        "refuses a value where the shell would read it as something else",
        arguments: [
            ("echo `ls {{ v }}`", ShellRefusal.backquotes), ("echo \"`ls {{ v }}`\"", .backquotes), ("ls # {{ v }}", .comment),
            ("cat <<E\n{{ v }}\nE\n", .hereDocument), ("cat <<'E'\n{{ v }}\nE\n", .hereDocument),
            ("cat <<-E\n\t{{ v }}\n\tE\n", .hereDocument),
            ("echo $(( {{ v }} + 1 ))", .arithmetic), ("(( {{ v }} > 1 ))", .arithmetic), ("echo \"$(({{ v }}))\"", .arithmetic),
            ("echo ${X:-{{ v }}}", .parameterExpansion), ("echo \"${X:-{{ v }}}\"", .parameterExpansion), ("echo $'{{ v }}'", .ansiQuotes),
            ("echo \\{{ v }}", .afterBackslash), ("echo \"\\{{ v }}\"", .afterBackslash), ("echo ${{ v }}", .afterDollar),
            ("echo \"${{ v }}\"", .afterDollar), ("a[{{ v }}]=1", .arrayIndex), ("eval {{ v }}", .evaluated(by: "eval")),
            ("sudo eval \"ls {{ v }}\"", .evaluated(by: "eval")), ("let x={{ v }}", .evaluated(by: "let")),
            ("trap 'rm {{ v }}' EXIT", .evaluated(by: "trap")), ("declare -i x={{ v }}", .evaluated(by: "declare")),
            ("sh -c \"ls {{ v }}\"", .shellText(of: "sh")), ("sudo /bin/bash -lc 'ls {{ v }}'", .shellText(of: "bash")),
            ("su - x --command={{ v }}", .shellText(of: "su")), ("eval \"$(echo {{ v }})\"", .evaluated(by: "eval")),
            ("[[ {{ v }} -eq 1 ]]", .numericComparison), ("[[ 1 -lt {{ v }} ]]", .numericComparison),
            ("if [[ a == b && {{ v }} -gt 1 ]]; then :; fi", .numericComparison),
        ])
    func refuses(text: String, refusal: ShellRefusal) throws {
        let template = try Template(parsing: text)

        #expect(template.shellErrors.map(\.reason) == [.shell("v", refusal)])
        #expect(throws: TemplateError.self) { try template.render(for: .shell, values: TemplateValues { _ in "x" }) }
    }

    @Test(
        "gives up rather than guess where shells read the text before a value in different ways",
        arguments: [
            "echo \"$(case a in a) echo x;; esac; echo {{ v }})\"", "cat <<A \"\n{{ v }}\nA\n", "x=\"${y:-'}'}\" {{ v }}",
            "echo $[1] {{ v }}",
            "echo $'\\'' {{ v }}", "echo \"$(cat <<E\nE\n)\" {{ v }}", "((a); b) {{ v }}", "cat <<E\nx\\\nE\n {{ v }}", "cat <<$X\n{{ v }}",
            "cat <<{{ v }}\n", "cat <<E\n$(\nE\n{{ v }}", "echo ${a:-${b}} {{ v }}",
        ])
    func givesUp(text: String) throws {
        let errors = try Template(parsing: text).shellErrors

        #expect(errors.count == 1)
        for error in errors {
            guard case .shell(_, .unclear) = error.reason else {
                Issue.record("\(error)")
                continue
            }
        }
    }

    @Test(
        "allows values in what people write every day",
        arguments: [
            "systemctl restart {{ v }}", "echo '{{ v }}' | sudo tee /etc/x >/dev/null 2>&1", "[ \"{{ v }}\" -gt 3 ] && echo yes",
            "[[ \"{{ v }}\" == prod ]] || exit 1", "IFS=$'\\n'; for x in {{ v }}; do echo \"$x\"; done",
            "a=(1 2); echo \"${a[0]} {{ v }}\"",
            "echo $#; echo {{ v }}", "x=$((1 + 2)); echo {{ v }}", "cat <<END\n$(hostname)\nEND\necho {{ v }}",
            "sh -c 'echo \"$1\"' sh {{ v }}",
            "case {{ v }} in a|b) echo;; esac; echo {{ v }}", "echo \"${HOME}/{{ v }}\"", "echo \"$HOME{{ v }}\"", "export X={{ v }}",
            "find . -name {{ v }} -exec rm {} \\;", "echo a#{{ v }}", "awk -v x={{ v }} '{ print $1 + x }'",
        ])
    func allows(text: String) throws {
        #expect(try Template(parsing: text).shellErrors.map(\.description) == [])
    }

    @Test(
        "knows the shells whose quotes it knows",
        arguments: [
            ("/bin/sh", true), ("bash", true), ("/usr/bin/env bash", true), ("/usr/bin/env -S LANG=C zsh -f", true),
            ("/bin/busybox sh", true),
            ("/bin/ksh -e", true), ("/usr/bin/python3", false), ("/usr/bin/env python3", false), ("/usr/bin/fish", false), ("pwsh", false),
            ("", false),
        ])
    func knowsShells(interpreter: String, isPOSIX: Bool) {
        #expect(ShellQuoting.isPOSIXShell(interpreter) == isPOSIX)
    }
}
