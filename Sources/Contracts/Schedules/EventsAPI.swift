import Vocabulary

extension SchedulesAPI {
    /// Webhooks by name.
    package static let webhooks = Endpoint<PageQuery, Page<Webhook>>(
        .get, "/api/schedules/webhooks", needs: .webhooksRead, "Lists webhooks by name")
    /// Adds a webhook and tells its secret, once.
    package static let createWebhook = Endpoint<SaveWebhook, WebhookWithSecret>(
        .post, "/api/schedules/webhooks", answers: .created, needs: .webhooksWrite, "Adds a webhook and tells its secret, once")
    /// What a message would do at a webhook, without doing it.
    package static let tryWebhook = Endpoint<TryWebhook, TriedWebhook>(
        .post, "/api/schedules/webhooks/dry-run", needs: .webhooksRead, "Shows what a message would do at a webhook, without doing it")
    /// One webhook by id, serial or name.
    package static let webhook = Endpoint<Nothing, Webhook>(
        .get, "/api/schedules/webhooks/{webhook}", needs: .webhooksRead, "Shows a webhook")
    /// Changes a webhook; its secret stays.
    package static let updateWebhook = Endpoint<SaveWebhook, Webhook>(
        .put, "/api/schedules/webhooks/{webhook}", needs: .webhooksWrite, "Changes a webhook; its secret stays")
    /// Deletes a webhook with its deliveries; its runs stay.
    package static let deleteWebhook = Endpoint<Nothing, Nothing>(
        .delete, "/api/schedules/webhooks/{webhook}", answers: .noContent, needs: .webhooksWrite,
        "Deletes a webhook with its deliveries; its runs stay")
    /// Gives a webhook a new secret; the one before stays valid for a while.
    package static let rotateWebhook = Endpoint<RotateWebhook, WebhookWithSecret>(
        .post, "/api/schedules/webhooks/{webhook}/rotate", needs: .webhooksWrite,
        "Gives a webhook a new secret; the one before stays valid for a while")
    /// The messages to a webhook, newest first.
    package static let deliveries = Endpoint<WebhookDeliveryQuery, Page<WebhookDelivery>>(
        .get, "/api/schedules/webhooks/{webhook}/deliveries", needs: .webhooksRead, "Lists the messages to a webhook, newest first")
    /// One message with what came.
    package static let delivery = Endpoint<Nothing, WebhookDeliveryDetail>(
        .get, "/api/schedules/webhooks/{webhook}/deliveries/{delivery}", needs: .webhooksRead, "Shows a message to a webhook")
    /// Does again what a message asked for, as a new one.
    package static let redeliver = Endpoint<Nothing, WebhookReceipt>(
        .post, "/api/schedules/webhooks/{webhook}/deliveries/{delivery}/redeliver", answers: .accepted, needs: .webhooksWrite,
        "Does again what a message asked for")
    /// Takes a message: it proves by its signature who sent it.
    package static let receive = Endpoint<RawRequest, WebhookReceipt>(
        .post, "/api/schedules/hooks/{hook}", answers: .accepted, needs: .anyone,
        "Takes a message to a webhook, which proves by its signature who sent it")

    /// Rules about events by name.
    package static let eventRules = Endpoint<PageQuery, Page<EventRule>>(
        .get, "/api/schedules/event-rules", needs: .schedulesRead, "Lists rules about events by name")
    /// Adds a rule about events.
    package static let createEventRule = Endpoint<SaveEventRule, EventRule>(
        .post, "/api/schedules/event-rules", answers: .created, needs: .schedulesWrite, "Adds a rule about events")
    /// Creates or updates rules by name from YAML documents; the same documents again change nothing.
    package static let applyEventRules = Endpoint<ApplyEventRules, ApplyEventRulesReceipt>(
        .post, "/api/schedules/event-rules/apply", needs: .schedulesWrite, "Creates or updates rules about events by name, all or nothing")
    /// What rules did about events, newest first.
    package static let ruleFirings = Endpoint<RuleFiringQuery, Page<RuleFiring>>(
        .get, "/api/schedules/event-rules/firings", needs: .schedulesRead, "Lists what rules did about events, newest first")
    /// One rule about events by id, serial or name.
    package static let eventRule = Endpoint<Nothing, EventRule>(
        .get, "/api/schedules/event-rules/{event_rule}", needs: .schedulesRead, "Shows a rule about events")
    /// Changes a rule about events; it counts for what happens from now on.
    package static let updateEventRule = Endpoint<SaveEventRule, EventRule>(
        .put, "/api/schedules/event-rules/{event_rule}", needs: .schedulesWrite, "Changes a rule about events")
    /// Deletes a rule about events with its history; its runs stay.
    package static let deleteEventRule = Endpoint<Nothing, Nothing>(
        .delete, "/api/schedules/event-rules/{event_rule}", answers: .noContent, needs: .schedulesWrite,
        "Deletes a rule about events with its history; its runs stay")
}
