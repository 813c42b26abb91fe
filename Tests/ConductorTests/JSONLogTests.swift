import Logging
import Support
import Synchronization
import Testing
import Vocabulary
import Web

@testable import Conductor

@Suite("Logs in JSON")
struct JSONLogTests {
    private final class Lines: Sendable {
        private let bytes = Mutex<[UInt8]>([])
        var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
        func add(_ more: [UInt8]) { bytes.withLock { $0 += more } }
    }

    @Test("a message is one line with its time, level and metadata, whatever is in it")
    func line() throws {
        let lines = Lines()
        let clock = ManualClock()
        var logger = Logger(label: "opsconductor") { label in JSONLogHandler(label: label, clock: clock) { lines.add($0) } }
        logger.logLevel = .info
        logger[metadataKey: "request_id"] = "r-1"

        logger.debug("not shown")
        logger.warning(
            "two\nlines and \"quotes\"", metadata: ["status": "\(503)", "targets": ["a", "b"], "more": ["of": "it"], "time": "mine"])

        let written = lines.text
        #expect(written.hasSuffix("\n") && written.dropLast().allSatisfy { $0 != "\n" })
        let node = try JSONParser.parse(written.utf8)
        #expect(node["time"] == .string(clock.now().description))
        #expect(node["level"] == .string("warning"))
        #expect(node["logger"] == .string("opsconductor"))
        #expect(node["message"] == .string("two\nlines and \"quotes\""))
        #expect(node["request_id"] == .string("r-1"))
        #expect(node["status"] == .string("503"))
        #expect(node["targets"] == .array([.string("a"), .string("b")]))
        #expect(node["more"]?["of"] == .string("it"))
        #expect(node["time_"] == .string("mine"))
    }
}
