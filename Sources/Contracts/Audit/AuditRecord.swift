import Vocabulary

/// An entry of the audit log without how it was before and after.
package struct AuditRecord: Codable, Sendable, Hashable {
    /// The id, a UUIDv7.
    package var id: String
    /// The service that tells of it; each has a chain of its own.
    package var source: String
    /// Its number in that chain, from 1 without gaps.
    package var number: Int
    /// When it was done.
    package var at: Timestamp
    /// When it was written to the chain.
    package var storedAt: Timestamp
    /// What was done: object and verb, for example `job.updated`.
    package var action: String
    /// Who did it.
    package var actor: AuditActor
    /// To what.
    package var object: AuditObject
    /// A sentence more, where the fields do not say it.
    package var detail: String?
    /// The network address that it came from; absent for what the installation does by itself.
    package var address: String?
    /// The client's `User-Agent`.
    package var userAgent: String?
    /// The request in which it was done.
    package var requestId: String?
    /// The names of the outermost fields that changed, at most 20, where it was before and is after.
    package var changed: [String]?
    /// Makes the value.
    package init(
        id: String, source: String, number: Int, at: Timestamp, storedAt: Timestamp, action: String, actor: AuditActor,
        object: AuditObject, detail: String? = nil, address: String? = nil, userAgent: String? = nil, requestId: String? = nil,
        changed: [String]? = nil
    ) {
        self.id = id
        self.source = source
        self.number = number
        self.at = at
        self.storedAt = storedAt
        self.action = action
        self.actor = actor
        self.object = object
        self.detail = detail
        self.address = address
        self.userAgent = userAgent
        self.requestId = requestId
        self.changed = changed
    }
}

/// Who did something.
package struct AuditActor: Codable, Sendable, Hashable {
    /// The ways to be known.
    package enum Kind: String, WireEnum {
        case anonymous
        case user
        case worker
        case service
    }
    /// How it was known who it was.
    package var kind: Kind
    /// The user's name then, or the name of the service or worker.
    package var name: String
    /// The user's id.
    package var id: UserID?
    /// The user's role then.
    package var role: Role?
    /// The sign-in that was used.
    package var session: SessionID?
    /// Makes the value.
    package init(kind: Kind, name: String, id: UserID? = nil, role: Role? = nil, session: SessionID? = nil) {
        self.kind = kind
        self.name = name
        self.id = id
        self.role = role
        self.session = session
    }
}

/// What something was done to.
package struct AuditObject: Codable, Sendable, Hashable {
    /// What it is, for example `job`.
    package var kind: String
    /// Its id.
    package var id: String
    /// What people called it then: its serial or name.
    package var name: String
    /// Makes the value.
    package init(kind: String, id: String, name: String) {
        self.kind = kind
        self.id = id
        self.name = name
    }
}

/// An entry of the audit log with everything that is known of it.
package struct AuditEntry: Codable, Sendable, Hashable {
    /// What was done by whom.
    package var record: AuditRecord
    /// How it was, without secrets; absent when it was not there.
    package var before: JSONValue?
    /// How it was then.
    package var after: JSONValue?
    /// Where `before` and `after` differ, at most 500 places, when both are there.
    package var differences: [AuditDifference]
    /// The hash of the entry before it in its chain, SHA-256 in hexadecimal digits; zeros at the first one.
    package var previous: String
    /// The hash of this entry.
    package var hash: String
    /// The first signed head that covers it; absent until one is signed.
    package var head: AuditHead?
    /// Makes the value.
    package init(
        record: AuditRecord, before: JSONValue? = nil, after: JSONValue? = nil, differences: [AuditDifference] = [], previous: String,
        hash: String, head: AuditHead? = nil
    ) {
        self.record = record
        self.before = before
        self.after = after
        self.differences = differences
        self.previous = previous
        self.hash = hash
        self.head = head
    }
}

/// A place that changed.
package struct AuditDifference: Codable, Sendable, Hashable {
    /// Where, as a JSON pointer (RFC 6901) such as `/steps/0/command`.
    package var pointer: String
    /// The value before; absent when it was not there.
    package var before: JSONValue?
    /// The value after; absent when it is gone.
    package var after: JSONValue?
    /// Makes the value.
    package init(pointer: String, before: JSONValue? = nil, after: JSONValue? = nil) {
        self.pointer = pointer
        self.before = before
        self.after = after
    }
}
