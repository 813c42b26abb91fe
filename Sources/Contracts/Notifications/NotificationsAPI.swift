import Vocabulary

/// The endpoints of the Notifications service: who hears of what, and how.
package enum NotificationsAPI {
    /// What the service is called where others name it.
    package static let name = "notifications"

    /// Takes news of executions, schedules and targets.
    package static let news = NewsEndpoint(
        .post, "/api/notifications/internal/news", answers: .noContent, needs: .service, repeatable: true,
        "Takes news of executions, schedules and targets")
}
