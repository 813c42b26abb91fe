import Foundation
import Vocabulary
import Web

/// Reads notes as services tell them. There may be thousands a second, so that they are not decoded member by member but picked out of the parsed text.
enum NoteReading {
    /// The note of an item, with property names as they are or as they travel elsewhere; nil when it is none.
    static func note(_ payload: String) -> AuditNote? {
        guard let node = try? JSONParser.parse(Array(payload.utf8)) else {
            return try? JSONDecoder().decode(AuditNote.self, from: Data(payload.utf8))
        }
        guard let action = node["action"]?.text, let object = node["object"], let kind = object["kind"]?.text,
            let id = object["id"]?.text, let name = object["name"]?.text,
            let at = node["at"]?.text.flatMap({ Timestamp($0) }),
            let origin = node["origin"], let caller = origin["caller"].flatMap(caller)
        else { return nil }
        return AuditNote(
            action, .init(kind, id, name), before: node["before"]?.value, after: node["after"]?.value,
            detail: node["detail"]?.text,
            origin: Origin(
                caller: caller, address: origin["address"]?.text,
                userAgent: (origin["userAgent"] ?? origin["user_agent"])?.text,
                requestId: (origin["requestId"] ?? origin["request_id"])?.text),
            by: "", at: at)
    }

    private static func caller(_ node: JSONNode) -> Caller? {
        guard let kind = node["kind"]?.text.flatMap(Caller.Kind.init(rawValue:)), let name = node["name"]?.text else {
            return nil
        }
        return Caller(
            kind: kind, user: node["user"]?.text.flatMap { UserID($0) }, name: name,
            role: node["role"]?.text.flatMap(Role.init(rawValue:)), session: node["session"]?.text.flatMap { SessionID($0) })
    }
}

extension JSONNode {
    fileprivate var text: String? {
        if case .string(let text) = self { return text }
        return nil
    }
}
