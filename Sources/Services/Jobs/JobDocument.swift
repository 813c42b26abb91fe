import Contracts
import Vocabulary

/// A job's definition as somebody gave it, with everything that is wrong with it.
struct JobDocument: Sendable {
    /// The form; nil when the text could not be read at all.
    let definition: JobDefinition?
    /// The text: as it was given, or the form translated.
    let yaml: String
    /// Whether `yaml` is the text that was given.
    let isWritten: Bool
    /// All mistakes; by line, then by column.
    let mistakes: [JobMistake]
    /// Where calls and what they pass stand in the text, by pointer; what is wrong with them is found when the called jobs are known.
    var callPositions: [String: JobMistake.Position] = [:]

    /// The most bytes of one text.
    static let sizeLimit = 1_000_000
    /// The most mistakes that are named; nobody reads more.
    static let mistakeLimit = 100

    /// Reads a form.
    static func form(_ definition: JobDefinition) -> JobDocument {
        let definition = definition.normalized
        let yaml = YAMLWriter.text(JobOutline.tree(of: definition))
        guard yaml.utf8.count <= sizeLimit else {
            return JobDocument(definition: definition, yaml: "", isWritten: false, mistakes: [YAMLText.tooLarge(yaml.utf8.count)])
        }
        return JobDocument(definition: definition, yaml: yaml, isWritten: false, mistakes: JobRules.mistakes(in: definition))
    }

    /// Reads a text that is one document.
    static func text(_ yaml: String) -> JobDocument {
        let all = texts(yaml)
        guard all.count <= 1 else {
            let second = JobMistake("", "There is more than one document in this text; a job is one document.")
            return JobDocument(definition: nil, yaml: yaml, isWritten: true, mistakes: [second])
        }
        return all.first ?? JobDocument(definition: nil, yaml: yaml, isWritten: true, mistakes: [JobMistake("", "The text is empty.")])
    }

    /// Reads a text of any number of documents; empty ones are left out.
    static func texts(_ yaml: String) -> [JobDocument] {
        guard yaml.utf8.count <= sizeLimit else {
            return [JobDocument(definition: nil, yaml: "", isWritten: true, mistakes: [YAMLText.tooLarge(yaml.utf8.count)])]
        }
        return YAMLText.documents(in: yaml).compactMap { part in
            do throws(JobMistake) {
                guard let node = try part.compose() else { return nil }
                var reader = JobReader(text: part)
                let definition = reader.definition(node)?.normalized
                return JobDocument(definition: definition, part: part, reader: reader)
            } catch {
                return JobDocument(definition: nil, yaml: part.text, isWritten: true, mistakes: [error])
            }
        }
    }

    private init(definition: JobDefinition?, yaml: String, isWritten: Bool, mistakes: [JobMistake]) {
        self.definition = definition
        self.yaml = yaml
        self.isWritten = isWritten
        self.mistakes = mistakes
    }

    /// Adds what the rules say to what the reader found, without a second mistake at a place that has one.
    private init(definition: JobDefinition?, part: YAMLText, reader: JobReader) {
        var mistakes = reader.mistakes
        let wrong = mistakes.map(\.pointer)
        for var mistake in definition.map(JobRules.mistakes) ?? [] {
            let isKnown = wrong.contains { mistake.pointer == $0 || mistake.pointer.hasPrefix($0 + "/") && !$0.isEmpty }
            guard !isKnown, mistakes.count < Self.mistakeLimit else { continue }
            mistake.position = reader.position(of: mistake)
            mistakes.append(mistake)
        }
        mistakes.sort { left, right in
            (left.position?.line ?? 0, left.position?.column ?? 0) < (right.position?.line ?? 0, right.position?.column ?? 0)
        }
        self.init(definition: definition, yaml: part.text, isWritten: true, mistakes: mistakes)
        for (index, step) in (definition?.steps ?? []).enumerated() where step.job != nil {
            let fields = ["job", "parameters"] + (step.parameters ?? [:]).keys.map { "parameters/\(YAMLReader.escaped($0))" }
            for field in fields {
                let pointer = "/steps/\(index)/\(field)"
                callPositions[pointer] = reader.position(of: JobMistake(pointer, ""))
            }
        }
    }

    /// The definition if nothing is wrong with it.
    /// - Throws: `JobError.invalid` with all mistakes.
    func valid() throws(JobError) -> JobDefinition {
        guard mistakes.isEmpty, let definition else { throw .invalid(mistakes.map(\.place)) }
        return definition
    }
}

extension JobDefinition {
    /// The same without empty lists and texts that mean nothing, so that equal jobs are equal.
    var normalized: JobDefinition {
        var copy = self
        if copy.parameters?.isEmpty == true { copy.parameters = nil }
        if copy.description?.isEmpty == true { copy.description = nil }
        if copy.targets?.isEmpty == true { copy.targets = nil }
        if copy.locks?.isEmpty == true { copy.locks = nil }
        if copy.outputs?.isEmpty == true { copy.outputs = nil }
        if copy.rollout == RolloutDefinition() { copy.rollout = nil }
        for index in copy.steps.indices {
            if copy.steps[index].environment?.isEmpty == true { copy.steps[index].environment = nil }
            if copy.steps[index].script?.arguments?.isEmpty == true { copy.steps[index].script?.arguments = nil }
            if copy.steps[index].parameters?.isEmpty == true { copy.steps[index].parameters = nil }
            if copy.steps[index].outputs?.isEmpty == true { copy.steps[index].outputs = nil }
        }
        return copy
    }
}
