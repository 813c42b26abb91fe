import Contracts
import Vocabulary

/// What a save brings: a definition without mistakes.
struct JobContent: Sendable {
    /// The form.
    let definition: JobDefinition
    /// The text.
    let yaml: String
    /// Whether the text was written by a person, so that its comments count.
    let isWritten: Bool
    /// Where calls and what they pass stand in the text, by pointer.
    let callPositions: [String: JobMistake.Position]

    /// Takes a document.
    /// - Throws: `JobError.invalid`.
    init(_ document: JobDocument) throws(JobError) {
        definition = try document.valid()
        yaml = document.yaml
        isWritten = document.isWritten
        callPositions = document.callPositions
    }

    /// Refuses somebody who may not save it.
    /// - Throws: `JobError.mayNotConfirm`.
    func allow(_ caller: Caller) throws(JobError) {
        if definition.confirmedForProduction == true, !caller.holds(.guardWrite) { throw .mayNotConfirm }
    }
}

extension Job {
    /// How names are compared.
    static func key(_ name: String) -> String { name.lowercased() }

    /// A job's serial, for example `J20260001`.
    static func serial(year: Int, number: Int) -> String {
        let digits = String(number)
        return "J\(year)\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)"
    }

    /// The first version of a new job.
    static func new(_ id: JobID, serial: String, _ content: JobContent, by name: String, at now: Timestamp) -> Job {
        Job(
            id: id, serial: serial, version: 1, definition: content.definition, yaml: content.yaml, createdAt: now, updatedAt: now,
            updatedBy: name)
    }

    /// What differs between this version and new content, for example `steps[1].command`; empty when saving would change nothing.
    func changes(to content: JobContent) -> [String] {
        let changes = OutlineNode.differences(JobOutline.tree(of: definition), JobOutline.tree(of: content.definition))
        if !changes.isEmpty { return changes }
        return content.isWritten && content.yaml != yaml ? ["layout or comments"] : []
    }

    /// The next version; nil when the content is what is there already.
    /// - Throws: `JobError.staleVersion` when the change is based on another version than this one.
    func saving(_ content: JobContent, over version: Int?, by name: String, at now: Timestamp) throws(JobError) -> Job? {
        if let version, version != self.version { throw .staleVersion(sent: version, current: self.version) }
        guard !changes(to: content).isEmpty else { return nil }
        var next = self
        next.version += 1
        next.definition = content.definition
        next.yaml = content.yaml
        next.updatedAt = now
        next.updatedBy = name
        return next
    }

    /// The job as lists show it.
    var summary: JobSummary {
        JobSummary(
            id: id, serial: serial, name: definition.name, description: definition.description ?? "", steps: definition.steps.count,
            targets: definition.targets ?? "", version: version, updatedAt: updatedAt, updatedBy: updatedBy)
    }
}
