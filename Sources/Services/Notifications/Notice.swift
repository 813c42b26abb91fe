import Contracts
import Vocabulary

/// A message before it takes the form of a channel: what it says, about which events.
struct Notice: Sendable {
    /// The id of the delivery.
    var id: String
    /// One line.
    var subject: String
    /// The text.
    var body: String
    /// The most that any of the events matters.
    var severity: NotificationSeverity
    /// The events that are told, oldest first.
    var events: [TellableEvent]
    /// How many events there are.
    var count: Int
    /// The number of the reminder; 0 for the events themselves.
    var reminder: Int
    /// What of the templates could not be used, in sentences.
    var warnings: [String]
    /// A page about it, where there is one.
    var link: String?
    /// When the last event happened.
    var at: Timestamp
}

/// An event as it is kept for telling.
struct TellableEvent: Sendable {
    var summary: NotificationEvent
    var content: [String: JSONValue]
}

/// Writes messages: by the route's templates, or in the usual words. A template that cannot be used does not keep a message from being sent.
enum NoticeWriter {
    /// The subject that messages have without a template.
    static let subject = "[OpsConductor] {{ event.title }}"
    /// The body that messages about one event have without a template.
    static let body = """
        {{ event.title }}.
        {{ execution.cause }}

        When:       {{ event.at }}
        Severity:   {{ event.severity }}
        Started by: {{ execution.started_by }}
        Targets:    {{ execution.targets }}
        Target:     {{ target.name }}
        Where:      {{ target.environment }}
        Took:       {{ execution.seconds }} seconds
        Page:       {{ default(execution.url, target.url) }}
        """

    /// The message of a delivery. `kinds` are all of its events, of which `events` may be but the first.
    static func notice(
        id: String, events: [TellableEvent], kinds: [NotificationEventKind: Int], reminder: Int = 0, subject: String?, body: String?
    ) -> Notice {
        let count = kinds.values.reduce(0, +)
        var warnings: [String] = []
        func rendered(_ template: String?, _ usual: String, _ event: TellableEvent, _ what: String, isUsual: inout Bool) -> String {
            let content = event.content(count: count, reminder: reminder)
            if let template, !template.isEmpty {
                do throws(NoticeMistake) {
                    return try NoticeTemplate(parsing: template).render(content)
                } catch {
                    let warning =
                        "The template of the \(what) could not be used, line \(error.line), column \(error.column): \(error.detail)"
                    if !warnings.contains(warning) { warnings.append(warning) }
                }
            }
            isUsual = true
            return (try? NoticeTemplate(parsing: usual).render(content)) ?? event.summary.title
        }
        let shown = Array(events.prefix(NoticeLimit.events))
        var (usualSubject, texts) = (false, [String]())
        for event in shown {
            var isUsual = false
            let text = rendered(body, Self.body, event, "body", isUsual: &isUsual)
            texts.append(isUsual ? usual(text, isAlone: count == 1, event) : text)
        }
        var title = shown.first.map { rendered(subject, Self.subject, $0, "subject", isUsual: &usualSubject) } ?? ""
        if count > 1 { title = "[OpsConductor] " + summary(of: kinds) }
        if reminder > 0, usualSubject {
            title = title.replacing("[OpsConductor] ", with: "[OpsConductor] Reminder \(reminder): ", maxReplacements: 1)
        }
        if count > shown.count { texts.append("And \(count - shown.count) more.") }
        texts += warnings
        let all = texts.joined(separator: count > 1 && body != nil ? "\n\n" : "\n")
        return Notice(
            id: id, subject: oneLine(title), body: all.utf8.count > NoticeLimit.body ? NoticeLimit.cut(all, to: NoticeLimit.body) : all,
            severity: events.map(\.summary.severity).max() ?? .info, events: shown, count: count, reminder: reminder, warnings: warnings,
            link: shown.first.flatMap(\.link), at: events.last?.summary.at ?? Timestamp(milliseconds: 0))
    }

    /// The usual text: lines without a value are left out, and of many events each gets one line.
    private static func usual(_ text: String, isAlone: Bool, _ event: TellableEvent) -> String {
        guard isAlone else { return "\(event.summary.at)  \(event.summary.severity.rawValue)  \(event.summary.title)" }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let isBlank: (String) -> Bool = { line in
            guard let colon = line.firstIndex(of: ":"), line[..<colon].allSatisfy(\.isLetterOrSpace) else { return false }
            let rest = line[line.index(after: colon)...].trimmingPrefix { $0 == " " }
            return rest.isEmpty || rest == "seconds"
        }
        return lines.enumerated().filter { !(isBlank($1) || $1.isEmpty && $0 == 1) }.map(\.element).joined(separator: "\n")
    }

    /// `5 events: 3 failed, 2 recovered`.
    private static func summary(of kinds: [NotificationEventKind: Int]) -> String {
        let sorted = kinds.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
        let parts = sorted.map { "\($0.value) \($0.key.rawValue.replacing("_", with: " "))" }
        return "\(kinds.values.reduce(0, +)) events: \(parts.joined(separator: ", "))"
    }

    /// Without line breaks or other control characters, and not too long.
    static func oneLine(_ text: String) -> String {
        let plain = String(text.map { $0.isNewline || $0.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7f } ? " " : $0 })
        return plain.count <= NoticeLimit.subject ? plain : plain.prefix(NoticeLimit.subject - 1) + "…"
    }
}

extension Character {
    fileprivate var isLetterOrSpace: Bool { isLetter || self == " " }
}

extension TellableEvent {
    /// The content with what depends on the message.
    func content(count: Int, reminder: Int) -> [String: JSONValue] {
        var content = content
        if case .object(var event)? = content["event"] {
            event["count"] = .integer(Int64(count))
            event["reminder"] = .integer(Int64(reminder))
            content["event"] = .object(event)
        }
        return content
    }

    /// A page about it.
    var link: String? {
        for part in ["execution", "target"] {
            if case .object(let fields)? = content[part], case .string(let url)? = fields["url"] { return url }
        }
        return nil
    }
}
