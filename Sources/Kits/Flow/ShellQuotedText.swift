/// The parts of a shell text that have rules of their own: quotes and expansions.
extension ShellLexer {
    /// After `'`, up to the next `'`.
    mutating func singleQuoted() {
        words.quote()
        while let unit = next() {
            switch unit {
            case .byte(UInt8(ascii: "'")): return
            case .byte(let byte): words.append(byte)
            case .placeholder(let number): allow(number, .singleQuoted)
            }
        }
    }

    /// After `"`, up to its end.
    mutating func doubleQuoted() throws(Doubt) {
        words.quote()
        while let unit = next() {
            switch unit {
            case .byte(UInt8(ascii: "\"")): return
            case .byte(UInt8(ascii: "\\")):
                switch next() {
                case .placeholder(let number): refuse(number, .afterBackslash)
                case .byte(let byte): words.append(byte)
                case nil: return
                }
            case .byte(UInt8(ascii: "`")): backquoted()
            case .byte(UInt8(ascii: "$")):
                try nested { lexer throws(Doubt) in try lexer.dollar(isDoubleQuoted: true) }
            case .byte(let byte): words.append(byte)
            case .placeholder(let number): allow(number, .doubleQuoted)
            }
        }
    }

    /// After a backquote, up to the next one that is not escaped.
    mutating func backquoted() {
        words.appendUnknown()
        while let unit = next() {
            switch unit {
            case .byte(UInt8(ascii: "`")): return
            case .byte(UInt8(ascii: "\\")):
                if case .placeholder(let number) = next() { refuse(number, .backquotes) }
            case .byte: continue
            case .placeholder(let number): refuse(number, .backquotes)
            }
        }
    }

    /// After `$`.
    mutating func dollar(isDoubleQuoted: Bool) throws(Doubt) {
        if position < units.count, case .placeholder(let number) = units[position] {
            position += 1
            return refuse(number, .afterDollar)
        }
        switch peek() {
        case UInt8(ascii: "("):
            position += 1
            if peek() == UInt8(ascii: "(") { try arithmeticCommand() } else { try substitution() }
        case UInt8(ascii: "{"):
            position += 1
            try parameterExpansion(isDoubleQuoted: isDoubleQuoted)
        case UInt8(ascii: "["): throw Doubt(reason: "there is a $[ before it, which only some shells read as arithmetic")
        case UInt8(ascii: "'") where !isDoubleQuoted:
            position += 1
            try ansiQuoted()
        case UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "?"), UInt8(ascii: "!"), UInt8(ascii: "@"), UInt8(ascii: "*"),
            UInt8(ascii: "-"):
            position += 1
            words.appendUnknown()
        default: words.appendUnknown()
        }
    }

    /// At the second of two opening parentheses, up to the two that close them.
    mutating func arithmeticCommand() throws(Doubt) {
        words.appendUnknown()
        position += 1
        var open = 2
        while let unit = next() {
            switch unit {
            case .placeholder(let number): refuse(number, .arithmetic)
            case .byte(UInt8(ascii: "(")): open += 1
            case .byte(UInt8(ascii: ")")):
                open -= 1
                if open == 1 {
                    guard peek() == UInt8(ascii: ")") else { throw Doubt(reason: "there is a (( before it that does not end in ))") }
                    position += 1
                    return
                }
            case .byte(UInt8(ascii: "'")), .byte(UInt8(ascii: "\"")), .byte(UInt8(ascii: "`")), .byte(UInt8(ascii: "\\")):
                throw Doubt(reason: "there are quotes in an arithmetic expression before it")
            case .byte: continue
            }
        }
    }

    /// After `${`, up to its end.
    private mutating func parameterExpansion(isDoubleQuoted: Bool) throws(Doubt) {
        words.appendUnknown()
        while let unit = next() {
            switch unit {
            case .placeholder(let number): refuse(number, .parameterExpansion)
            case .byte(UInt8(ascii: "}")): return
            case .byte(UInt8(ascii: "'")), .byte(UInt8(ascii: "\"")):
                if isDoubleQuoted { throw Doubt(reason: "there are quotes inside \"${...}\" before it") }
                try skipQuoted(unit)
            case .byte(UInt8(ascii: "\\")):
                if case .placeholder(let number) = next() { refuse(number, .parameterExpansion) }
            case .byte(UInt8(ascii: "`")), .byte(UInt8(ascii: "{")):
                throw Doubt(reason: "there is an expansion inside ${...} before it")
            case .byte(UInt8(ascii: "$")):
                guard let following = peek(), following != UInt8(ascii: "("), following != UInt8(ascii: "{"),
                    following != UInt8(ascii: "'"), following != UInt8(ascii: "[")
                else { throw Doubt(reason: "there is an expansion inside ${...} before it") }
            case .byte: continue
            }
        }
    }

    /// A quoted part of a `${...}`: refuses the values in it.
    private mutating func skipQuoted(_ quote: Unit) throws(Doubt) {
        guard case .byte(let end) = quote else { return }
        while let unit = next() {
            switch unit {
            case .placeholder(let number): refuse(number, .parameterExpansion)
            case .byte(end): return
            case .byte(UInt8(ascii: "$")), .byte(UInt8(ascii: "`")), .byte(UInt8(ascii: "\\")):
                if end == UInt8(ascii: "\"") { throw Doubt(reason: "there is an expansion inside ${...} before it") }
            case .byte: continue
            }
        }
    }

    /// After `$'`, up to the next `'`. Shells that know this kind of quotes and shells that do not must agree on its end.
    private mutating func ansiQuoted() throws(Doubt) {
        words.appendUnknown()
        var backslashes = 0
        while let unit = next() {
            switch unit {
            case .placeholder(let number):
                refuse(number, .ansiQuotes)
                backslashes = 0
            case .byte(UInt8(ascii: "'")):
                if backslashes % 2 == 1 { throw Doubt(reason: "there is a \\' inside $'...' before it") }
                return
            case .byte(UInt8(ascii: "\\")): backslashes += 1
            case .byte: backslashes = 0
            }
        }
    }
}
