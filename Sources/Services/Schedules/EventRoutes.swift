import Contracts
import Vocabulary
import Web

/// Endpoint to operation: webhooks and rules about events.
struct EventRoutes: Sendable {
    let room: EventsRoom

    func add(to routes: inout Routes) {
        let (webhooks, deliveries) = (WebhookOperations(room: room), DeliveryOperations(room: room))
        routes.serve(SchedulesAPI.webhooks) { try await webhooks.list($0.body) }
        routes.serve(SchedulesAPI.createWebhook) { try await webhooks.create($0.body, by: $0.caller) }
        routes.serve(SchedulesAPI.tryWebhook) { try await deliveries.tryOut($0.body) }
        routes.serve(SchedulesAPI.webhook) { try await webhooks.show($0.parameter("webhook")) }
        routes.serve(SchedulesAPI.updateWebhook) { try await webhooks.update($0.parameter("webhook"), $0.body, by: $0.caller) }
        routes.serve(SchedulesAPI.deleteWebhook) { call in
            try await webhooks.delete(call.parameter("webhook"))
            return Nothing()
        }
        routes.serve(SchedulesAPI.rotateWebhook) { try await webhooks.rotate($0.parameter("webhook"), $0.body) }
        routes.serve(SchedulesAPI.deliveries) { try await deliveries.list($0.parameter("webhook"), $0.body) }
        routes.serve(SchedulesAPI.delivery) { try await deliveries.show($0.parameter("webhook"), $0.parameter("delivery")) }
        routes.serve(SchedulesAPI.redeliver) { call in
            try await deliveries.redeliver(call.parameter("webhook"), call.parameter("delivery"), by: call.caller)
        }
        routes.serve(SchedulesAPI.receive) { [room] call in
            try await ReceiveOperations(room: room).receive(call.parameter("hook"), call.body, from: call.address)
        }
        let rules = EventRuleOperations(room: room)
        routes.serve(SchedulesAPI.eventRules) { try await rules.list($0.body) }
        routes.serve(SchedulesAPI.createEventRule) { try await rules.create($0.body, by: $0.caller) }
        routes.serve(SchedulesAPI.applyEventRules) { try await rules.apply($0.body, by: $0.caller) }
        routes.serve(SchedulesAPI.ruleFirings) { try await rules.firings($0.body) }
        routes.serve(SchedulesAPI.eventRule) { try await rules.show($0.parameter("event_rule")) }
        routes.serve(SchedulesAPI.updateEventRule) { try await rules.update($0.parameter("event_rule"), $0.body, by: $0.caller) }
        routes.serve(SchedulesAPI.deleteEventRule) { call in
            try await rules.delete(call.parameter("event_rule"))
            return Nothing()
        }
    }
}
