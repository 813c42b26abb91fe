/// What a rendered text is for.
package enum TemplatePurpose: Sendable {
    /// For a POSIX shell: every value stays what it is, none can become shell syntax.
    case shell
    /// As it is: arguments, environment values, directories and standard input, which no shell reads.
    case plain
}

/// A text with placeholders such as `{{ parameters.version }}`. A literal `{{` is written `{{ "{{" }}`.
package struct Template: Sendable {
    private let pieces: [TemplateParser.Piece]
    private let verdicts: [ShellVerdict]
    /// The placeholders in order.
    package let references: [TemplateReference]

    /// Reads a template.
    /// - Throws: `TemplateError` with the first mistake in its syntax.
    package init(parsing text: String) throws(TemplateError) {
        var parser = TemplateParser(text)
        pieces = try parser.parse()
        references = pieces.compactMap { if case .placeholder(let reference) = $0 { reference } else { nil } }
        verdicts = references.isEmpty ? [] : ShellLexer.verdicts(on: pieces)
    }

    /// Whether it has any placeholder.
    package var hasPlaceholders: Bool { !references.isEmpty }

    /// The placeholders that may not stand where they stand if this is a text for a POSIX shell, in order.
    package var shellErrors: [TemplateError] {
        zip(references, verdicts).compactMap { reference, verdict in
            if case .refused(let refusal) = verdict { reference.error(.shell(reference.name, refusal)) } else { nil }
        }
    }

    /// The text with the values that are known; the others stand as they are named, in braces. Only for people to read.
    package func preview(for purpose: TemplatePurpose, values: TemplateValues) -> String {
        let known = TemplateValues { path in values[path] ?? "{\(path.joined(separator: "."))}" }
        do throws(TemplateError) { return try render(for: purpose, values: known) } catch { return "(\(error.description))" }
    }

    /// The text with all values inserted.
    /// - Throws: `TemplateError`: `missing` value, `nul` in a value, or for `.shell` the first of `shellErrors`.
    package func render(for purpose: TemplatePurpose, values: TemplateValues) throws(TemplateError) -> String {
        var text = ""
        var index = 0
        for piece in pieces {
            switch piece {
            case .literal(let literal): text += literal
            case .placeholder(let reference):
                guard let value = values[reference.path] else { throw reference.error(.missing(reference.name)) }
                guard !value.utf8.contains(0) else { throw reference.error(.nul(reference.name)) }
                switch purpose {
                case .plain: text += value
                case .shell:
                    switch verdicts[index] {
                    case .allowed(let context): text += ShellQuoting.quote(value, in: context)
                    case .refused(let refusal): throw reference.error(.shell(reference.name, refusal))
                    }
                }
                index += 1
            }
        }
        return text
    }
}
