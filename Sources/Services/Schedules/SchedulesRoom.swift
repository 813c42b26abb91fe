import Bus
import Calendar
import Contracts
import Logging
import Store
import Vault
import Vocabulary

/// What every operation of this room works with.
package struct SchedulesRoom: Sendable {
    let database: any Database
    let peer: any Peer
    let vault: Vault
    let bus: any Bus
    let news: NewsDesk
    /// The time, which all services share that use the same database.
    let clock: StoreClock
    let ids: any IDSource
    let settings: SchedulesSettings
    let logger: Logger

    let zones: Zones
    let memory: ScheduleMemory
    let schedules: any ScheduleStore
    let ledger: any LedgerStore = SQLLedgerStore()
    let calendars: any CalendarStore = SQLCalendarStore()
    let rules: any DeadManStore = SQLDeadManStore()
    let bell = ClockworkBell()
    let tally = OccurrenceTally()
    /// Webhooks and rules about events.
    let events: EventsRoom

    /// Puts the room together. `brake` counts senders who prove nothing, for all processes together; for this one alone when it is nil. Time zones are
    /// those of `zones`.
    package init(
        database: any Database, peer: any Peer, vault: Vault, bus: any Bus, news: NewsDesk, clock: any WallClock, ids: any IDSource,
        settings: SchedulesSettings, brake: (any Tally)? = nil, zones: ZoneDirectory = ZoneDirectory(), logger: Logger
    ) {
        (self.database, self.peer, self.vault, self.bus, self.news) = (database, peer, vault, bus, news)
        (self.ids, self.settings, self.logger) = (ids, settings, logger)
        self.clock = StoreClock(clock, of: database)
        self.zones = Zones(zones)
        memory = ScheduleMemory()
        schedules = SQLScheduleStore(memory: memory)
        events = EventsRoom(
            database: database, peer: peer, vault: vault, brake: brake ?? InProcessTally(clock: clock), news: news, clock: self.clock,
            ids: ids, logger: logger
        ) { [schedules] reference in
            try await database.read { try await schedules.schedule(reference, isLocked: false, in: $0) }.map { ($0.id, $0.definition.name) }
        }
    }

    /// This room as a caller of others.
    static let caller = Caller.service(SchedulesAPI.name)
    /// Rung when something may be due sooner than was known.
    static let topic = "schedules"

    /// Says in every process that something may be due sooner than was known.
    func ring() async {
        bell.ring()
        await bus.publish(Self.topic)
    }

    /// The instant. Where the database has a clock of its own, no other one is ahead of it: what steps forward by itself must not start anything early.
    func now(in transaction: any Transaction) async throws -> Timestamp {
        guard let now = transaction.dialect.now, let row = try await transaction.first("-- clock.now\nSELECT \(now) AS now") else {
            return clock.now()
        }
        return min(clock.now(), try row.time("now"))
    }

    /// Whoever calls, as the one who answers for what a schedule starts.
    /// - Throws: `ScheduleError.mayNotRun` for a token that may not, `.noOwner` for parts of the installation.
    func owner(_ caller: Caller) throws(ScheduleError) -> ScheduleOwner {
        guard caller.holds(.jobsRun) else { throw .mayNotRun }
        guard caller.kind == .user, let id = caller.user else { throw .noOwner }
        return ScheduleOwner(id: id, name: caller.name)
    }
}

/// What can be set about schedules.
package struct SchedulesSettings: Sendable {
    /// How long the ledger is kept.
    package var history: Duration
    /// How long another scheduler waits before it takes over what one was about to start.
    package var lease: Duration

    /// Makes the settings.
    package init(history: Duration = .seconds(90 * 86_400), lease: Duration = .seconds(5)) {
        self.history = history
        self.lease = lease
    }
}
