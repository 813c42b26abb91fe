import Contracts
import Vocabulary

/// What executions tell, as events.
struct ExecutionEvents: Sendable {
    /// The address that people use; nil where it is not known.
    let publicURL: String?

    /// The events of an execution that ended; nil where nobody is to hear of it. `failures` counts those in a row before this one, and it is returned
    /// as it is after it.
    func ended(_ execution: Execution, failures: inout Int, id: (NotificationEventKind) -> String) -> Happening? {
        let ahead = failures
        let kinds: [NotificationEventKind]
        switch execution.state {
        case .succeeded:
            failures = 0
            kinds = ahead > 0 ? [.recovered, .succeeded] : [.succeeded]
        case .failed:
            failures += 1
            kinds = failures > 1 ? [.failedRepeatedly, .failed] : [.failed]
        case .lost:
            failures += 1
            kinds = failures > 1 ? [.failedRepeatedly, .lost] : [.lost]
        case .cancelUnconfirmed: kinds = [.cancelUnconfirmed]
        case .cancelled, .waiting, .running, .cancelling: return nil
        }
        let count = execution.state == .succeeded ? ahead : failures
        return Happening(
            events: kinds.map { kind in
                var event = base(kind, execution, id: id(kind), at: execution.endedAt ?? execution.createdAt)
                event.failures = count
                event.title = Self.title(kind, execution, failures: count)
                event.content["job"] = job(execution, failures: count)
                if let key = Self.alertKey(execution) {
                    event.alert = AlertEffect(key: key, subject: "job \(execution.name)", resolves: execution.state == .succeeded)
                }
                return finished(event)
            })
    }

    /// Somebody has to approve a step.
    func approvalNeeded(_ asked: ExecutionNews.ApprovalNeeded, id: String, at: Timestamp) -> Happening {
        var event = base(.approvalNeeded, asked.execution, id: id, at: at)
        event.title = "\(asked.execution.name) (\(asked.execution.serial)) waits for an approval of step \(asked.step), \(asked.name)"
        event.content["approval"] = .object([
            "step": .integer(Int64(asked.step)), "name": .string(asked.name), "until": EventContent.time(asked.until),
        ])
        return Happening(events: [finished(event)])
    }

    /// An execution was paused.
    func paused(_ execution: Execution, id: String, at: Timestamp) -> Happening {
        var event = base(.paused, execution, id: id, at: at)
        event.title = "\(execution.name) (\(execution.serial)) was paused" + (execution.hold.map { ": \($0.detail)" } ?? "")
        return Happening(events: [finished(event)])
    }

    /// What an execution is now, for a preview.
    func preview(_ execution: Execution, id: String, at: Timestamp) -> Event {
        var failures = 0
        if let event = ended(execution, failures: &failures, id: { _ in id })?.events.last { return event }
        if execution.hold?.reason == .paused { return paused(execution, id: id, at: at).events[0] }
        var event = base(.failed, execution, id: id, at: at)
        event.title = "\(execution.name) (\(execution.serial)) is \(execution.state.rawValue)"
        return finished(event)
    }

    private func base(_ kind: NotificationEventKind, _ execution: Execution, id: String, at: Timestamp) -> Event {
        var event = Event(id: id, kind: kind, severity: EventKinds.info(kind).severity, title: "", at: at)
        event.execution = execution.serial
        event.startedBy = execution.startedBy
        event.isScheduled = execution.trigger?.kind == .schedule
        if let job = execution.job { event.job = [job.text, execution.jobSerial, execution.name].compactMap { $0 } }
        event.content["execution"] = content(execution)
        event.content["job"] = job(execution, failures: 0)
        return event
    }

    private func finished(_ event: Event) -> Event {
        var event = event
        event.content["event"] = EventContent.event(event)
        return event
    }

    private static func alertKey(_ execution: Execution) -> String? { execution.job.map { "job/\($0.text)" } }

    private static func title(_ kind: NotificationEventKind, _ execution: Execution, failures: Int) -> String {
        let name = "\(execution.name) (\(execution.serial))"
        let counts = execution.counts
        let some = counts.total > 1 ? " on \(counts.failed) of \(counts.total) targets" : ""
        return switch kind {
        case .succeeded: "\(name) succeeded"
        case .recovered: "\(name) succeeded again after \(failures) \(failures == 1 ? "failure" : "failures")"
        case .failedRepeatedly: "\(name) failed\(some), for the \(ordinal(failures)) time in a row"
        case .lost: "\(name) was lost: it is not known how it ended"
        case .cancelUnconfirmed: "\(name) was cancelled, but it is not proved that its processes are gone"
        default: "\(name) failed\(some)"
        }
    }

    private static func ordinal(_ number: Int) -> String {
        let teens = (11...13).contains(number % 100)
        let ending = teens ? "th" : number % 10 == 1 ? "st" : number % 10 == 2 ? "nd" : number % 10 == 3 ? "rd" : "th"
        return "\(number)\(ending)"
    }

    private func content(_ execution: Execution) -> JSONValue {
        let seconds = execution.endedAt.flatMap { end in execution.startedAt.map { Int64((end - $0).seconds.rounded()) } }
        let counts = execution.counts
        return .object([
            "id": .string(execution.id.text), "serial": .string(execution.serial), "name": .string(execution.name),
            "state": .string(execution.state.rawValue), "cause": EventContent.text(execution.cause),
            "started_by": .string(execution.startedBy), "targets": .string(execution.targets),
            "created_at": EventContent.time(execution.createdAt), "started_at": EventContent.time(execution.startedAt),
            "ended_at": EventContent.time(execution.endedAt), "seconds": seconds.map { .integer($0) } ?? .null,
            "total": .integer(Int64(counts.total)), "succeeded": .integer(Int64(counts.succeeded)),
            "failed": .integer(Int64(counts.failed)), "unclear": .integer(Int64(counts.unclear)),
            "url": EventContent.text(publicURL.map { "\($0)/runs/\(execution.serial)" }),
        ])
    }

    private func job(_ execution: Execution, failures: Int) -> JSONValue {
        guard execution.job != nil else { return .null }
        return .object([
            "name": .string(execution.name), "serial": EventContent.text(execution.jobSerial),
            "version": execution.jobVersion.map { .integer(Int64($0)) } ?? .null, "failures": .integer(Int64(failures)),
        ])
    }
}
