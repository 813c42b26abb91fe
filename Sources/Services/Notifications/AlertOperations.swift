import Contracts
import Store
import Vocabulary

/// What can be done with alerts.
struct AlertOperations: Sendable {
    let room: NotificationsRoom

    /// Alerts, newest first.
    func list(_ query: AlertQuery) async throws -> Page<Alert> {
        let (before, limit) = (try Pages.read(query.cursor), Pages.limit(query.limit))
        return Pages.page(try await room.alerts.page(query, before: before, limit: limit + 1, in: room.database), limit: limit) {
            $0.id.text
        }
    }

    /// One alert.
    /// - Throws: `NotificationError.notFound`.
    func show(_ id: String) async throws -> Alert { try await require(id, in: room.database) }

    /// Says that somebody takes care of an alert; its reminders end. Somebody else may take it over.
    /// - Throws: `NotificationError.notFound`, `alertOver`.
    func acknowledge(_ id: String, _ note: AlertNote, by caller: Caller) async throws -> Alert {
        try await change(id, "alert.acknowledged", note) { alert, now in
            (alert.state, alert.acknowledgedBy, alert.acknowledgedAt) = (.acknowledged, caller.name, now)
        }
    }

    /// Ends an alert by hand.
    /// - Throws: `NotificationError.notFound`, `alertOver`.
    func resolve(_ id: String, _ note: AlertNote, by caller: Caller) async throws -> Alert {
        try await change(id, "alert.resolved", note) { alert, now in
            (alert.state, alert.resolvedBy, alert.resolvedAt) = (.resolved, caller.name, now)
        }
    }

    private func change(
        _ id: String, _ action: String, _ note: AlertNote, _ body: @Sendable (inout Alert, Timestamp) -> Void
    ) async throws -> Alert {
        let now = room.clock.now()
        let result = try await room.database.transact { transaction in
            let current = try await require(id, in: transaction)
            guard current.state != .resolved else { throw NotificationError.alertOver(current.state) }
            var next = current
            body(&next, now)
            if let text = note.note, !text.isEmpty { next.note = text }
            try await room.alerts.save(next, in: transaction)
            try await room.note(
                action, AuditNote.Object("alert", next.id.text, next.subject), before: try AuditPicture.of(current),
                after: try AuditPicture.of(next), at: now, in: transaction)
            return next
        }
        room.news.ring()
        return result
    }

    private func require(_ id: String, in reading: any Reading) async throws -> Alert {
        guard let alert = try await room.alerts.alert(id, in: reading) else { throw NotificationError.notFound(.alert, id) }
        return alert
    }
}
