import Crypto
import Vocabulary

/// What one entry of a chain says. Its canonical JSON text names the hash of the entry before it, and its own hash is the SHA-256 of that text: who changes an
/// entry changes every hash behind it.
package struct LedgerEntry: Sendable, Hashable {
    /// The service whose chain it is.
    package var source: String
    /// Its number in the chain, from 1 without gaps.
    package var number: Int
    /// The hash of the entry before it; `firstPrevious` for the first.
    package var previous: String
    /// The id of what was told.
    package var id: String
    /// When it was written to the chain.
    package var storedAt: Timestamp
    /// What was told.
    package var note: AuditNote

    /// What stands for the entry before the first one.
    package static let firstPrevious = String(repeating: "0", count: 64)

    /// Makes an entry.
    package init(source: String, number: Int, previous: String, id: String, storedAt: Timestamp, note: AuditNote) {
        self.source = source
        self.number = number
        self.previous = previous
        self.id = id
        self.storedAt = storedAt
        self.note = note
    }

    /// The entry as a JSON object, without what it has not.
    package var json: JSONValue {
        let caller = note.origin.caller
        var actor: [String: JSONValue] = ["kind": .string(caller.kind.rawValue), "name": .string(caller.name)]
        actor["id"] = caller.user.map { .string($0.text) }
        actor["role"] = caller.role.map { .string($0.rawValue) }
        actor["session"] = caller.session.map { .string($0.text) }
        var members: [String: JSONValue] = [
            "action": .string(note.action), "actor": .object(actor), "at": .string(note.at.description), "id": .string(id),
            "number": .integer(Int64(number)),
            "object": .object([
                "id": .string(note.object.id), "kind": .string(note.object.kind), "name": .string(note.object.name),
            ]),
            "previous": .string(previous), "source": .string(source), "stored_at": .string(storedAt.description),
        ]
        members["address"] = note.origin.address.map { .string($0) }
        members["after"] = note.after
        members["before"] = note.before
        members["detail"] = note.detail.map { .string($0) }
        members["request_id"] = note.origin.requestId.map { .string($0) }
        members["user_agent"] = note.origin.userAgent.map { .string($0) }
        return .object(members)
    }

    /// The canonical text.
    package var content: [UInt8] { CanonicalJSON.bytes(json) }

    /// The hash of a text in hexadecimal digits.
    package static func hash(of content: some Collection<UInt8>) -> String { Hexadecimal.text(SHA256.hash(data: Array(content))) }

    /// Reads an entry out of the canonical text that `content` made; nil for anything else.
    package init?(_ json: JSONValue) {
        guard case .object(let members) = json, let action = members["action"]?.string, let id = members["id"]?.string,
            case .integer(let number)? = members["number"], let source = members["source"]?.string,
            let previous = members["previous"]?.string, let at = members["at"]?.string.flatMap({ Timestamp($0) }),
            let storedAt = members["stored_at"]?.string.flatMap({ Timestamp($0) }), let caller = Self.caller(members["actor"]),
            case .object(let object)? = members["object"], let kind = object["kind"]?.string, let name = object["name"]?.string,
            let objectId = object["id"]?.string
        else { return nil }
        let origin = Origin(
            caller: caller, address: members["address"]?.string, userAgent: members["user_agent"]?.string,
            requestId: members["request_id"]?.string)
        self.init(
            source: source, number: Int(number), previous: previous, id: id, storedAt: storedAt,
            note: AuditNote(
                action, .init(kind, objectId, name), before: members["before"], after: members["after"], detail: members["detail"]?.string,
                origin: origin, by: source, at: at))
    }

    private static func caller(_ json: JSONValue?) -> Caller? {
        guard case .object(let members)? = json, let kind = members["kind"]?.string.flatMap(Caller.Kind.init(rawValue:)),
            let name = members["name"]?.string
        else { return nil }
        return Caller(
            kind: kind, user: members["id"]?.string.flatMap { UserID($0) }, name: name,
            role: members["role"]?.string.flatMap(Role.init(rawValue:)), session: members["session"]?.string.flatMap { SessionID($0) })
    }
}

extension JSONValue {
    /// The text of a string.
    package var string: String? {
        if case .string(let text) = self { return text }
        return nil
    }
}

/// Bytes in hexadecimal digits.
package enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Two lower-case digits for each byte.
    package static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
