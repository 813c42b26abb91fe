import Contracts
import Vocabulary
import Web

/// What one transaction added to the feed of one execution, encoded once for all readers.
///
/// On the bus it is: a line of `first last`, a line with `branch length` for each entry (branch 0 is not output), an empty line, and the entries as
/// JSON, joined by commas.
package struct FeedBatch: Sendable {
    /// One entry inside `json`.
    package struct Entry: Sendable, Hashable {
        /// The branch, if the entry is output; else 0: such entries are for every reader.
        var outputOf: Int
        /// Where it stands in `json`.
        var range: Range<Int>
    }

    /// The first number.
    package let first: Int
    /// The last number; there are no gaps.
    package let last: Int
    /// The entries in order.
    package let entries: [Entry]
    /// The entries as JSON, joined by commas.
    package let json: [UInt8]

    /// Encodes items, which are not empty and numbered without gaps.
    package init(_ items: [FeedItem]) throws {
        var json: [UInt8] = []
        var entries: [Entry] = []
        for item in items {
            if !json.isEmpty { json.append(UInt8(ascii: ",")) }
            let start = json.count
            json += try item.json ?? JSONCodec.encode(item.entry())
            entries.append(Entry(outputOf: item.event.isOutput ? item.event.branch ?? 0 : 0, range: start..<json.count))
        }
        first = items.first?.sequence ?? 0
        last = items.last?.sequence ?? -1
        self.entries = entries
        self.json = json
    }

    /// The form for the bus.
    package var payload: [UInt8] {
        var head = "\(first) \(last)\n"
        for entry in entries { head += "\(entry.outputOf) \(entry.range.count)\n" }
        return Array((head + "\n").utf8) + json
    }

    /// Reads the form of the bus; nil for anything else.
    package init?(payload: [UInt8]) {
        var numbers: [(Int, Int)] = []
        var rest = payload[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[..<end]
            rest = rest[(end + 1)...]
            if line.isEmpty { break }
            let parts = line.split(separator: UInt8(ascii: " ")).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
            guard parts.count == 2 else { return nil }
            numbers.append((parts[0], parts[1]))
        }
        guard let (first, last) = numbers.first, numbers.count == last - first + 2 else { return nil }
        self.first = first
        self.last = last
        json = Array(rest)
        var entries: [Entry] = []
        var start = 0
        for (branch, length) in numbers.dropFirst() {
            entries.append(Entry(outputOf: branch, range: start..<(start + length)))
            start += length + 1
        }
        guard start == json.count + 1 else { return nil }
        self.entries = entries
    }

    /// The answer for a reader who has everything up to `sent` and may want the output of one branch only; nil when nothing is left.
    package func frame(execution: ExecutionID, after sent: Int, branch: Int?) -> [UInt8]? {
        let wanted = entries.enumerated().filter { index, entry in
            first + index > sent && (branch == nil || entry.outputOf == 0 || entry.outputOf == branch)
        }
        if wanted.isEmpty { return nil }
        var frame = Array("{\"execution\":\"\(execution.text)\",\"entries\":[".utf8)
        if wanted.count == entries.count {
            frame += json
        } else {
            for (position, (_, entry)) in wanted.enumerated() {
                if position > 0 { frame.append(UInt8(ascii: ",")) }
                frame += json[entry.range]
            }
        }
        return frame + Array("]}".utf8)
    }
}
