import Vocabulary

/// What a `WebhookDeliveryID` names.
package enum WebhookDeliverySubject {}
/// A delivery's id.
package typealias WebhookDeliveryID = Identifier<WebhookDeliverySubject>

/// What becomes of a message to a webhook.
package enum WebhookDeliveryState: String, WireEnum {
    /// It was taken; the run starts as soon as all parts that are needed answer.
    case received
    /// It started a run.
    case started
    /// The webhook is disabled, or its filter does not match.
    case ignored
    /// No run could be started; the reason says why.
    case refused
    /// The same came before; nothing was started.
    case duplicate
}

/// A message to a webhook that proved who sent it.
package struct WebhookDelivery: Codable, Sendable, Hashable {
    /// The id.
    package var id: WebhookDeliveryID
    /// The webhook.
    package var webhook: WebhookID
    /// What became of it.
    package var state: WebhookDeliveryState
    /// Why, in a sentence, unless it started a run.
    package var reason: String?
    /// The serial of the run that it started; of a duplicate that of the first.
    package var execution: String?
    /// When it came.
    package var receivedAt: Timestamp
    /// The address that it came from; absent for those that were delivered again.
    package var address: String?
    /// What its sender calls it.
    package var name: String?
    /// How long its body was, in bytes.
    package var bytes: Int
    /// Of which delivery this is a duplicate.
    package var duplicateOf: WebhookDeliveryID?
    /// Which delivery was delivered again with it.
    package var redeliveryOf: WebhookDeliveryID?
    /// Makes the value.
    package init(
        id: WebhookDeliveryID, webhook: WebhookID, state: WebhookDeliveryState, reason: String? = nil, execution: String? = nil,
        receivedAt: Timestamp, address: String? = nil, name: String? = nil, bytes: Int, duplicateOf: WebhookDeliveryID? = nil,
        redeliveryOf: WebhookDeliveryID? = nil
    ) {
        self.id = id
        self.webhook = webhook
        self.state = state
        self.reason = reason
        self.execution = execution
        self.receivedAt = receivedAt
        self.address = address
        self.name = name
        self.bytes = bytes
        self.duplicateOf = duplicateOf
        self.redeliveryOf = redeliveryOf
    }
}

/// A delivery with what came. What is masked reads `•••`.
package struct WebhookDeliveryDetail: Codable, Sendable, Hashable {
    /// The delivery.
    package var delivery: WebhookDelivery
    /// The header fields by name in lower case.
    package var headers: [String: String]
    /// The body as it was read; a form is an object of texts.
    package var body: JSONValue?
    /// Why there is no body, or that parts of it are masked.
    package var note: String?
    /// Whether it can be delivered again: its body is kept and nothing that counts is masked.
    package var canBeRedelivered: Bool
    /// Makes the value.
    package init(
        delivery: WebhookDelivery, headers: [String: String], body: JSONValue? = nil, note: String? = nil, canBeRedelivered: Bool
    ) {
        self.delivery = delivery
        self.headers = headers
        self.body = body
        self.note = note
        self.canBeRedelivered = canBeRedelivered
    }
}

/// Which deliveries to list, the newest first.
package struct WebhookDeliveryQuery: Codable, Sendable, Hashable, WireConstrained {
    /// Only in this state.
    package var state: WebhookDeliveryState?
    /// At most so many items (1...500; default 50).
    package var limit: Int?
    /// The `next_cursor` of the page before.
    package var cursor: String?
    /// Makes the value.
    package init(state: WebhookDeliveryState? = nil, limit: Int? = nil, cursor: String? = nil) {
        self.state = state
        self.limit = limit
        self.cursor = cursor
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["limit": .range(1...500)]
    }
}

/// What senders are answered.
package struct WebhookReceipt: Codable, Sendable, Hashable {
    /// The delivery's id; a message that comes again is answered as the first one.
    package var delivery: WebhookDeliveryID
    /// What became of it.
    package var state: WebhookDeliveryState
    /// Why, in a sentence, unless it started a run.
    package var reason: String?
    /// The serial of the run that it started.
    package var execution: String?
    /// Makes the value.
    package init(delivery: WebhookDeliveryID, state: WebhookDeliveryState, reason: String? = nil, execution: String? = nil) {
        self.delivery = delivery
        self.state = state
        self.reason = reason
        self.execution = execution
    }
}

/// A message to try a webhook with.
package struct WebhookSample: Codable, Sendable, Hashable {
    /// Header fields by name.
    package var headers: [String: String]?
    /// The body.
    package var body: JSONValue
    /// Makes the value.
    package init(headers: [String: String]? = nil, body: JSONValue) {
        self.headers = headers
        self.body = body
    }
}

/// What to try: a webhook as it is saved, or as `definition` would make it, with exactly one of `delivery` and `sample`.
package struct TryWebhook: Codable, Sendable, Hashable, WireConstrained {
    /// The webhook, by id, serial or name; absent for one that is not saved yet.
    package var webhook: String?
    /// What it would say; as it is saved when absent.
    package var definition: WebhookDefinition?
    /// A delivery of the webhook that was recorded.
    package var delivery: WebhookDeliveryID?
    /// Some message.
    package var sample: WebhookSample?
    /// Makes the value.
    package init(
        webhook: String? = nil, definition: WebhookDefinition? = nil, delivery: WebhookDeliveryID? = nil, sample: WebhookSample? = nil
    ) {
        self.webhook = webhook
        self.definition = definition
        self.delivery = delivery
        self.sample = sample
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["webhook": .length(1...200)]
    }
}

/// What a parameter would be.
package struct TriedParameter: Codable, Sendable, Hashable {
    /// Its name.
    package var name: String
    /// Where it comes from: a path, `constant`, `default` or `job`.
    package var source: String
    /// The value as the job would get it; absent when there is none, `•••` when it is secret.
    package var value: JSONValue?
    /// What is wrong with it.
    package var error: String?
    /// Makes the value.
    package init(name: String, source: String, value: JSONValue? = nil, error: String? = nil) {
        self.name = name
        self.source = source
        self.value = value
        self.error = error
    }
}

/// What a message would do.
package struct TriedWebhook: Codable, Sendable, Hashable {
    /// What would become of it: `started`, `ignored` or `refused`.
    package var state: WebhookDeliveryState
    /// Why, in a sentence, unless it would start a run.
    package var reason: String?
    /// Whether the filter matches; absent when there is none or it cannot be told.
    package var matches: Bool?
    /// Every parameter of the job, in order.
    package var parameters: [TriedParameter]
    /// The filter of the targets.
    package var targets: String?
    /// Makes the value.
    package init(
        state: WebhookDeliveryState, reason: String? = nil, matches: Bool? = nil, parameters: [TriedParameter], targets: String? = nil
    ) {
        self.state = state
        self.reason = reason
        self.matches = matches
        self.parameters = parameters
        self.targets = targets
    }
}
