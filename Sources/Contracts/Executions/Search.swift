import Vocabulary

/// What to look for in the output of one execution.
package struct OutputSearch: Codable, Sendable, WireConstrained {
    /// The text, without regard to the case of ASCII letters; it stands within one line.
    package var text: String
    /// Only in this branch.
    package var branch: Int?
    /// Only in this step.
    package var step: Int?
    /// At most so many lines (1...500; default 100).
    package var limit: Int?
    /// The `next_cursor` of the answer before.
    package var cursor: String?
    /// Makes the value.
    package init(text: String, branch: Int? = nil, step: Int? = nil, limit: Int? = nil, cursor: String? = nil) {
        self.text = text
        self.branch = branch
        self.step = step
        self.limit = limit
        self.cursor = cursor
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "text": .length(1...200), "branch": .range(1...1_000_000), "step": .range(1...1000), "limit": .range(1...500),
            "cursor": .length(1...200),
        ]
    }
}

/// What to look for in the output of all executions.
package struct AllOutputSearch: Codable, Sendable, WireConstrained {
    /// The text, without regard to the case of ASCII letters; it stands within one line.
    package var text: String
    /// Only in executions that were asked for at this time or later.
    package var since: Timestamp?
    /// Only in executions of this job, by id.
    package var job: JobID?
    /// At most so many lines (1...500; default 100).
    package var limit: Int?
    /// The `next_cursor` of the answer before.
    package var cursor: String?
    /// Makes the value.
    package init(text: String, since: Timestamp? = nil, job: JobID? = nil, limit: Int? = nil, cursor: String? = nil) {
        self.text = text
        self.since = since
        self.job = job
        self.limit = limit
        self.cursor = cursor
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["text": .length(1...200), "limit": .range(1...500), "cursor": .length(1...200)]
    }
}

/// What was found so far. One call does a bounded amount of work: as long as there is a cursor there is more to look through, whether
/// something was found or not.
package struct FoundLines: Codable, Sendable, Hashable {
    /// The lines: newest executions first, in each by branch, step and line.
    package var items: [FoundLine]
    /// Where to go on; absent when everything was looked through.
    package var nextCursor: String?
    /// How many bytes of output this call looked through.
    package var searchedBytes: Int
    /// When the oldest execution was asked for that this call looked at; absent when it looked at none.
    package var searchedBackTo: Timestamp?
    /// Makes the value.
    package init(items: [FoundLine], nextCursor: String? = nil, searchedBytes: Int, searchedBackTo: Timestamp? = nil) {
        self.items = items
        self.nextCursor = nextCursor
        self.searchedBytes = searchedBytes
        self.searchedBackTo = searchedBackTo
    }
}

/// A line of output that was found.
package struct FoundLine: Codable, Sendable, Hashable {
    /// The execution's serial.
    package var serial: String
    /// Its name.
    package var name: String
    /// When it was asked for.
    package var createdAt: Timestamp
    /// The branch's number, from 1.
    package var branch: Int
    /// The target's name at the start of the run.
    package var targetName: String
    /// The step's number, from 1.
    package var step: Int
    /// The number of the line in the step's output, both streams together, from 1.
    package var line: Int
    /// The line; of a long one what stands around the text, with `…` at its ends.
    package var text: String
    /// Makes the value.
    package init(
        serial: String, name: String, createdAt: Timestamp, branch: Int, targetName: String, step: Int, line: Int, text: String
    ) {
        self.serial = serial
        self.name = name
        self.createdAt = createdAt
        self.branch = branch
        self.targetName = targetName
        self.step = step
        self.line = line
        self.text = text
    }
}

extension ExecutionsAPI {
    /// Lines of one execution's output with a text in them.
    package static let search = Endpoint<OutputSearch, FoundLines>(
        .get, "/api/executions/{execution}/search", needs: .executionsRead, "Searches the output of an execution, also while it runs")
    /// Lines of all output with a text in them, newest executions first.
    package static let searchAll = Endpoint<AllOutputSearch, FoundLines>(
        .get, "/api/executions/search", needs: .executionsRead, "Searches the output of all executions, newest first")
}
