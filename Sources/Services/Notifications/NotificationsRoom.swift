import Calendar
import Contracts
import Logging
import Outbound
import Store
import Vault
import Vocabulary

/// What every operation of this room works with.
package struct NotificationsRoom: Sendable {
    /// The room's own database.
    package let database: any Database
    /// The way to Executions.
    package let peer: any Peer
    /// Encrypts secrets at rest.
    package let vault: Vault
    /// The way out.
    package let outbound: any Outbound
    /// Where Audit is told what was changed.
    package let news: NewsDesk
    /// The time, which all services share that use the same database.
    package let clock: StoreClock
    /// New ids.
    package let ids: any IDSource
    /// What can be set.
    package let settings: NotificationsSettings
    /// Where odd things are told.
    package let logger: Logger

    let channels: any ChannelStore = SQLChannelStore()
    let routes: any RouteStore = SQLRouteStore()
    let deliveries: any DeliveryStore = SQLDeliveryStore()
    let alerts: any AlertStore = SQLAlertStore()
    let heard: any NewsStore = SQLNewsStore()
    let zones = ZoneDirectory()
    /// Rung when there may be something to send.
    let bell = Doorbell()

    /// Puts the room together.
    package init(
        database: any Database, peer: any Peer, vault: Vault, outbound: any Outbound, news: NewsDesk, clock: any WallClock,
        ids: any IDSource, settings: NotificationsSettings, logger: Logger
    ) {
        self.database = database
        self.peer = peer
        self.vault = vault
        self.outbound = outbound
        self.news = news
        self.clock = StoreClock(clock, of: database)
        self.ids = ids
        self.settings = settings
        self.logger = logger
    }

    /// This room as a caller of others.
    static let caller = Caller.service(NotificationsAPI.name)

    /// Keeps a note for Audit of a change, with the transaction that makes it.
    func note(
        _ action: String, _ object: AuditNote.Object, before: JSONValue? = nil, after: JSONValue? = nil, detail: String? = nil,
        at now: Timestamp,
        in transaction: any Transaction
    ) async throws {
        try await news.note(
            AuditNote(action, object, before: before, after: after, detail: detail, by: NotificationsAPI.name, at: now), in: transaction)
    }
}

/// What can be set about notifications.
package struct NotificationsSettings: Sendable {
    /// The address that people use, for links; nil where it is not known.
    package var publicURL: String?
    /// A message that cannot be sent is given up after so long.
    package var giveUpAfter: Duration
    /// A message whose sender is silent for so long is sent by another one.
    package var lease: Duration
    /// What is over is kept for so long.
    package var keep: Duration

    /// Makes the settings.
    package init(
        publicURL: String? = nil, giveUpAfter: Duration = .seconds(8 * 3600), lease: Duration = .seconds(15),
        keep: Duration = .seconds(30 * 86_400)
    ) {
        self.publicURL = publicURL
        self.giveUpAfter = giveUpAfter
        self.lease = lease
        self.keep = keep
    }
}
