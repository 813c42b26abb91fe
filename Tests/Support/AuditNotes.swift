import Foundation
import Store
import Vocabulary

extension AuditNote {
    /// What lies in a room's table for the audit log, oldest first.
    package static func lying(in database: any Database) async throws -> [AuditNote] {
        try await NewsDesk.lying(in: database, for: "audit").map { item in
            let note = try JSONDecoder().decode(Lying.self, from: Data(item.payload.utf8))
            return AuditNote(
                note.action, note.object, before: note.before, after: note.after, detail: note.detail,
                origin: Origin(caller: note.origin.caller, address: note.origin.address), by: "", at: note.at)
        }
    }

    /// A note as rooms write it, whichever way they spell the names of what tests do not look at.
    private struct Lying: Decodable {
        struct From: Decodable {
            let caller: Caller
            let address: String?
        }
        let action: String
        let object: AuditNote.Object
        let before: JSONValue?
        let after: JSONValue?
        let detail: String?
        let origin: From
        let at: Timestamp
    }
}

extension JSONValue {
    /// A member of an object.
    package subscript(member name: String) -> JSONValue? {
        if case .object(let members) = self { return members[name] }
        return nil
    }
}
