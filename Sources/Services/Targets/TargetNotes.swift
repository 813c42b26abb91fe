import Contracts
import Store
import Vocabulary
import Web

/// Tells the audit log what was done to targets and what belongs to them, within the transaction that does it.
struct TargetNotes: Sendable {
    let news: NewsDesk
    let clock: any WallClock

    func target(_ action: String, _ target: Target, from before: Target? = nil, detail: String? = nil, in transaction: any Transaction)
        async throws
    {
        try await write(action, Self.object(target), before, action.hasSuffix(".deleted") ? nil : target, detail, in: transaction)
    }

    /// Something that did not change the target.
    func about(_ target: Target, _ action: String, _ detail: String? = nil, in transaction: any Transaction) async throws {
        try await write(action, Self.object(target), nil as Target?, nil as Target?, detail, in: transaction)
    }

    func group(_ action: String, _ group: TargetGroup, from before: TargetGroup? = nil, in transaction: any Transaction) async throws {
        try await write(
            action, .init("target_group", group.id.text, group.name), before, action.hasSuffix(".deleted") ? nil : group, nil,
            in: transaction)
    }

    /// Of secrets only whether they changed.
    func credential(
        _ action: String, _ credential: Credential, from before: Credential? = nil, changing secrets: [String] = [],
        in transaction: any Transaction
    ) async throws {
        let detail = secrets.isEmpty ? nil : "Set anew: \(secrets.joined(separator: ", "))."
        try await write(
            action, .init("credential", credential.id.text, credential.name), before, action.hasSuffix(".deleted") ? nil : credential,
            detail,
            in: transaction)
    }

    /// Anything else about targets as a whole.
    func list(_ action: String, after: JSONValue, in transaction: any Transaction) async throws {
        try await news.note(
            AuditNote(action, .init("targets", "targets", "targets"), after: after, by: TargetsService.name, at: clock.now()),
            in: transaction)
    }

    /// A note about a target that is to be added and has no serial yet.
    func creating(_ target: Target) -> AuditNote {
        var after = AuditNote.state(of: target)
        if case .object(var members)? = after {
            members["serial"] = nil
            after = .object(members)
        }
        return AuditNote("target.created", Self.object(target), after: after, by: TargetsService.name, at: clock.now())
    }

    private func write(
        _ action: String, _ object: AuditNote.Object, _ before: (some Encodable)?, _ after: (some Encodable)?, _ detail: String?,
        in transaction: any Transaction
    ) async throws {
        try await news.note(
            AuditNote(
                action, object, before: AuditNote.state(of: before), after: AuditNote.state(of: after), detail: detail,
                by: TargetsService.name, at: clock.now()), in: transaction)
    }

    private static func object(_ target: Target) -> AuditNote.Object { .init("target", target.id.text, target.name) }
}
