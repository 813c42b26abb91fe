import Vocabulary

/// What goes along with the request being served through every call to other rooms, near and far.
package enum CurrentRequest {
    /// The id of the request, for log lines and answers; nil outside of requests.
    @TaskLocal package static var id: String?
    /// The trace that the request belongs to.
    @TaskLocal static var trace: TraceContext?
    /// When whoever waits for the answer gives up; nil when nobody said so.
    @TaskLocal static var deadline: Timestamp?

    /// How long a call may take that is made now: what the endpoint allows, but no longer than whoever asked waits.
    static func patience(_ most: Duration, at now: Timestamp) -> Duration {
        guard let deadline else { return most }
        return max(.zero, min(most, deadline - now))
    }
}

/// A trace as W3C Trace Context writes it in `traceparent` and `tracestate`.
struct TraceContext: Sendable, Hashable {
    /// Sixteen bytes in lower-case hexadecimal, not all zero.
    let trace: String
    /// Eight bytes of the span that called.
    let parent: String
    /// Two hexadecimal digits; the last bit says that the trace is recorded.
    let flags: String
    /// What vendors added, passed on as it is.
    let state: String?

    private static let digits = Array("0123456789abcdef".utf8)

    /// Reads the header fields; nil when there are none or they say nothing that can be used.
    init?(_ parentField: String?, state: String?) {
        guard let parts = parentField?.split(separator: "-", omittingEmptySubsequences: false).map(String.init), parts.count >= 4,
            Self.isHex(parts[0], 2), parts[0] != "ff", parts[0] != "00" || parts.count == 4, Self.isHex(parts[1], 32),
            Self.isHex(parts[2], 16), Self.isHex(parts[3], 2), Set(parts[1]) != ["0"], Set(parts[2]) != ["0"]
        else { return nil }
        (trace, parent, flags) = (parts[1], parts[2], parts[3])
        self.state = state.flatMap { (1...512).contains($0.utf8.count) ? $0 : nil }
    }

    /// Begins a trace that nobody records.
    init() {
        (trace, parent, flags, state) = (Self.random(16), Self.random(8), "00", nil)
    }

    private init(trace: String, parent: String, flags: String, state: String?) {
        (self.trace, self.parent, self.flags, self.state) = (trace, parent, flags, state)
    }

    /// The same trace with a new span, for a call.
    var next: TraceContext { TraceContext(trace: trace, parent: Self.random(8), flags: flags, state: state) }

    /// The value of `traceparent`.
    var field: String { "00-\(trace)-\(parent)-\(flags)" }

    private static func isHex(_ text: String, _ count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy(digits.contains)
    }

    /// So many bytes in hexadecimal, never only zeros.
    private static func random(_ count: Int) -> String {
        var random = RandomBytes()
        let bytes = (0..<count).map { _ in random.next() }
        guard bytes.contains(where: { $0 != 0 }) else { return Self.random(count) }
        var letters: [UInt8] = []
        letters.reserveCapacity(2 * count)
        for byte in bytes {
            letters.append(digits[Int(byte >> 4)])
            letters.append(digits[Int(byte & 15)])
        }
        return String(decoding: letters, as: UTF8.self)
    }
}
