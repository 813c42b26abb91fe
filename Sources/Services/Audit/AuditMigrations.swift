import Store

/// The schema of the Audit service.
enum AuditMigrations {
    static let all = [
        Migration(1, "news", sqlite: Outbox.news.statements(.sqlite), postgresql: Outbox.news.statements(.postgresql))
    ]
}
