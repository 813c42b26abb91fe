import Contracts
import Store
import Vocabulary

/// Where the output of an execution is.
package enum OutputHome: Sendable, Hashable {
    /// In the feed, as it arrived.
    case feed
    /// Its beginning in the archive under this day, the rest in the feed: somebody is about to move it.
    case moving(day: Int)
    /// In the archive under this day, all of it.
    case archive(day: Int)
    /// Nowhere: retention removed it. As long as there is a day, something of it may still lie in the archive.
    case removed(day: Int?)

    /// Reads the columns.
    init(state: Int, day: Int?) throws {
        switch (state, day) {
        case (0, _): self = .feed
        case (1, let day?): self = .moving(day: day)
        case (2, let day?): self = .archive(day: day)
        case (3, _): self = .removed(day: day)
        default: throw StoreError.unexpectedValue(column: "output_state")
        }
    }

    /// The day under which the archive has something; nil for nothing.
    var day: Int? {
        switch self {
        case .feed: nil
        case .moving(let day), .archive(let day): day
        case .removed(let day): day
        }
    }

    /// Whether retention removed it.
    var isRemoved: Bool {
        if case .removed = self { return true }
        return false
    }

    /// Whether something of it may be in the feed.
    var isInFeed: Bool {
        switch self {
        case .feed, .moving: true
        case .archive, .removed: false
        }
    }
}

/// How much of the output of one step comes before a place.
package struct OutputTotals: Sendable, Hashable {
    /// Bytes of both streams.
    package var bytes = 0
    /// Bytes of standard output.
    package var stdoutBytes = 0
    /// Line feeds in both streams.
    package var lines = 0
    /// Line feeds in standard output.
    package var stdoutLines = 0
    /// What ends inside a line: 1 for both streams together, 2 for standard output, 4 for standard error.
    package var open = 0

    /// Nothing comes before.
    package init() {}

    /// Counts the next piece.
    mutating func add(_ row: OutputRow) {
        guard let final = row.bytes.last else { return }
        let feeds = row.bytes.withUnsafeBufferPointer { $0.reduce(0) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 } }
        bytes += row.bytes.count
        lines += feeds
        let bits = 1 | Self.bit(row.stream)
        open = final == UInt8(ascii: "\n") ? open & ~bits : open | bits
        if row.stream == .stdout {
            stdoutBytes += row.bytes.count
            stdoutLines += feeds
        }
    }

    /// Bytes of a stream, or of both.
    func bytes(of stream: OutputStreamName?) -> Int {
        switch stream {
        case nil: bytes
        case .stdout: stdoutBytes
        case .stderr: bytes - stdoutBytes
        }
    }

    /// Line feeds of a stream, or of both.
    func lines(of stream: OutputStreamName?) -> Int {
        switch stream {
        case nil: lines
        case .stdout: stdoutLines
        case .stderr: lines - stdoutLines
        }
    }

    /// Whether a stream, or both together, end inside a line.
    func isOpen(_ stream: OutputStreamName?) -> Bool { open & (stream.map(Self.bit) ?? 1) != 0 }

    private static func bit(_ stream: OutputStreamName) -> Int { stream == .stdout ? 2 : 4 }
}

/// A place in the output of one step from which it can be read on.
struct OutputMark: Sendable, Hashable {
    /// What comes after this place is read.
    var place: OutputPlace
    /// What comes before.
    var totals = OutputTotals()

    /// The beginning of a step's output.
    init(branch: Int, step: Int) { place = OutputPlace(branch: branch, step: step, sequence: 0) }

    /// A place inside.
    init(place: OutputPlace, totals: OutputTotals) { (self.place, self.totals) = (place, totals) }
}
