import Calendar
import Synchronization

/// Time zones by name, each read once until they are forgotten.
final class Zones: Sendable {
    private let directory: ZoneDirectory
    private let known = Mutex<[String: Zone]>([:])

    init(_ directory: ZoneDirectory) { self.directory = directory }

    /// The zone of a name; UTC for none.
    /// - Throws: `CalendarError.unknownZone`, `.brokenZone`.
    func zone(_ name: String?) throws(CalendarError) -> Zone {
        guard let name, name != "UTC" else { return .utc }
        if let zone = known.withLock({ $0[name] }) { return zone }
        let zone = try directory.zone(name)
        known.withLock { known in
            if known.count > 1000 { known = [:] }
            known[name] = zone
        }
        return zone
    }

    /// Has the data read again, which may be newer.
    func forget() { known.withLock { $0 = [:] } }
}
