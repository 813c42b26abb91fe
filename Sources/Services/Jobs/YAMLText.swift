import Yams

/// One YAML document of a text, with its place in the text.
struct YAMLText: Sendable {
    /// The text of the document, without the line that separates it from the one before.
    let text: String
    /// How many lines of the whole text come before it.
    let linesBefore: Int
    /// Its lines.
    let lines: [Substring]

    /// The document out of its lines; `isLast` when none follows and so the last line is what stands after the last line break.
    private init(_ lines: ArraySlice<Substring>, isLast: Bool) {
        var text = lines.joined(separator: "\n")
        if !text.isEmpty, !isLast || !text.hasSuffix("\n") { text += "\n" }
        if !Self.mayKeepBlankEnd(text) {
            while text.hasSuffix("\n\n") { text.removeLast() }
        }
        self.text = text
        self.lines = Array(lines)
        linesBefore = lines.startIndex
    }

    /// Splits a text into its documents. A line `---` always begins a new one (YAML 1.2, 9.1.2): it can be part of no text.
    static func documents(in text: String) -> [YAMLText] {
        var text = text.replacing("\r\n", with: "\n")
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var documents: [YAMLText] = []
        var start = 0
        for (index, line) in lines.enumerated() where line.hasPrefix("---") {
            let rest = line.dropFirst(3)
            guard rest.allSatisfy({ $0 == " " || $0 == "\t" }) || rest.hasPrefix(" #") else { continue }
            documents.append(YAMLText(lines[start..<index], isLast: false))
            start = index + 1
        }
        documents.append(YAMLText(lines[start...], isLast: true))
        return documents
    }

    /// Whether blank lines at the end may belong to a value: after `|+` and the like they do (YAML 1.2, 8.1.1.2), elsewhere they mean nothing.
    private static func mayKeepBlankEnd(_ text: String) -> Bool { text.contains(/[|>][1-9]?\+/) }

    /// The mistake of a text that is too large.
    static func tooLarge(_ bytes: Int) -> JobMistake {
        JobMistake("", "The text has \(bytes) bytes; a job has at most \(JobDocument.sizeLimit).")
    }

    /// The document as nodes; nil if there is nothing but comments in it.
    /// - Throws: the first mistake in its syntax.
    func compose() throws(JobMistake) -> Node? {
        try refuseManyAliases()
        do {
            return try Yams.compose(yaml: text, .basic, .default, .utf8)
        } catch let error as YamlError {
            throw mistake(error)
        } catch {
            throw JobMistake("", "The text is not YAML.")
        }
    }

    /// The place of a node in the whole text.
    func position(_ mark: Mark?) -> JobMistake.Position? {
        mark.map { JobMistake.Position(line: $0.line + linesBefore, column: $0.column) }
    }

    private func mistake(_ error: YamlError) -> JobMistake {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let explained = explanation(at: mark) ?? sentence(context.map { "\($0.text): \(problem)" } ?? problem)
            return JobMistake("", explained, position: position(mark))
        case .duplicatedKeysInMapping(let duplicates, let context):
            let place = duplicates.first.flatMap { second($0, in: context.mark) } ?? position(context.mark)
            return JobMistake("", "The field \(duplicates.joined(separator: ", ")) is there twice.", position: place)
        case .reader(let problem, let offset, _, _):
            let before = text.prefix(offset ?? 0).split(separator: "\n", omittingEmptySubsequences: false)
            let place = JobMistake.Position(line: before.count + linesBefore, column: (before.last?.count ?? 0) + 1)
            return JobMistake("", sentence(problem), position: offset == nil ? nil : place)
        default: return JobMistake("", "The text is not YAML.")
        }
    }

    /// Where a field of an object in block style that begins at a mark is there for the second time; nil if that cannot be told.
    private func second(_ name: String, in object: Mark) -> JobMistake.Position? {
        let before = object.column - 1
        var found = 0
        for (index, line) in lines.enumerated().dropFirst(object.line - 1) where line.count > before {
            guard index == object.line - 1 || line.prefix(before).allSatisfy({ $0 == " " }) else { continue }
            let field = line.dropFirst(before).prefix { $0 != ":" }
            guard field.first != " ", field.count < line.count - before else { continue }
            guard field.filter({ !" \"'".contains($0) }) == name else { continue }
            found += 1
            if found == 2 { return JobMistake.Position(line: index + 1 + linesBefore, column: object.column) }
        }
        return nil
    }

    private func sentence(_ problem: String) -> String { "This is not YAML: \(problem)." }

    /// What people usually did wrong where the parser stumbles.
    private func explanation(at mark: Mark) -> String? {
        guard lines.indices.contains(mark.line - 1) else { return nil }
        let line = lines[mark.line - 1]
        if line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") {
            return "The line is indented with a tab; YAML allows only blanks there."
        }
        for candidate in [mark.line - 1, mark.line - 2] where lines.indices.contains(candidate) {
            if let brace = lines[candidate].firstRange(of: "{{") {
                let before = lines[candidate][..<brace.lowerBound].reversed().drop { $0 == " " }
                if let last = before.first, ":-".contains(last) {
                    return "A text that begins with {{ must be in quotes: without them YAML reads an object."
                }
            }
        }
        return nil
    }

    /// Bounds what aliases can grow to before anything is built ("billion laughs"). Counts what may be an anchor or an alias; a text
    /// without anchors passes whatever it holds.
    private func refuseManyAliases() throws(JobMistake) {
        var (anchors, aliases) = (0, 0)
        var previous = UInt8(ascii: "\n")
        var sign: UInt8?
        for byte in text.utf8 {
            if let pending = sign, !Self.isBlank(byte), byte != UInt8(ascii: "&"), byte != UInt8(ascii: "*") {
                if pending == UInt8(ascii: "&") { anchors += 1 } else { aliases += 1 }
            }
            let begins = Self.isBlank(previous) || [UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ",")].contains(previous)
            sign = begins && (byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*")) ? byte : nil
            previous = byte
        }
        guard anchors > 1 else { return }
        var most = 1.0
        for depth in 1...min(anchors, 64) {
            var product = 1.0
            for _ in 0..<depth { product *= max(1, Double(aliases) / Double(depth)) }
            most = max(most, product)
        }
        if most > 10_000 {
            throw JobMistake("", "There are \(anchors) anchors and \(aliases) aliases in this text, which could grow without bounds.")
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\n")
    }
}
