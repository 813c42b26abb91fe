import Contracts
import Vocabulary
import Web

/// What the audit log is told of jobs.
enum JobNote {
    /// A note about a job; nil when there was none and is none. The definition stands in it, and the text only where nothing else changed.
    static func note(_ action: String, _ before: Job?, _ after: Job?, at now: Timestamp) -> AuditNote? {
        guard let job = after ?? before else { return nil }
        let isText = before.flatMap { before in after.map { $0.definition == before.definition } } ?? false
        var detail: String?
        if let before, let after { detail = "Version \(before.version) became version \(after.version)." }
        return AuditNote(
            action, .init("job", job.id.text, job.definition.name), before: state(of: before, isText), after: state(of: after, isText),
            detail: detail, by: JobsService.name, at: now)
    }

    private static func state(of job: Job?, _ withText: Bool) -> JSONValue? {
        guard let job else { return nil }
        return AuditNote.state(
            of: State(serial: job.serial, version: job.version, definition: job.definition, yaml: withText ? job.yaml : nil))
    }

    private struct State: Encodable {
        let serial: String
        let version: Int
        let definition: JobDefinition
        let yaml: String?
    }
}
