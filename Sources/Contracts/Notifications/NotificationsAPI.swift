import Vocabulary

/// The endpoints of the Notifications service: who hears of what, and how.
package enum NotificationsAPI {
    /// What the service is called where others name it.
    package static let name = "notifications"

    /// Channels by name, never their secrets.
    package static let channels = Endpoint<PageQuery, Page<NotificationChannel>>(
        .get, "/api/notifications/channels", needs: .notificationsRead, "Lists channels, never their secrets")
    /// Adds a channel.
    package static let createChannel = Endpoint<SaveNotificationChannel, NotificationChannel>(
        .post, "/api/notifications/channels", answers: .created, needs: .notificationsWrite, "Adds a channel")
    /// One channel by id or name.
    package static let showChannel = Endpoint<Nothing, NotificationChannel>(
        .get, "/api/notifications/channels/{channel}", needs: .notificationsRead, "Shows a channel, never its secrets")
    /// Changes a channel, by id or name; absent secrets stay as they are.
    package static let updateChannel = Endpoint<SaveNotificationChannel, NotificationChannel>(
        .put, "/api/notifications/channels/{channel}", needs: .notificationsWrite, "Changes a channel; absent secrets stay as they are")
    /// Deletes a channel that no route uses.
    package static let deleteChannel = Endpoint<Nothing, Nothing>(
        .delete, "/api/notifications/channels/{channel}", answers: .noContent, needs: .notificationsWrite,
        "Deletes a channel that no route uses")
    /// Sends a test message for real and says what came of it.
    package static let testChannel = Endpoint<Nothing, NotificationTest>(
        .post, "/api/notifications/channels/{channel}/test", needs: .notificationsWrite, patience: .seconds(90),
        "Sends a test message for real and says what came of it")

    /// The mail server that channels of the kind email send through.
    package static let mailServer = Endpoint<Nothing, MailServerState>(
        .get, "/api/notifications/mail-server", needs: .notificationsRead, "Shows the mail server, never its password")
    /// Sets the mail server; an absent password stays as it is.
    package static let saveMailServer = Endpoint<SaveMailServer, MailServerState>(
        .put, "/api/notifications/mail-server", needs: .notificationsWrite, "Sets the mail server; an absent password stays as it is")
    /// Forgets the mail server.
    package static let deleteMailServer = Endpoint<Nothing, Nothing>(
        .delete, "/api/notifications/mail-server", answers: .noContent, needs: .notificationsWrite, "Forgets the mail server")
    /// Sends a test mail for real and says what came of it.
    package static let testMailServer = Endpoint<TestMailServer, NotificationTest>(
        .post, "/api/notifications/mail-server/test", needs: .notificationsWrite, patience: .seconds(90),
        "Sends a test mail for real and says what came of it")

    /// Routes by name.
    package static let routes = Endpoint<PageQuery, Page<NotificationRoute>>(
        .get, "/api/notifications/routes", needs: .notificationsRead, "Lists routes: which events go to which channels")
    /// Adds a route.
    package static let createRoute = Endpoint<SaveNotificationRoute, NotificationRoute>(
        .post, "/api/notifications/routes", answers: .created, needs: .notificationsWrite, "Adds a route")
    /// One route by id or name.
    package static let showRoute = Endpoint<Nothing, NotificationRoute>(
        .get, "/api/notifications/routes/{route}", needs: .notificationsRead, "Shows a route")
    /// Changes a route, by id or name.
    package static let updateRoute = Endpoint<SaveNotificationRoute, NotificationRoute>(
        .put, "/api/notifications/routes/{route}", needs: .notificationsWrite, "Changes a route")
    /// Deletes a route; what it had not sent yet is dropped.
    package static let deleteRoute = Endpoint<Nothing, Nothing>(
        .delete, "/api/notifications/routes/{route}", answers: .noContent, needs: .notificationsWrite,
        "Deletes a route; what it had not sent yet is dropped")
    /// What a message would look like, for a sample event or a real execution.
    package static let preview = Endpoint<PreviewNotification, NotificationPreview>(
        .post, "/api/notifications/preview", needs: .notificationsRead, "Shows what a message would look like, without sending it")
    /// The kinds of events and the names that templates can use, for completion.
    package static let vocabulary = Endpoint<Nothing, NotificationVocabulary>(
        .get, "/api/notifications/vocabulary", needs: .notificationsRead,
        "Lists the kinds of events and the names that templates can use")

    /// What was sent, waits or failed, newest first.
    package static let deliveries = Endpoint<DeliveryQuery, Page<NotificationDelivery>>(
        .get, "/api/notifications/deliveries", needs: .notificationsRead, "Lists what was sent, waits or failed, newest first")
    /// One delivery with its attempts.
    package static let showDelivery = Endpoint<Nothing, NotificationDelivery>(
        .get, "/api/notifications/deliveries/{delivery}", needs: .notificationsRead, "Shows a delivery with its attempts")
    /// Sends a delivery again, under the id that it had.
    package static let sendAgain = Endpoint<Nothing, NotificationDelivery>(
        .post, "/api/notifications/deliveries/{delivery}/send-again", needs: .notificationsWrite,
        "Sends a delivery again, under the id that it had")

    /// Alerts, the latest first.
    package static let alerts = Endpoint<AlertQuery, Page<Alert>>(
        .get, "/api/notifications/alerts", needs: .notificationsRead, "Lists alerts, the latest first")
    /// One alert.
    package static let showAlert = Endpoint<Nothing, Alert>(
        .get, "/api/notifications/alerts/{alert}", needs: .notificationsRead, "Shows an alert")
    /// Says that somebody takes care of it, which ends its reminders.
    package static let acknowledge = Endpoint<AlertNote, Alert>(
        .post, "/api/notifications/alerts/{alert}/acknowledge", needs: .alertsAcknowledge,
        "Says that somebody takes care of an alert, which ends its reminders")
    /// Ends an alert by hand.
    package static let resolve = Endpoint<AlertNote, Alert>(
        .post, "/api/notifications/alerts/{alert}/resolve", needs: .alertsAcknowledge, "Ends an alert by hand")

    /// Takes news of executions, schedules and targets.
    package static let news = NewsEndpoint(
        .post, "/api/notifications/internal/news", answers: .noContent, needs: .service, repeatable: true,
        "Takes news of executions, schedules and targets")
}
