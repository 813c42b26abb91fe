import Foundation
import Testing
import Vocabulary

@Suite("Timestamp")
struct TimestampTests {
    @Test(
        "known instants read and write as RFC 3339",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_790_000_000_123, "2026-09-21T14:13:20.123Z"), (-2_208_988_800_000, "1900-01-01T00:00:00.000Z"),
            (4_102_444_799_999, "2099-12-31T23:59:59.999Z"), (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func known(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test("any instant comes back from its text")
    func roundTrip() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let instant = Timestamp(milliseconds: .random(in: -5_000_000_000_000...5_000_000_000_000, using: &generator))
            #expect(Timestamp(instant.description) == instant)
        }
    }

    @Test("a text without a fraction is whole seconds")
    func wholeSeconds() {
        #expect(Timestamp("2026-09-21T14:13:20Z")?.milliseconds == 1_790_000_000_000)
        #expect(Timestamp("2026-09-21T14:13:20.5Z")?.milliseconds == 1_790_000_000_500)
        #expect(Timestamp("2026-09-21T14:13:20.123999999Z")?.milliseconds == 1_790_000_000_123)
    }

    @Test(
        "other texts are refused",
        arguments: [
            "", "yesterday", "2026-09-21", "1790000000", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
            "2026-01-01T24:00:00Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00+01:00", "2026-01-01 00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00,5Z", "2026-01-01T00:00:00.5xZ", "+026-01-01T00:00:00Z",
        ])
    func refused(text: String) {
        #expect(Timestamp(text) == nil)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Timestamp.self, from: Data("\"\(text)\"".utf8)) }
    }

    @Test("years and differences are those of the calendar")
    func arithmetic() {
        let newYear = Timestamp(milliseconds: 1_767_225_600_000)

        #expect(newYear.year == 2026)
        #expect((newYear + .milliseconds(-1)).year == 2025)
        #expect((newYear + .seconds(90)) - newYear == .seconds(90))
        #expect(Duration.milliseconds(1500).seconds == 1.5)
    }
}
