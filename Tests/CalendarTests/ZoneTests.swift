import Testing

@testable import Calendar

@Suite("Time zones")
struct ZoneTests {
    @Test(
        "a zone that is not there is refused by name",
        arguments: ["Mars/Base", "../etc/passwd", "", "Europe/", "tzdata.zi", String(repeating: "a", count: 10_000)])
    func unknown(name: String) {
        #expect(throws: CalendarError.unknownZone(name)) { try ZoneDirectory().zone(name) }
    }
}
