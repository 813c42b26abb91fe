import Store

/// The schema of the Schedules service.
enum SchedulesMigrations {
    static let all = [
        Migration(1, "news", sqlite: Outbox.news.statements(.sqlite), postgresql: Outbox.news.statements(.postgresql))
    ]
}
