import Vocabulary

/// Which lines of one step's output to show.
package struct LinesQuery: Codable, Sendable, WireConstrained {
    /// The branch.
    package var branch: Int
    /// The number of the step, from 1.
    package var step: Int
    /// Only this stream; both in order of arrival when absent.
    package var stream: OutputStreamName?
    /// The number of the first line, from 1; 1 when absent.
    package var from: Int?
    /// At most so many lines (0...1000; default 200); 0 asks only how much there is.
    package var limit: Int?
    /// Makes the value.
    package init(branch: Int, step: Int, stream: OutputStreamName? = nil, from: Int? = nil, limit: Int? = nil) {
        self.branch = branch
        self.step = step
        self.stream = stream
        self.from = from
        self.limit = limit
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "branch": .range(1...1_000_000), "step": .range(1...1000), "from": .range(1...9_007_199_254_740_991),
            "limit": .range(0...1000),
        ]
    }
}

/// Some lines of one step's output. One call does a bounded amount of work, so there may be fewer lines than were asked for, but at least one
/// as long as there is one.
package struct OutputLines: Codable, Sendable, Hashable {
    /// The lines in order.
    package var lines: [OutputLine]
    /// How many lines there are, the last of them perhaps without an end.
    package var totalLines: Int
    /// How many bytes there are.
    package var totalBytes: Int
    /// Makes the value.
    package init(lines: [OutputLine], totalLines: Int, totalBytes: Int) {
        self.lines = lines
        self.totalLines = totalLines
        self.totalBytes = totalBytes
    }
}

/// One line of output.
package struct OutputLine: Codable, Sendable, Hashable {
    /// Its number, from 1.
    package var number: Int
    /// The line without its end, with U+FFFD for what is not UTF-8; of a long one the first 20,000 bytes.
    package var text: String
    /// Whether it is longer than `text`.
    package var cut: Bool
    /// The stream of its first byte.
    package var stream: OutputStreamName
    /// Makes the value.
    package init(number: Int, text: String, cut: Bool, stream: OutputStreamName) {
        self.number = number
        self.text = text
        self.cut = cut
        self.stream = stream
    }
}

extension ExecutionsAPI {
    /// Some lines of one step's output, by number.
    package static let lines = Endpoint<LinesQuery, OutputLines>(
        .get, "/api/executions/{execution}/lines", needs: .executionsRead, "Shows some lines of a step's output, however long it is")
}
