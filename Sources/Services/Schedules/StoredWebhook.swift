import Contracts
import Flow
import Vault
import Vocabulary

/// A webhook as it is kept.
struct StoredWebhook: Sendable {
    var id: WebhookID
    var serial: String
    var revision: Int
    var definition: WebhookDefinition
    var job: ScheduledJob
    var owner: ScheduleOwner
    /// The secret, sealed.
    var secret: String
    var secretSince: Timestamp
    /// The secret before, sealed, and until when it counts.
    var oldSecret: String?
    var oldSecretUntil: Timestamp?
    var createdAt: Timestamp
    var updatedAt: Timestamp

    /// Where its sealed secrets stand; bound to the ciphertext.
    static func place(_ id: WebhookID) -> String { "webhooks/\(id.text)/secret" }
    /// Where a sealed launch of one of its deliveries stands.
    static func place(_ id: WebhookDeliveryID) -> String { "webhook_deliveries/\(id.text)/launch" }

    /// What a webhook says with all defaults.
    static let (usualBody, usualDays) = (1_000_000, 14)

    var signature: WebhookSignature { WebhookSignature(format: definition.format, header: definition.signatureHeader) }

    var bodyLimit: Int { definition.bodyLimitBytes ?? Self.usualBody }

    /// How far the time of a message may be off, and how long it is known by, in seconds.
    var window: Int { definition.replaySeconds ?? ([.github, .gitlab].contains(definition.format) ? 86_400 : 300) }

    /// What starts the runs of a delivery.
    func trigger(at instant: Timestamp) -> RunTrigger {
        RunTrigger(kind: .webhook, name: definition.name, serial: serial, id: id.text, owner: owner.name, at: instant)
    }

    /// As people see it.
    func shown(last: WebhookDelivery?, at now: Timestamp) -> Webhook {
        Webhook(
            id: id, serial: serial, revision: revision, definition: definition, job: job, path: "/api/schedules/hooks/\(id.text)",
            secretSince: secretSince, oldSecretUntil: oldSecretUntil.flatMap { $0 > now ? $0 : nil }, last: last, owner: owner,
            createdAt: createdAt, updatedAt: updatedAt)
    }

    /// What is not recorded of messages; what secret parameters come from is part of it.
    func mask(_ job: TriggeredJob?) -> ValueMask { definition.mask(secrets: job?.secrets) }
}

extension WebhookDefinition {
    /// What is not recorded. Without knowing which parameters are secret everything is that any of them comes from.
    func mask(secrets: Set<String>?) -> ValueMask {
        let mapped = (run?.parameters ?? [:]).filter { secrets?.contains($0.key) ?? true }.compactMap(\.value.from)
        return (try? ValueMask((masks ?? []) + mapped)) ?? Self.everything
    }

    private static var everything: ValueMask { (try? ValueMask(["body", "headers[*]"])) ?? .nothing }
}

extension ValueMask {
    /// Masks nothing.
    static var nothing: ValueMask {
        do { return try ValueMask([]) } catch { preconditionFailure("no paths are always readable") }
    }
}

/// A message that was taken, as it is kept.
struct StoredDelivery: Sendable {
    var delivery: WebhookDelivery
    /// The header fields as they are recorded; nil when they are not kept any more.
    var headers: [String: String]?
    /// The body as it is recorded; nil when it is not kept any more, or could not be read.
    var body: JSONValue?
    /// Why there is no body, or that parts are masked.
    var note: String?
    /// Whether nothing of the body is masked.
    var isWhole: Bool
    /// The launch that it asks for, sealed, as long as it is not done.
    var launch: String?
    /// When it is to be tried (again) to start its run.
    var nextTryAt: Timestamp?
    var tries = 0

    /// What came, as it is recorded; nil when it is not there.
    var message: WebhookMessage? {
        guard let headers, let body else { return nil }
        return WebhookMessage(headers: headers, body: body)
    }

    /// As people see it.
    var shown: WebhookDeliveryDetail {
        WebhookDeliveryDetail(
            delivery: delivery, headers: headers ?? [:], body: body, note: note, canBeRedelivered: message != nil && isWhole)
    }
}

extension WebhookDelivery {
    /// What its sender is answered.
    var receipt: WebhookReceipt { WebhookReceipt(delivery: id, state: state, reason: reason, execution: execution) }
}
