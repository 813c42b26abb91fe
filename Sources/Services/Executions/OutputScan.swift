import Archive
import Contracts
import Flow
import Vocabulary

/// A line that was found in one execution.
struct FoundPlace {
    let branch: Int
    let step: Int
    let match: LineSearch.Match
}

/// A search through pieces of one execution's output in order of branch, step and arrival.
struct OutputScan {
    private let text: String
    private let most: Int
    private var cursor: SearchCursor
    private var search: LineSearch?
    private(set) var found: [FoundPlace] = []

    init(text: String, most: Int, from cursor: SearchCursor) {
        self.text = text
        self.most = most
        self.cursor = cursor
    }

    /// Takes the next piece; returns where to go on once enough was found.
    mutating func take(_ row: OutputRow) -> SearchCursor? {
        let isSameStep = row.place.branch == cursor.branch && row.place.step == cursor.step
        if !isSameStep {
            finish()
            cursor = SearchCursor(execution: cursor.execution, branch: row.place.branch, step: row.place.step)
        }
        var search = self.search ?? LineSearch(text, at: cursor.place)
        let offset = row.place.sequence == cursor.place.piece ? cursor.place.offset : 0
        let matches = search.take(row.bytes, piece: row.place.sequence, from: offset)
        self.search = search
        for match in matches {
            found.append(FoundPlace(branch: cursor.branch, step: cursor.step, match: match))
            if found.count >= most { return cursor.moved(to: match.next) }
        }
        return nil
    }

    /// Goes on elsewhere: what comes next was not looked through up to there.
    mutating func jump(to cursor: SearchCursor) {
        finish()
        self.cursor = cursor
    }

    /// Where a later search may go on; nil as long as that would be where this one began.
    var placeToGoOn: SearchCursor? { search.flatMap { $0.place == cursor.place ? nil : cursor.moved(to: $0.place) } }

    /// Looks at the last line of a step, which may have no end.
    mutating func finish() {
        if let match = search?.finish() { found.append(FoundPlace(branch: cursor.branch, step: cursor.step, match: match)) }
        search = nil
    }
}

/// Where a search goes on: in an execution, its branch and step, a piece of output and a line.
struct SearchCursor: Sendable, Hashable {
    let execution: Int
    var branch = 0
    var step = 0
    var place = LineSearch.Place(piece: 0, offset: 0, line: 1)

    /// The beginning of an execution or of a step's output.
    init(execution: Int, branch: Int = 0, step: Int = 0) {
        self.execution = execution
        self.branch = branch
        self.step = step
    }

    /// The beginning of a group in the archive; what comes before in the same line is not looked at.
    init(execution: Int, _ header: ArchiveHeader) {
        self.init(execution: execution, branch: header.first.branch, step: header.first.step)
        place = LineSearch.Place(piece: header.first.sequence, offset: 0, line: header.before.lines + 1)
    }

    /// What comes after this place is looked through.
    var before: OutputPlace { OutputPlace(branch: branch, step: step, sequence: place.piece - 1) }

    /// Reads `text`.
    /// - Throws: `ExecutionError.badCursor`.
    init(reading text: String) throws {
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        let known = numbers.compactMap { $0 }.filter { $0 >= 0 && $0 <= 9_007_199_254_740_991 }
        guard numbers.count == 6, known.count == 6 else { throw ExecutionError.badCursor }
        execution = known[0]
        (branch, step) = (known[1], known[2])
        place = LineSearch.Place(piece: known[3], offset: known[4], line: known[5])
    }

    /// The form for clients.
    var text: String { [execution, branch, step, place.piece, place.offset, place.line].map { String($0) }.joined(separator: ".") }

    /// Another place in the output of the same step.
    func moved(to place: LineSearch.Place) -> SearchCursor {
        var moved = self
        moved.place = place
        return moved
    }
}

/// Which groups of the archive are read to find a text.
struct GroupChoice {
    private let needle: TrigramSignature.Needle?

    init(text: String) { needle = TrigramSignature.Needle(text) }

    /// Whether the text may stand in a group, or across one of its borders, or in a line that goes on in it.
    func wants(_ header: ArchiveHeader, before: ArchiveHeader?, after: ArchiveHeader?) -> Bool {
        guard let needle else { return true }
        if TrigramSignature.mayHold(needle, header.signature) { return true }
        if let before, header.beginsInLine, TrigramSignature.mayHold(needle, before.signature, header.signature) { return true }
        if let after, after.beginsInLine, TrigramSignature.mayHold(needle, header.signature, after.signature) { return true }
        return false
    }
}
