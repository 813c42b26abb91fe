import Vocabulary

/// The endpoints of the Audit service: who did what, when, from where, and how it was before.
package enum AuditAPI {
    /// What the service is called where others name it.
    package static let name = "audit"

    /// Takes `AuditNote`s of services.
    package static let news = NewsEndpoint(
        .post, "/api/audit/internal/news", answers: .noContent, needs: .service, repeatable: true, "Takes notes of what was done")
}
