import Contracts
import Vocabulary

/// What Targets tells of the health of targets, as events.
struct HealthEvents: Sendable {
    /// The address that people use; nil where it is not known.
    let publicURL: String?

    /// A change of a target's health; nil where nobody is to hear of it.
    func changed(_ change: HealthNews.Change, id: String) -> Happening? {
        guard change.to != .unknown else { return nil }
        let (target, isHealthy) = (change.target, change.to == .healthy)
        let kind: NotificationEventKind = isHealthy ? .healthy : .unhealthy
        let severity = change.to == .critical ? .critical : EventKinds.info(kind).severity
        var event = Event(id: id, kind: kind, severity: severity, title: "", at: change.since)
        event.title = isHealthy ? "\(target.name) is healthy again" : "\(target.name) is \(change.to == .critical ? "down" : "not well")"
        if !isHealthy, let cause = change.cause { event.title += ": \(cause)" }
        event.target = target.name
        event.environment = target.environment.isEmpty ? nil : target.environment
        event.alert = AlertEffect(key: "target/\(target.id.text)", subject: "target \(target.name)", resolves: isHealthy)
        event.content["target"] = .object([
            "name": .string(target.name), "serial": .string(target.serial), "host": .string(target.host),
            "environment": .string(target.environment), "state": .string(change.to.rawValue), "cause": EventContent.text(change.cause),
            "since": EventContent.time(change.since), "url": EventContent.text(publicURL.map { "\($0)/targets/\(target.serial)" }),
        ])
        event.content["event"] = EventContent.event(event)
        return Happening(events: [event])
    }
}
