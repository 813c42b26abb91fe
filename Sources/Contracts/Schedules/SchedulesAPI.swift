import Vocabulary

/// The endpoints of the Schedules service: when jobs run by themselves, and on which events.
package enum SchedulesAPI {
    /// What the service is called where others name it.
    package static let name = "schedules"

    /// Takes news of executions and targets, for rules.
    package static let news = NewsEndpoint(
        .post, "/api/schedules/internal/news", answers: .noContent, needs: .service, repeatable: true,
        "Takes news of executions and targets")
}
