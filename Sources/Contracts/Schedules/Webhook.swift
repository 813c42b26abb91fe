import Vocabulary

/// What a `WebhookID` names.
package enum WebhookSubject {}
/// A webhook's id.
package typealias WebhookID = Identifier<WebhookSubject>

/// How messages to a webhook prove who sent them; docs/webhooks.md shows each.
package enum WebhookFormat: String, WireEnum {
    /// `X-OpsConductor-Timestamp` and `X-OpsConductor-Signature`.
    case opsconductor
    /// `X-Hub-Signature-256`, as GitHub signs.
    case github
    /// The secret itself in `X-Gitlab-Token`.
    case gitlab
    /// `t=...,v1=...` in one header, as Stripe and others sign.
    case stripe
}

/// What a webhook says.
package struct WebhookDefinition: Codable, Sendable, Hashable, WireConstrained {
    /// The name; unique without regard to case.
    package var name: String
    /// What it is for.
    package var description: String?
    /// The job, by id, serial or name; in answers its name.
    package var job: String
    /// Whether messages start runs; true when absent. Those to a disabled one are recorded and ignored.
    package var enabled: Bool?
    /// How messages prove who sent them.
    package var format: WebhookFormat
    /// The header with the signature, only for the format `stripe`; `Stripe-Signature` when absent.
    package var signatureHeader: String?
    /// A path to what names a delivery, for example `body.id`; besides the header that the format has for it. A delivery of the same name is not taken twice.
    package var deliveryId: String?
    /// So many seconds the signed time of a message may be off, and so long repeated messages are known by; 300 when absent, for formats without a
    /// time 86400.
    package var replaySeconds: Int?
    /// An expression over `body` and `headers`: messages for which it is not true are recorded and ignored. All count when absent.
    package var filter: String?
    /// What the job is run with.
    package var run: TriggeredRun?
    /// Paths to what is not recorded, for example `body.password`, `body.users[*].email` or `headers.x-key`; what secret parameters come from is
    /// never recorded.
    package var masks: [String]?
    /// The most bytes of a message; 1000000 when absent.
    package var bodyLimitBytes: Int?
    /// So many days what came is kept; 14 when absent. That it came, and what became of it, is kept longer.
    package var keepDays: Int?
    /// Makes the value.
    package init(
        name: String, description: String? = nil, job: String, enabled: Bool? = nil, format: WebhookFormat, signatureHeader: String? = nil,
        deliveryId: String? = nil, replaySeconds: Int? = nil, filter: String? = nil, run: TriggeredRun? = nil, masks: [String]? = nil,
        bodyLimitBytes: Int? = nil, keepDays: Int? = nil
    ) {
        self.name = name
        self.description = description
        self.job = job
        self.enabled = enabled
        self.format = format
        self.signatureHeader = signatureHeader
        self.deliveryId = deliveryId
        self.replaySeconds = replaySeconds
        self.filter = filter
        self.run = run
        self.masks = masks
        self.bodyLimitBytes = bodyLimitBytes
        self.keepDays = keepDays
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "name": .pattern("[A-Za-z0-9][A-Za-z0-9._ -]{0,127}"), "description": .length(0...4000), "job": .length(1...200),
            "signatureHeader": .pattern("[A-Za-z0-9-]{1,100}"), "deliveryId": .length(1...1000), "replaySeconds": .range(30...604_800),
            "filter": .length(0...4000), "masks": .count(0...50), "bodyLimitBytes": .range(1000...5_000_000), "keepDays": .range(1...90),
        ]
    }
}

/// A webhook to save.
package struct SaveWebhook: Codable, Sendable, Hashable {
    /// What it is to say.
    package var definition: WebhookDefinition
    /// The revision that this change is based on; absent overwrites whatever is there.
    package var revision: Int?
    /// The secret of a new webhook, where the sender makes it; one is made up when absent. It is changed with `rotate` only.
    package var secret: Secret?
    /// Makes the value.
    package init(definition: WebhookDefinition, revision: Int? = nil, secret: Secret? = nil) {
        self.definition = definition
        self.revision = revision
        self.secret = secret
    }
}

/// A webhook.
package struct Webhook: Codable, Sendable, Hashable {
    /// The id.
    package var id: WebhookID
    /// The serial for people, for example `W20260001`.
    package var serial: String
    /// Counts changes; send it back with an update.
    package var revision: Int
    /// What it says.
    package var definition: WebhookDefinition
    /// The job.
    package var job: ScheduledJob
    /// The path that messages are sent to.
    package var path: String
    /// Since when its secret is valid.
    package var secretSince: Timestamp
    /// Until when the secret before is valid too; absent when it is not.
    package var oldSecretUntil: Timestamp?
    /// The last message; absent when none came.
    package var last: WebhookDelivery?
    /// Who answers for what it starts: whoever saved it last.
    package var owner: ScheduleOwner
    /// When it was added.
    package var createdAt: Timestamp
    /// When it was last changed.
    package var updatedAt: Timestamp
    /// Makes the value.
    package init(
        id: WebhookID, serial: String, revision: Int, definition: WebhookDefinition, job: ScheduledJob, path: String,
        secretSince: Timestamp, oldSecretUntil: Timestamp? = nil, last: WebhookDelivery? = nil, owner: ScheduleOwner,
        createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.serial = serial
        self.revision = revision
        self.definition = definition
        self.job = job
        self.path = path
        self.secretSince = secretSince
        self.oldSecretUntil = oldSecretUntil
        self.last = last
        self.owner = owner
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// A webhook with the secret that was made for it, which is never shown again.
package struct WebhookWithSecret: Codable, Sendable {
    /// The webhook.
    package var webhook: Webhook
    /// The secret to give to the sender; absent when it was given.
    package var secret: String?
    /// Makes the value.
    package init(webhook: Webhook, secret: String? = nil) {
        self.webhook = webhook
        self.secret = secret
    }
}

/// A new secret for a webhook.
package struct RotateWebhook: Codable, Sendable, WireConstrained {
    /// So many seconds the present secret is still valid, for senders that have not heard of the new one; 86400 when absent, 0 ends it at once.
    package var overlapSeconds: Int?
    /// The secret, where the sender makes it; one is made up when absent.
    package var secret: Secret?
    /// Makes the value.
    package init(overlapSeconds: Int? = nil, secret: Secret? = nil) {
        self.overlapSeconds = overlapSeconds
        self.secret = secret
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["overlapSeconds": .range(0...2_592_000)]
    }
}
