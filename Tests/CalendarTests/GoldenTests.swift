import Foundation
import Testing
import Vocabulary

@testable import Calendar

/// Compares with what other people's calendars say; `scripts/golden/schedules.py` wrote it down.
@Suite("Golden data of other calendars", .timeLimit(.minutes(2)))
struct GoldenTests {
    private static func lines(_ name: String) throws -> [[String]] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name).txt")
        let text = try String(contentsOf: file, encoding: .utf8)
        return text.split(separator: "\n").map { $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init) }
    }

    /// Zones whose clocks go alike.
    private struct Group {
        let changes: [(at: Int64, offset: Int64)]
        let due: Int
        let digest: String
        let names: [String]

        init?(_ line: [String]) {
            guard line.count == 4, let due = Int(line[1]) else { return nil }
            changes = line[0].split(separator: " ").compactMap { pair in
                let numbers = pair.split(separator: ":").compactMap { Int64($0) }
                return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
            }
            self.due = due
            digest = line[2]
            names = line[3].split(separator: " ").map(String.init)
        }

        /// The zone as the other calendar has it.
        var zone: Zone {
            Zone(
                name: names.first ?? "", changes: changes.dropFirst().map(\.at), offsets: changes.map(\.offset),
                tail: ZoneRule(standard: changes.last?.offset ?? 0))
        }
    }

    @Test("every zone of the system changes its offset from 2020 to 2030 at the instants at which zoneinfo says")
    func zones() throws {
        let lines = try Self.lines("zones")
        let version = try String(contentsOfFile: "/usr/share/zoneinfo/tzdata.zi", encoding: .utf8).prefix { $0 != "\n" }.split(
            separator: " "
        ).last
        // Another edition of the data may say otherwise; what was is not changed as a rule.
        let isSameEdition = version.map(String.init) == lines[0][0]
        let directory = ZoneDirectory()
        var (zones, compared): (Int, Int) = (0, 0)
        for group in lines.dropFirst().compactMap(Group.init) {
            let (first, last) = (group.changes[0].at, Int64(1_924_992_000))
            for name in group.names {
                guard let zone = try? directory.zone(name) else {
                    #expect(!isSameEdition, "\(name)")
                    continue
                }
                var (found, at) = ([(first, zone.offset(at: first))], first)
                while let next = zone.span(at: at).end, next < last {
                    found.append((next, zone.offset(at: next)))
                    at = next
                }
                zones += 1
                compared += found.count - 1
                let isEqual = found.map(\.0) == group.changes.map(\.at) && found.map(\.1) == group.changes.map(\.offset)
                #expect(isEqual || !isSameEdition, "\(name)")
            }
        }
        print("zones: \(zones) zones, \(compared) changes compared")
        #expect(zones > 400)
    }

    private static let around = ["30 2 * * *", "0 0 * * *", "*/20 0-3 * * *", "15 * * * *", "15 23 L * *", "0 */2 * * 0"]
    private static let rules: [(SkippedTimes, RepeatedTimes)] = [(.shift, .first), (.skip, .second), (.shift, .both)]

    @Test("around every change of every zone's clocks the same instants are due as by zoneinfo and croniter")
    func aroundChanges() throws {
        let expressions = try Self.around.map { try CronExpression.parse($0, key: "") }
        var (groups, due) = (0, 0)
        for group in try Self.lines("zones").dropFirst().compactMap(Group.init) {
            let zone = group.zone
            var (digest, count): (UInt64, Int) = (0xcbf2_9ce4_8422_2325, 0)
            for change in group.changes.dropFirst() {
                let range =
                    Timestamp(milliseconds: (change.at - 24 * 3600) * 1000)..<Timestamp(milliseconds: (change.at + 24 * 3600) * 1000)
                for (index, expression) in expressions.enumerated() {
                    for (number, rule) in Self.rules.enumerated() {
                        let schedule = Schedule(.cron(expression), zone: zone, skipped: rule.0, repeated: rule.1)
                        let found = schedule.occurrences(in: range, limit: 1000)
                        for time in found.times {
                            let line = "\(index * Self.rules.count + number) \(time.milliseconds / 1000)\n"
                            digest = line.utf8.reduce(digest) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
                        }
                        count += found.times.count
                    }
                }
            }
            let text = String(digest, radix: 16)
            #expect(count == group.due, "\(group.names[0])")
            #expect(String(repeating: "0", count: 16 - text.count) + text == group.digest, "\(group.names[0])")
            groups += 1
            due += count
        }
        print("around changes: \(groups) groups of zones, \(due) instants due")
        #expect(groups > 50)
    }

    @Test("the next five instants of an expression are those of croniter")
    func cron() throws {
        let lines = try Self.lines("cron")
        for line in lines {
            let start = Timestamp(milliseconds: (try #require(Int64(line[1]))) * 1000)
            let expected = line[2].split(separator: ",").compactMap { Int64($0) }
            let schedule = Schedule(.cron(try CronExpression.parse(line[0], key: "")), zone: .utc)
            let found = schedule.preview(after: start, count: 5).map { $0.milliseconds / 1000 }
            #expect(found == expected, "\(line[0]) after \(start)")
            if let last = found.last, found.count == 5 {
                let before = (1...4).reduce(into: [last]) { times, _ in
                    if let earlier = schedule.previous(before: Timestamp(milliseconds: times[0] * 1000)) {
                        times.insert(earlier.milliseconds / 1000, at: 0)
                    }
                }
                #expect(before == found, "\(line[0]) back from \(last)")
            }
        }
        #expect(lines.count > 150)
    }

    @Test("the first ten times of a rule are those of dateutil")
    func rules() throws {
        let lines = try Self.lines("rules")
        for line in lines {
            let start = LocalTime(seconds: try #require(Int64(line[1])))
            let expected = line[2].split(separator: ",").compactMap { Int64($0) }
            let rule = try Recurrence.parse(line[0], start: start)
            let schedule = Schedule(.recurrence(rule), zone: .utc)
            let from = Timestamp(milliseconds: (start.seconds - 1) * 1000)
            #expect(schedule.preview(after: from, count: 10).map { $0.milliseconds / 1000 } == expected, "\(line[0]) from \(start)")
        }
        #expect(lines.count > 100)
    }
}
