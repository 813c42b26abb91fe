import Vocabulary

/// One thing that is wrong with a job's definition.
struct JobMistake: Error, Hashable, Sendable {
    /// The path in the definition, for example `/steps/0/command`; empty for the whole.
    var pointer: String
    /// What is wrong and what would be right.
    var detail: String
    /// Where in the text at `pointer`, if the mistake is inside of it.
    var inside: Position?
    /// Where in the YAML, if it is known already.
    var position: Position?

    /// A line and a column, both from 1.
    struct Position: Hashable, Sendable {
        var line: Int
        var column: Int
    }

    init(_ pointer: String, _ detail: String, inside: Position? = nil, position: Position? = nil) {
        self.pointer = pointer
        self.detail = detail
        self.inside = inside
        self.position = position
    }

    /// How it looks from outside; the pointer is into a body that has the form in `definition`.
    var place: ProblemPlace {
        ProblemPlace(detail, pointer: "#/definition\(pointer)", line: position?.line, column: position?.column)
    }
}
