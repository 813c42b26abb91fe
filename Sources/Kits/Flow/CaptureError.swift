/// Why a capture cannot be read, or finds no value in an output. It quotes nothing of the output but names of fields.
package struct CaptureError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    package let reason: Reason
    /// The line of the output, from 1, when it is not JSON.
    package let line: Int?
    /// The character from 1: in the line of the output when it is not JSON, else in the pattern or path when that cannot be read.
    package let column: Int?

    /// Makes the value.
    package init(_ reason: Reason, line: Int? = nil, column: Int? = nil) {
        self.reason = reason
        self.line = line
        self.column = column
    }

    /// The kinds of mistakes.
    package enum Reason: Hashable, Sendable {
        /// There is no pattern.
        case emptyPattern
        /// The pattern is no regular expression.
        case unreadablePattern(String)
        /// The path is no path.
        case unreadablePath(String)
        /// The pattern fits nowhere.
        case noMatch
        /// The pattern fits, but not with its group.
        case emptyGroup
        /// The output is not JSON; with what is wrong.
        case notJSON(String)
        /// There is no such field; with where it was looked for (nil: in all of the output) and the nearest one that is there.
        case noField(String, within: String?, suggestion: String?)
        /// The list has no such element.
        case noElement(Int, within: String?, count: Int)
        /// A field or an element was looked for in a value of another type.
        case wrongType(within: String?, is: String, needed: String)
        /// The value has more than `Capture.bytes` bytes.
        case tooLong
        /// The value is a list of more than `ExpressionLimit.elements` elements.
        case tooManyElements
        /// The search takes too long.
        case tooMuchWork
    }

    /// One sentence: what is wrong and what to do.
    package var description: String {
        switch reason {
        case .emptyPattern: "The pattern is empty; write one that finds the value, such as version (.+)."
        case .unreadablePattern(let detail): "The pattern cannot be read\(place): \(detail)."
        case .unreadablePath(let detail): "The path cannot be read\(place): \(detail)."
        case .noMatch: "The pattern is not found in the output."
        case .emptyGroup: "The pattern is found in the output, but its group takes no part; put all alternatives into the group."
        case .notJSON(let detail): "The output is not JSON\(place): \(detail)."
        case .noField(let name, let within, let suggestion):
            "\(Self.subject(within)) has no field \(name)" + (suggestion.map { "; did you mean \($0)?" } ?? ".")
        case .noElement(let index, let within, let count):
            "\(Self.subject(within)) has no element \(index): it is a list of \(count)."
        case .wrongType(let within, let kind, let needed): "\(Self.subject(within)) is \(kind), not \(needed)."
        case .tooLong: "The value has more than \(Capture.bytes) bytes; capture less of the output."
        case .tooManyElements: "The value is a list of more than \(ExpressionLimit.elements) elements; capture less of the output."
        case .tooMuchWork: "The search takes too long; use a simpler pattern or print less."
        }
    }

    private var place: String {
        guard let column else { return "" }
        return line.map { " at line \($0), column \(column)" } ?? " at its character \(column)"
    }

    private static func subject(_ path: String?) -> String { path.map { "\($0) of the output" } ?? "The output" }
}
