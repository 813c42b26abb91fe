import Contracts
import Store
import Vocabulary

/// What messages would look like, and what they can be made of.
struct PreviewOperations: Sendable {
    let room: NotificationsRoom

    /// A message about a sample event or a real execution.
    /// - Throws: `NotificationError.invalid`, `notFound`; `Problem.forbidden` for an execution that the caller may not see.
    func preview(_ ask: PreviewNotification, by caller: Caller) async throws -> NotificationPreview {
        var places = RouteRules.templateMistakes(subject: ask.subject, body: ask.body)
        if let template = ask.template, !template.isEmpty { places += ChannelRules.templateMistakes(template) }
        guard places.isEmpty else { throw NotificationError.invalid(places) }
        let event = try await event(ask, caller)
        let notice = NoticeWriter.notice(
            id: SampleDelivery.id, events: [event], kinds: [event.summary.kind: 1], subject: ask.subject, body: ask.body)
        return NotificationPreview(
            subject: notice.subject, body: notice.body, payload: try payload(notice, ask), event: event.summary, warnings: notice.warnings)
    }

    /// The kinds of events and the names that templates can use.
    func vocabulary() -> NotificationVocabulary {
        NotificationVocabulary(kinds: EventKinds.all, names: EventContent.names, subject: NoticeWriter.subject, body: NoticeWriter.body)
    }

    private func event(_ ask: PreviewNotification, _ caller: Caller) async throws -> TellableEvent {
        let now = room.clock.now()
        let events = ExecutionEvents(publicURL: room.settings.publicURL)
        if let reference = ask.execution {
            guard caller.holds(.executionsRead) else { throw Problem.forbidden(.executionsRead) }
            let execution = try await room.peer.call(
                ExecutionsAPI.find, [:], FindExecution(execution: reference), as: NotificationsRoom.caller)
            let event = events.preview(execution, id: SampleDelivery.id, at: now)
            return TellableEvent(summary: event.summary, content: event.content)
        }
        let info = EventKinds.info(ask.kind ?? .failed)
        var content = EventContent.sample(info.kind, publicURL: room.settings.publicURL)
        let title = EventContent.sampleTitle(info.kind)
        if case .object(var fields)? = content["event"] {
            fields["kind"] = .string(info.kind.rawValue)
            fields["severity"] = .string(info.severity.rawValue)
            fields["title"] = .string(title)
            content["event"] = .object(fields)
        }
        let summary = NotificationEvent(
            id: SampleDelivery.id, kind: info.kind, severity: info.severity, title: title, execution: "J20260001.0007",
            job: "nightly-backup",
            at: now)
        return TellableEvent(summary: summary, content: content)
    }

    private func payload(_ notice: Notice, _ ask: PreviewNotification) throws -> String? {
        switch (ask.channel, ask.template) {
        case (nil, _): nil
        case (.email?, _):
            String(
                decoding: MailFormat.message(
                    notice, from: "opsconductor@example.org", named: nil, to: ["ops@example.org"], at: notice.at), as: UTF8.self)
        case (.slack?, _): NoticeTemplate.json(ChannelFormats.slack(notice))
        case (.teams?, _): NoticeTemplate.json(ChannelFormats.teams(notice))
        case (.webhook?, let template?) where !template.isEmpty: try ChannelFormats.webhook(notice, template: template)
        case (.webhook?, _): NoticeTemplate.json(ChannelFormats.webhook(notice))
        }
    }
}

/// What previews show as the id of the delivery.
enum SampleDelivery {
    static let id = "01990000-0000-7000-8000-000000000000"
}
