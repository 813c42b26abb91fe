/// Where a call came from in the end: the person, or the part of the installation that began by itself, however many services lie between.
package struct Origin: Codable, Sendable, Hashable {
    /// Who.
    package var caller: Caller
    /// The network address; nil for what the installation does by itself.
    package var address: String?
    /// The client's `User-Agent`.
    package var userAgent: String?
    /// The id of the request.
    package var requestId: String?

    /// Makes an origin.
    package init(caller: Caller, address: String? = nil, userAgent: String? = nil, requestId: String? = nil) {
        self.caller = caller
        self.address = address
        self.userAgent = userAgent
        self.requestId = requestId
    }

    /// The origin of what this task does; nil where nobody called.
    @TaskLocal package static var current: Origin?
}

/// What somebody did, for the audit log: written with the change it tells of (`NewsDesk.note`), so that none is without the other.
package struct AuditNote: Codable, Sendable, Hashable {
    /// What something was done to.
    package struct Object: Codable, Sendable, Hashable {
        /// What it is, for example `job`.
        package var kind: String
        /// Its id.
        package var id: String
        /// What people call it: its serial or name.
        package var name: String

        /// Makes an object.
        package init(_ kind: String, _ id: String, _ name: String) {
            self.kind = kind
            self.id = id
            self.name = name
        }
    }

    /// What was done: object and verb, for example `job.updated`.
    package var action: String
    /// To what.
    package var object: Object
    /// How it was, as a JSON object without secrets; nil when it was not there.
    package var before: JSONValue?
    /// How it is now.
    package var after: JSONValue?
    /// A sentence more, where the fields do not say it.
    package var detail: String?
    /// Who did it, from where.
    package var origin: Origin
    /// When.
    package var at: Timestamp

    /// Makes a note; without an `origin` it is that of the task, else the service itself.
    package init(
        _ action: String, _ object: Object, before: JSONValue? = nil, after: JSONValue? = nil, detail: String? = nil,
        origin: Origin? = nil, by service: String, at: Timestamp
    ) {
        self.action = action
        self.object = object
        self.before = before
        self.after = after
        self.detail = detail
        self.origin = origin ?? Origin.current ?? Origin(caller: .service(service))
        self.at = at
    }
}
