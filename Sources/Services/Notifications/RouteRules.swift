import Calendar
import Contracts
import Flow
import Foundation
import Vocabulary

/// What may be saved of routes. Pure, but for the time zones of the system.
enum RouteRules {
    /// Everything that is wrong with a route, but for its channels.
    static func mistakes(in save: SaveNotificationRoute, zones: ZoneDirectory) -> [ProblemPlace] {
        var places: [ProblemPlace] = []
        if save.name.range(of: "^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$", options: .regularExpression) == nil {
            places.append(
                ProblemPlace("A name begins with a letter or digit and holds these, dots, hyphens and underscores.", pointer: "#/name"))
        }
        let filter = save.filter
        if filter.kinds.isEmpty { places.append(ProblemPlace("A route takes at least one kind of event.", pointer: "#/filter/kinds")) }
        let lists = [
            ("jobs", filter.jobs), ("targets", filter.targets), ("environments", filter.environments), ("started_by", filter.startedBy),
        ]
        for (name, list) in lists {
            for (index, word) in (list ?? []).enumerated() where word.isEmpty || word.count > 200 {
                places.append(ProblemPlace("A pattern has 1 to 200 characters.", pointer: "#/filter/\(name)/\(index)"))
            }
        }
        if let failures = filter.failures, !(2...1000).contains(failures) {
            places.append(ProblemPlace("This is a number from 2 to 1000.", pointer: "#/filter/failures"))
        }
        if filter.failures != nil, !filter.kinds.contains(.failedRepeatedly) {
            places.append(ProblemPlace("A number of failures needs the kind failed_repeatedly.", pointer: "#/filter/failures"))
        }
        if let quiet = save.quietHours {
            do throws(QuietMistake) { _ = try window(quiet, zones: zones) } catch { places.append(error.place) }
        }
        places += templateMistakes(subject: save.subject, body: save.body)
        return places
    }

    /// What is wrong with the templates of a message.
    static func templateMistakes(subject: String?, body: String?) -> [ProblemPlace] {
        var places: [ProblemPlace] = []
        for (pointer, template) in [("#/subject", subject), ("#/body", body)] {
            guard let template, !template.isEmpty else { continue }
            do throws(NoticeMistake) { _ = try NoticeTemplate(parsing: template) } catch { places.append(error.place(pointer)) }
        }
        return places
    }

    /// The window of quiet hours.
    static func window(_ quiet: QuietHours, zones: ZoneDirectory) throws(QuietMistake) -> Window {
        let zone: Zone
        do throws(CalendarError) { zone = try zones.zone(quiet.zone) } catch {
            throw QuietMistake(place: ProblemPlace("\(error)", pointer: "#/quiet_hours/zone"))
        }
        guard let from = seconds(quiet.from), from < 86_400 else {
            throw QuietMistake(place: ProblemPlace("This is no time such as 22:00.", pointer: "#/quiet_hours/from"))
        }
        guard let to = seconds(quiet.to) else {
            throw QuietMistake(place: ProblemPlace("This is no time such as 06:00.", pointer: "#/quiet_hours/to"))
        }
        let days = quiet.days.map(Set.init) ?? Set(0...6)
        do throws(CalendarError) {
            return try Window(.weekly(days: days, from: from, to: to), zone: zone)
        } catch {
            throw QuietMistake(place: ProblemPlace("\(error)", pointer: "#/quiet_hours/days"))
        }
    }

    /// Seconds of the day of a time such as `22:00`; `24:00` is the end of the day.
    private static func seconds(_ time: String) -> Int? {
        let parts = time.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) && $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            parts[1].count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour < 24 || hour == 24 && minute == 0
        else { return nil }
        return hour * 3600 + minute * 60
    }
}

/// What is wrong with quiet hours.
struct QuietMistake: Error {
    let place: ProblemPlace
}

extension NotificationFilter {
    /// Whether an event is one of these.
    func takes(_ event: Event) -> Bool {
        guard kinds.contains(event.kind), event.severity >= (severity ?? .info) else { return false }
        if event.kind == .failedRepeatedly, event.failures != (failures ?? 3) { return false }
        if let scheduled, scheduled != event.isScheduled { return false }
        return Self.fits(event.job, jobs) && Self.fits(event.target.map { [$0] } ?? [], targets)
            && Self.fits(event.environment.map { [$0] } ?? [], environments) && Self.fits(event.startedBy.map { [$0] } ?? [], startedBy)
    }

    /// Whether one of the words that are known fits one of the patterns; without patterns everything does.
    private static func fits(_ words: [String], _ patterns: [String]?) -> Bool {
        guard let patterns, !patterns.isEmpty else { return true }
        return words.contains { word in
            let folded = FilterText.folded(word)
            return patterns.contains { FilterText.matches(folded, pattern: FilterText.folded($0)) }
        }
    }
}
