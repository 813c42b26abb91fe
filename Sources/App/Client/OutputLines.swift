/// Puts the pieces of one stream of one branch together to lines.
package struct OutputLines: Sendable {
    /// The most bytes that wait for their line break; longer lines come in pieces.
    package static let limit = 1_000_000
    private var waiting: [UInt8] = []

    /// Starts empty.
    package init() {}

    /// Adds a piece; answers the lines that it completes, without their line breaks.
    package mutating func add(_ piece: some Sequence<UInt8>) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for byte in piece {
            if byte == UInt8(ascii: "\n") {
                if waiting.last == UInt8(ascii: "\r") { waiting.removeLast() }
                lines.append(waiting)
                waiting = []
            } else {
                waiting.append(byte)
                if waiting.count >= Self.limit {
                    lines.append(waiting)
                    waiting = []
                }
            }
        }
        return lines
    }

    /// What is left of a line without a line break; nil when there is nothing.
    package mutating func finish() -> [UInt8]? {
        defer { waiting = [] }
        return waiting.isEmpty ? nil : waiting
    }
}
