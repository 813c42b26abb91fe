import Vocabulary

/// How the output of a step becomes a named value.
package struct Capture: Sendable, Hashable {
    /// The ways.
    package enum Way: Sendable, Hashable {
        /// The first place where a regular expression fits: its first group, or all of it if it has none. `^` and `$` are the beginning
        /// and the end of a line; a carriage return before a line feed is no part of a line.
        case pattern(String)
        /// A part of the output, which is JSON: `items[0].name`; `.` is all of it.
        case json(String)
        /// The output without the line ends at its end.
        case wholeText
        /// The list of lines that are not empty.
        case lines
    }

    /// How many bytes a value may have: a text as UTF-8, anything else as JSON.
    package static let bytes = 65_536

    /// The way that was given.
    package let way: Way
    private let pattern: SearchPattern?
    private let path: CapturePath?

    /// Reads a way.
    /// - Throws: `CaptureError` when its pattern or path cannot be read.
    package init(_ way: Way) throws(CaptureError) {
        self.way = way
        switch way {
        case .pattern(let text):
            guard !text.isEmpty else { throw CaptureError(.emptyPattern) }
            path = nil
            do {
                pattern = try SearchPattern(text, anchors: .lines)
            } catch {
                throw CaptureError(.unreadablePattern(error.detail), column: error.position)
            }
        case .json(let text):
            pattern = nil
            path = try CapturePath(text)
        case .wholeText, .lines: (pattern, path) = (nil, nil)
        }
    }

    /// The value in an output. `work` is the number of steps that the search for a pattern may take.
    /// - Throws: `CaptureError`, for example when the pattern does not fit anywhere or the output is not JSON.
    package func value(of output: String, work: Int = ExpressionLimit.work) throws(CaptureError) -> JSONValue {
        let value =
            switch way {
            case .pattern: try found(in: output, work: work)
            case .json: try selected(from: output)
            case .wholeText: JSONValue.string(Self.withoutLineEnds(output))
            case .lines: JSONValue.array(ExpressionTexts.lines(output))
            }
        if case .array(let items) = value, items.count > ExpressionLimit.elements { throw CaptureError(.tooManyElements) }
        guard ExpressionTexts.text(of: value, limit: Self.bytes) != nil else { throw CaptureError(.tooLong) }
        return value
    }

    private func found(in output: String, work: Int) throws(CaptureError) -> JSONValue {
        guard let pattern else { return .null }
        let output = Self.withLineFeeds(output)
        var work = work
        let match = pattern.firstMatch(in: output, work: &work)
        guard work >= 0 else { throw CaptureError(.tooMuchWork) }
        guard let match else { throw CaptureError(.noMatch) }
        guard pattern.hasGroup else { return .string(String(decoding: output[match.whole], as: UTF8.self)) }
        guard let group = match.group else { throw CaptureError(.emptyGroup) }
        return .string(String(decoding: output[group], as: UTF8.self))
    }

    private func selected(from output: String) throws(CaptureError) -> JSONValue {
        let all: JSONValue
        do {
            all = try ExpressionJSON.value(of: output)
        } catch {
            throw CaptureError(.notJSON(error.detail), line: error.line, column: error.column)
        }
        return try path?.value(in: all) ?? all
    }

    /// The output with plain line feeds where carriage returns stand before them.
    private static func withLineFeeds(_ output: String) -> [UInt8] {
        guard output.utf8.contains(UInt8(ascii: "\r")) else { return Array(output.utf8) }
        var bytes: [UInt8] = []
        for byte in output.utf8 {
            if byte == UInt8(ascii: "\n"), bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
            bytes.append(byte)
        }
        return bytes
    }

    private static func withoutLineEnds(_ output: String) -> String {
        var bytes = output.utf8[...]
        while bytes.last == UInt8(ascii: "\n") {
            bytes.removeLast()
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether both are the same way.
    package static func == (left: Capture, right: Capture) -> Bool { left.way == right.way }

    /// By the way.
    package func hash(into hasher: inout Hasher) { hasher.combine(way) }
}
