import Contracts
import Store
import Vocabulary

/// A delivery as it is stored, without its events.
package struct StoredDelivery: Sendable {
    /// The id, which every attempt carries.
    package var id: String
    /// The route.
    package var route: NotificationRouteID
    /// Its name at that time.
    package var routeName: String
    /// The channel.
    package var channel: NotificationChannelID
    /// Its name at that time.
    package var channelName: String
    /// Its kind at that time.
    package var channelKind: NotificationChannelKind
    /// The state.
    package var state: DeliveryState
    /// The most that any event matters.
    package var severity: NotificationSeverity
    /// The subject, or the title of the first event.
    package var subject: String
    /// How many events it tells of.
    package var eventCount = 0
    /// The number of the reminder; 0 for the events themselves.
    package var reminder = 0
    /// How many attempts there were.
    package var attempts = 0
    /// When it is tried next, or stops gathering.
    package var dueAt: Timestamp?
    /// When it is given up.
    package var giveUpAt: Timestamp?
    /// When it stopped gathering.
    package var releasedAt: Timestamp?
    /// Names the one who sends it now.
    package var lease: String?
    /// Until when nobody else does.
    package var leaseUntil: Timestamp?
    /// When its first event came.
    package var createdAt: Timestamp
    /// Its place among those that came at the same time.
    package var ordinal = 0
    /// When it ended.
    package var endedAt: Timestamp?
    /// Why it is held, was given up or dropped.
    package var reason: String?
}

/// What the operations rely on for deliveries.
package protocol DeliveryStore: Sendable {
    /// The delivery with this id; nil when there is none.
    func delivery(_ id: String, in reading: any Reading) async throws -> StoredDelivery?
    /// Deliveries with an id before `before`, newest first.
    func page(_ query: DeliveryQuery, before: String?, limit: Int, in reading: any Reading) async throws -> [StoredDelivery]
    /// The first events of deliveries, oldest first, with their content when it is wanted.
    func events(
        of ids: [String], most: Int, in reading: any Reading
    ) async throws -> [String: [(event: NotificationEvent, content: String)]]
    /// How many events of each kind a delivery tells of.
    func kinds(of id: String, in reading: any Reading) async throws -> [NotificationEventKind: Int]
    /// The latest attempts of deliveries, oldest first.
    func history(of ids: [String], most: Int, in reading: any Reading) async throws -> [String: [DeliveryAttempt]]
    /// The delivery of a route over a channel that gathers events; nil when there is none.
    func held(_ route: NotificationRouteID, _ channel: NotificationChannelID, in transaction: any Transaction) async throws
        -> StoredDelivery?
    /// When messages of a route over a channel stopped gathering, since a time.
    func releases(
        _ route: NotificationRouteID, _ channel: NotificationChannelID, since: Timestamp, in transaction: any Transaction
    ) async throws -> [Timestamp]
    /// Adds a delivery with its first event.
    func insert(_ delivery: StoredDelivery, event: String, in transaction: any Transaction) async throws
    /// Adds an event to a delivery that gathers; false when it does so no more.
    func add(_ event: String, _ severity: NotificationSeverity, to delivery: StoredDelivery, in transaction: any Transaction) async throws
        -> Bool
    /// Deliveries whose time of gathering is over.
    func ripe(at now: Timestamp, limit: Int, in transaction: any Transaction) async throws -> [StoredDelivery]
    /// Changes state, times and reason of a delivery that is in a state.
    func move(_ delivery: StoredDelivery, from state: DeliveryState, in transaction: any Transaction) async throws
    /// Whether there is something to send, to release or to give up.
    func isAnythingDue(at now: Timestamp, in reading: any Reading) async throws -> Bool
    /// Waits until no other process chooses deliveries, for the rest of the transaction.
    func lockCourier(in transaction: any Transaction) async throws
    /// The first delivery of each route and channel that can be sent now: of channels that are enabled and do not rest, where none is being sent.
    func sendable(at now: Timestamp, limit: Int, in transaction: any Transaction) async throws -> [StoredDelivery]
    /// How many deliveries are being sent over each channel.
    func underWay(at now: Timestamp, in transaction: any Transaction) async throws -> [NotificationChannelID: Int]
    /// Gives deliveries to somebody who sends them.
    func lease(_ ids: [String], _ lease: String, until: Timestamp, in transaction: any Transaction) async throws
    /// Prolongs all leases of somebody.
    func renew(_ lease: String, until: Timestamp, in transaction: any Transaction) async throws
    /// Keeps how an attempt went, and what becomes of the delivery; false when the lease was lost meanwhile.
    func record(_ attempt: DeliveryAttempt, _ delivery: StoredDelivery, lease: String, in transaction: any Transaction) async throws -> Bool
    /// Ends all leases, whoever has them.
    func reclaim(at now: Timestamp, in transaction: any Transaction) async throws
    /// Gives up what has waited too long, with a reason; returns how many.
    func giveUp(at now: Timestamp, in transaction: any Transaction) async throws -> Int
    /// Drops what was not sent yet of a route or over a channel.
    func drop(
        route: NotificationRouteID?, channel: NotificationChannelID?, reason: String, at now: Timestamp, in transaction: any Transaction
    ) async throws
}
