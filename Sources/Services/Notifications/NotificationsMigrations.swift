import Store

/// The schema of the Notifications service.
enum NotificationsMigrations {
    static let all = [
        Migration(1, "news", sqlite: Outbox.news.statements(.sqlite), postgresql: Outbox.news.statements(.postgresql))
    ]
}
