import Contracts
import Store
import Vocabulary
import Web

/// The store of calendars in SQL.
struct SQLCalendarStore: CalendarStore {
    private static let columns = SQL(trusted: "id, revision, definition, updated_at, updated_by")

    func all(in transaction: any Transaction) async throws -> [StoredCalendar] {
        try await transaction.query("-- calendars.all\nSELECT \(Self.columns) FROM calendars ORDER BY name_key").map(Self.read)
    }

    func calendar(_ reference: String, in transaction: any Transaction) async throws -> StoredCalendar? {
        try await transaction.first(
            """
            -- calendars.find
            SELECT \(Self.columns) FROM calendars
            WHERE id = \(reference.lowercased()) OR name_key = \(StoredSchedule.key(reference)) ORDER BY id LIMIT 1
            """
        ).map(Self.read)
    }

    func insert(_ calendar: StoredCalendar, in transaction: any Transaction) async throws {
        try await refusingTakenName(calendar) {
            try await transaction.execute(
                """
                -- calendars.insert
                INSERT INTO calendars (id, name_key, revision, definition, updated_at, updated_by)
                VALUES (\(calendar.id), \(StoredSchedule.key(calendar.definition.name)), \(calendar.revision),
                    \(try JSONCodec.text(calendar.definition)), \(calendar.updatedAt), \(calendar.updatedBy))
                """)
        }
    }

    func save(_ calendar: StoredCalendar, in transaction: any Transaction) async throws {
        try await refusingTakenName(calendar) {
            try await transaction.execute(
                """
                -- calendars.save
                UPDATE calendars SET name_key = \(StoredSchedule.key(calendar.definition.name)), revision = \(calendar.revision),
                    definition = \(try JSONCodec.text(calendar.definition)), updated_at = \(calendar.updatedAt),
                    updated_by = \(calendar.updatedBy)
                WHERE id = \(calendar.id)
                """)
        }
    }

    func remove(_ id: CalendarID, in transaction: any Transaction) async throws {
        try await transaction.execute("-- calendars.remove\nDELETE FROM calendars WHERE id = \(id)")
    }

    private func refusingTakenName(_ calendar: StoredCalendar, _ write: () async throws -> Int) async throws {
        do {
            _ = try await write()
        } catch StoreError.duplicate {
            throw ScheduleError.nameTaken(.calendar, calendar.definition.name)
        }
    }

    private static func read(_ row: Row) throws -> StoredCalendar {
        StoredCalendar(
            id: try row.id("id"), revision: try row.int("revision"),
            definition: try JSONCodec.decode(CalendarDefinition.self, from: row.text("definition").utf8),
            updatedAt: try row.time("updated_at"), updatedBy: try row.text("updated_by"))
    }
}
