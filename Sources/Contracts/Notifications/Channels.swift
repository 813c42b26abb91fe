import Vocabulary

/// What a `NotificationChannelID` names.
package enum NotificationChannelSubject {}
/// A channel's id.
package typealias NotificationChannelID = Identifier<NotificationChannelSubject>

/// The ways out.
package enum NotificationChannelKind: String, WireEnum {
    /// Mail through the mail server.
    case email
    /// A signed HTTP request.
    case webhook
    /// An incoming webhook of Slack.
    case slack
    /// An incoming webhook of Microsoft Teams.
    case teams

    /// Whether it is sent over HTTP.
    package var isHTTP: Bool { self != .email }
}

/// The methods of webhooks.
package enum WebhookMethod: String, WireEnum {
    case post = "POST"
    case put = "PUT"
}

/// A channel without its secrets.
package struct NotificationChannel: Codable, Sendable, Hashable {
    /// The id.
    package var id: NotificationChannelID
    /// The name; unique without regard to case.
    package var name: String
    /// The kind.
    package var kind: NotificationChannelKind
    /// What it is for.
    package var description: String
    /// Whether anything is sent.
    package var enabled: Bool
    /// Mail addresses; empty for other kinds.
    package var recipients: [String]
    /// Where its URL leads: scheme, host and port, and nothing of the secret rest; absent for mail.
    package var destination: String?
    /// The method of a webhook.
    package var method: WebhookMethod?
    /// The names of further header fields of a webhook; their values are secret.
    package var headers: [String]
    /// Whether a webhook is signed.
    package var signed: Bool
    /// The template of a webhook's body; absent sends the documented JSON.
    package var template: String?
    /// How it has been going.
    package var health: ChannelHealth
    /// How many routes use it.
    package var usedBy: Int
    /// Counts changes.
    package var revision: Int
    /// When it was added.
    package var createdAt: Timestamp
    /// When it was last changed.
    package var updatedAt: Timestamp
    /// Makes the value.
    package init(
        id: NotificationChannelID, name: String, kind: NotificationChannelKind, description: String, enabled: Bool,
        recipients: [String], destination: String? = nil, method: WebhookMethod? = nil, headers: [String], signed: Bool,
        template: String? = nil, health: ChannelHealth, usedBy: Int, revision: Int, createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.description = description
        self.enabled = enabled
        self.recipients = recipients
        self.destination = destination
        self.method = method
        self.headers = headers
        self.signed = signed
        self.template = template
        self.health = health
        self.usedBy = usedBy
        self.revision = revision
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// How sending over a channel has been going.
package struct ChannelHealth: Codable, Sendable, Hashable {
    /// Attempts that failed in a row.
    package var failures: Int
    /// Nothing is tried until then, after too many failures.
    package var pausedUntil: Timestamp?
    /// Why the last attempt failed; absent after one that did not.
    package var lastError: String?
    /// When something was last sent.
    package var lastSentAt: Timestamp?
    /// When an attempt last failed.
    package var lastFailedAt: Timestamp?
    /// Makes the value.
    package init(
        failures: Int, pausedUntil: Timestamp? = nil, lastError: String? = nil, lastSentAt: Timestamp? = nil,
        lastFailedAt: Timestamp? = nil
    ) {
        self.failures = failures
        self.pausedUntil = pausedUntil
        self.lastError = lastError
        self.lastSentAt = lastSentAt
        self.lastFailedAt = lastFailedAt
    }
}

/// A channel to add or the new state of one.
package struct SaveNotificationChannel: Codable, Sendable, WireConstrained {
    /// The name.
    package var name: String
    /// The kind.
    package var kind: NotificationChannelKind
    /// What it is for.
    package var description: String?
    /// Whether anything is sent; it is when absent.
    package var enabled: Bool?
    /// Mail addresses, for the kind `email`.
    package var recipients: [String]?
    /// The URL, for the other kinds.
    package var url: Secret?
    /// The method of a webhook; POST when absent.
    package var method: WebhookMethod?
    /// Further header fields of a webhook by name; they replace those that were, absent keeps them.
    package var headers: [String: Secret]?
    /// What a webhook is signed with; an empty text ends signing, absent keeps it.
    package var signingSecret: Secret?
    /// The template of a webhook's body.
    package var template: String?
    /// The revision that this change is based on; absent overwrites whatever is there.
    package var revision: Int?
    /// Makes the value.
    package init(
        name: String, kind: NotificationChannelKind, description: String? = nil, enabled: Bool? = nil,
        recipients: [String]? = nil, url: Secret? = nil, method: WebhookMethod? = nil, headers: [String: Secret]? = nil,
        signingSecret: Secret? = nil, template: String? = nil, revision: Int? = nil
    ) {
        self.name = name
        self.kind = kind
        self.description = description
        self.enabled = enabled
        self.recipients = recipients
        self.url = url
        self.method = method
        self.headers = headers
        self.signingSecret = signingSecret
        self.template = template
        self.revision = revision
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "name": .pattern("[A-Za-z0-9][A-Za-z0-9._-]{0,127}"), "description": .length(0...2000),
            "recipients": .count(0...100), "url": .length(0...4000), "signingSecret": .length(0...1024),
            "template": .length(0...20_000),
        ]
    }
}

/// What came of a test message.
package struct NotificationTest: Codable, Sendable, Hashable {
    /// Whether the other side took it.
    package var sent: Bool
    /// What the other side said, or why nothing was sent; one sentence.
    package var answer: String
    /// How long it took.
    package var milliseconds: Int
    /// The id that the message carries.
    package var messageId: String
    /// Makes the value.
    package init(sent: Bool, answer: String, milliseconds: Int, messageId: String) {
        self.sent = sent
        self.answer = answer
        self.milliseconds = milliseconds
        self.messageId = messageId
    }
}
