import Support
import Testing
import Vocabulary

@testable import Calendar

@Suite("Promises of schedules", .timeLimit(.minutes(1)))
struct PropertyTests {
    private static let zones = [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu", "Antarctica/Troll",
    ]

    /// A cron expression of random fields.
    private static func expression(_ random: inout SeededRandom) -> String {
        func field(_ range: ClosedRange<Int>) -> String {
            switch Int.random(in: 0...5, using: &random) {
            case 0: return "*"
            case 1: return "*/\(Int.random(in: 1...max(2, range.upperBound / 2), using: &random))"
            case 2:
                let low = Int.random(in: range, using: &random)
                return "\(low)-\(Int.random(in: low...range.upperBound, using: &random))"
            case 3: return (1...3).map { _ in String(Int.random(in: range, using: &random)) }.joined(separator: ",")
            default: return String(Int.random(in: range, using: &random))
            }
        }
        return [field(0...59), field(0...59), field(0...23), field(1...28), field(1...12), field(0...7)].joined(separator: " ")
    }

    @Test(
        "what comes next is later, nothing lies between, what came before is found again, and every instant has the fields of the expression"
    )
    func nextAndPrevious() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        let zones = try Self.zones.map { try ZoneDirectory().zone($0) }
        for _ in 0..<300 {
            let text = Self.expression(&random)
            let expression = try CronExpression.parse(text, key: "")
            let zone = zones[Int.random(in: zones.indices, using: &random)]
            let rules = (
                SkippedTimes.allCases.randomElement(using: &random) ?? .shift,
                RepeatedTimes.allCases.randomElement(using: &random) ?? .first
            )
            let schedule = Schedule(.cron(expression), zone: zone, skipped: rules.0, repeated: rules.1)
            let start = Timestamp(milliseconds: Int64.random(in: 1_577_836_800_000...1_893_456_000_000, using: &random))
            let note = Comment(rawValue: "\(text) in \(zone.name) after \(start), seed \(seed)")
            guard let first = schedule.next(after: start), let second = schedule.next(after: first) else { continue }
            #expect(start < first && first < second, note)
            #expect(schedule.previous(before: second) == first, note)
            #expect(schedule.next(after: Timestamp(milliseconds: first.milliseconds - 1)) == first, note)
            let seconds = first.milliseconds / 1000
            let span = zone.span(at: seconds)
            let local = LocalTime(seconds: seconds + span.offset)
            let isDue = expression.first(from: local, before: LocalTime(seconds: local.seconds + 1)) != nil
            #expect(isDue || seconds == span.start && schedule.skipped == .shift, note)
        }
    }

    @Test("every accepted expression is said in words")
    func words() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<300 {
            let text = Self.expression(&random)
            let words = try CronExpression.parse(text, key: "").words
            #expect(words.first?.isUppercase == true && !words.contains("  ") && words.count > 5, "\(text), seed \(seed)")
        }
    }

    @Test("random text is read or refused, and never anything else")
    func randomText() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        let letters = Array("0123456789*/,-?LWH#() @ABCDEMONSTUFRI=;:TZ\u{e9}\n")
        for _ in 0..<3000 {
            let text = String((0..<Int.random(in: 0...24, using: &random)).compactMap { _ in letters.randomElement(using: &random) })
            do { _ = try Schedule.Timing.parse(text, key: "k") } catch { #expect(!"\(error)".isEmpty, "seed \(seed)") }
            do { _ = try Recurrence.parse("FREQ=DAILY;\(text)", start: LocalTime(2026, 1, 1)) } catch {
                #expect(!"\(error)".isEmpty, "seed \(seed)")
            }
        }
    }
}
