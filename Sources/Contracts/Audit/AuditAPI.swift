import Vocabulary

/// The endpoints of the Audit service: who did what, when, from where, and how it was before.
package enum AuditAPI {
    /// What the service is called where others name it.
    package static let name = "audit"

    /// What was done, the newest first; the history of an object is what is found by its kind and id.
    package static let list = Endpoint<AuditQuery, Page<AuditRecord>>(
        .get, "/api/audit", needs: .auditRead, "Lists what was done, newest first")
    /// One entry by id, with how it was before and after.
    package static let show = Endpoint<Nothing, AuditEntry>(
        .get, "/api/audit/{entry}", needs: .auditRead, "Shows an entry of the audit log with how it was before and after")
    /// Entries that match, chain by chain and in order of their numbers, as JSON Lines that can be verified or as CSV.
    package static let export = Endpoint<ExportAudit, Download>(
        .get, "/api/audit/export", needs: .auditExport, "Exports entries as JSON Lines, which can be verified, or as CSV")
    /// The chains of all services, how long they are and up to where they are signed.
    package static let chains = Endpoint<Nothing, AuditChains>(
        .get, "/api/audit/chains", needs: .auditRead, "Lists the chains of the audit log and up to where they are signed")
    /// Signed heads, the newest first.
    package static let heads = Endpoint<AuditHeadQuery, Page<AuditHead>>(
        .get, "/api/audit/heads", needs: .auditRead, "Lists signed heads of the audit log's chains, newest first")
    /// The public keys that heads and evidence are signed with.
    package static let keys = Endpoint<Nothing, AuditKeys>(
        .get, "/api/audit/keys", needs: .signedIn, "Lists the public keys that heads and evidence are signed with")
    /// Checks every entry and streams how far it is: JSON Lines of `AuditProgress`, the last of which says that all is done.
    package static let verify = Endpoint<VerifyAudit, Download>(
        .post, "/api/audit/verify", needs: .auditRead, "Checks every entry of the audit log and streams how far it is")
    /// What proves an execution, signed: what ran, who started and approved it, what came of it, and its entries in the audit log.
    package static let evidence = Endpoint<AskEvidence, Download>(
        .get, "/api/audit/evidence/{execution}", needs: .auditExport, "Downloads the signed evidence of an execution")

    /// Takes `AuditNote`s of services.
    package static let news = NewsEndpoint(
        .post, "/api/audit/internal/news", answers: .noContent, needs: .service, repeatable: true, "Takes notes of what was done")
}

/// Which entries of the audit log; all conditions together.
package struct AuditQuery: Codable, Sendable, WireConstrained {
    /// Who: a user's name or id, or the name of a service or worker.
    package var actor: String?
    /// What was done, or how that begins: `job.updated`, `job.`.
    package var action: String?
    /// The kind of what it was done to, for example `job`.
    package var kind: String?
    /// The id or the name of what it was done to.
    package var object: String?
    /// The service that tells of it.
    package var source: String?
    /// The request in which it was done.
    package var requestId: String?
    /// A text anywhere in the entry, without regard to the case of ASCII letters.
    package var text: String?
    /// At this time or later.
    package var since: Timestamp?
    /// Before this time.
    package var until: Timestamp?
    /// At most so many (1...500; default 50).
    package var limit: Int?
    /// The `next_cursor` of the page before.
    package var cursor: String?
    /// Makes the query.
    package init(
        actor: String? = nil, action: String? = nil, kind: String? = nil, object: String? = nil, source: String? = nil,
        requestId: String? = nil, text: String? = nil, since: Timestamp? = nil, until: Timestamp? = nil, limit: Int? = nil,
        cursor: String? = nil
    ) {
        self.actor = actor
        self.action = action
        self.kind = kind
        self.object = object
        self.source = source
        self.requestId = requestId
        self.text = text
        self.since = since
        self.until = until
        self.limit = limit
        self.cursor = cursor
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "actor": .length(1...200), "action": .length(1...100), "kind": .length(1...100), "object": .length(1...300),
            "source": .length(1...100), "requestId": .length(1...200), "text": .length(1...200), "limit": .range(1...500),
            "cursor": .length(1...200),
        ]
    }
}

/// The forms of an export.
package enum AuditFormat: String, WireEnum {
    /// One JSON object a line, from which the chains can be verified when nothing was left out.
    case jsonLines = "jsonl"
    /// A table for people.
    case csv
}

/// What to export; conditions as in `AuditQuery`. Without any it is everything, and can be verified.
package struct ExportAudit: Codable, Sendable, WireConstrained {
    /// The form; JSON Lines when absent.
    package var format: AuditFormat?
    /// Who.
    package var actor: String?
    /// What was done, or how that begins.
    package var action: String?
    /// The kind of what it was done to.
    package var kind: String?
    /// The id or the name of what it was done to.
    package var object: String?
    /// The service that tells of it.
    package var source: String?
    /// The request in which it was done.
    package var requestId: String?
    /// A text anywhere in the entry.
    package var text: String?
    /// At this time or later.
    package var since: Timestamp?
    /// Before this time.
    package var until: Timestamp?
    /// Makes the value.
    package init(
        format: AuditFormat? = nil, actor: String? = nil, action: String? = nil, kind: String? = nil, object: String? = nil,
        source: String? = nil, requestId: String? = nil, text: String? = nil, since: Timestamp? = nil, until: Timestamp? = nil
    ) {
        self.format = format
        self.actor = actor
        self.action = action
        self.kind = kind
        self.object = object
        self.source = source
        self.requestId = requestId
        self.text = text
        self.since = since
        self.until = until
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        AuditQuery.limits.filter { !["limit", "cursor"].contains($0.key) }
    }
}
