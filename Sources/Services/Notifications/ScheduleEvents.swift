import Contracts
import Vocabulary

/// What schedules tell, as events.
struct ScheduleEvents: Sendable {
    /// An instant at which nothing began: nobody was there, or no run could be started.
    func unstarted(_ occurrence: Occurrence, _ kind: NotificationEventKind, id: String, at: Timestamp) -> Happening {
        var event = Event(id: id, kind: kind, severity: EventKinds.info(kind).severity, title: "", at: occurrence.decidedAt ?? at)
        let what = kind == .missed ? "was not started" : "could not be started"
        event.title = "\(occurrence.job) \(what) by its schedule \(occurrence.name) (\(occurrence.serial)) at \(occurrence.at)"
        if let reason = occurrence.reason { event.title += ": \(reason)" }
        event.job = [occurrence.job]
        event.startedBy = "schedule \(occurrence.serial)"
        event.isScheduled = true
        event.content["job"] = .object(["name": .string(occurrence.job)])
        event.content["schedule"] = .object([
            "name": .string(occurrence.name), "serial": .string(occurrence.serial), "at": EventContent.time(occurrence.at),
            "reason": EventContent.text(occurrence.reason),
        ])
        event.content["event"] = EventContent.event(event)
        return Happening(events: [event])
    }

    /// A rule that was broken, or is kept again. One about how long runs take is a kind of its own.
    func rule(_ news: ScheduleNews.Rule, isBroken: Bool, id: String, at: Timestamp) -> Happening {
        let definition = news.rule.definition
        let kind: NotificationEventKind = !isBroken ? .ruleRecovered : definition.takesLonger == nil ? .ruleBroken : .tooLong
        var event = Event(id: id, kind: kind, severity: EventKinds.info(kind).severity, title: "", at: at)
        event.title = isBroken ? "\(definition.name): \(news.alert.sentence)" : "\(definition.name) is kept again"
        event.job = [news.job, definition.job].compactMap { $0 }
        event.alert = AlertEffect(key: "rule/\(news.rule.id.text)", subject: "rule \(definition.name)", resolves: !isBroken)
        event.content["job"] = .object(["name": EventContent.text(definition.job), "serial": EventContent.text(news.job)])
        event.content["rule"] = .object([
            "name": .string(definition.name), "words": .string(news.rule.words), "sentence": .string(news.alert.sentence),
            "since": EventContent.time(news.alert.since), "until": EventContent.time(news.alert.until),
        ])
        event.content["event"] = EventContent.event(event)
        return Happening(events: [event])
    }
}
