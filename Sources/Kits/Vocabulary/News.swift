/// What one service tells another: something happened that must not be missed. Handed on at least once, in order.
package struct NewsItem: Codable, Sendable, Hashable {
    /// A UUIDv7; the same one when the item comes twice, so receivers remember it.
    package let id: String
    /// What happened, for example `execution.ended`.
    package let kind: String
    /// JSON text, which `kind` says how to read.
    package let payload: String
    /// When it was written.
    package let createdAt: Timestamp

    /// Makes an item.
    package init(id: String, kind: String, payload: String, createdAt: Timestamp) {
        self.id = id
        self.kind = kind
        self.payload = payload
        self.createdAt = createdAt
    }
}

/// Items of one service, oldest first.
package struct NewsDelivery: Codable, Sendable {
    /// The service that tells, for example `executions`.
    package let from: String
    /// What it tells, at most 200 items.
    package let items: [NewsItem]

    /// Makes a delivery.
    package init(from: String, items: [NewsItem]) {
        self.from = from
        self.items = items
    }
}

/// The endpoint at which a service takes news. It answers after it has stored what it needs; until then it comes again.
package typealias NewsEndpoint = Endpoint<NewsDelivery, Nothing>
