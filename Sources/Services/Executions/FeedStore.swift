import Contracts
import Store
import Vocabulary
import Web

/// The promises of the feed: what is appended is numbered without gaps and never changes.
package protocol FeedStore: Sendable {
    /// Appends entries of executions, whose sequence numbers were taken in the same transaction: first what was printed, then the rest.
    func append(_ stories: [(execution: Int, items: [FeedItem])], in transaction: any Transaction) async throws
    /// Entries after a number, in order.
    func read(
        _ execution: Int, after: Int, _ scope: FeedScope, limit: Int, in transaction: any Transaction
    ) async throws -> [FeedItem]
    /// Output in order of branch, step and arrival, after a place.
    func output(
        _ execution: Int, _ query: LogQuery, after: OutputPlace?, limit: Int, in transaction: any Transaction
    ) async throws -> [OutputRow]
}

/// Which entries of a feed are read.
package enum FeedScope: Sendable, Hashable {
    /// All of them.
    case everything
    /// The entries of one branch and the states of the execution.
    case branch(Int)
    /// All states, of every branch, and the output of one branch.
    case outputOf(Int)

    /// Whether an event is among them.
    func includes(_ event: FeedEvent) -> Bool {
        switch (self, event.branch) {
        case (.everything, _), (_, nil): true
        case (.branch(let wanted), let branch): branch == wanted
        case (.outputOf(let wanted), let branch): !event.isOutput || branch == wanted
        }
    }
}

/// One entry of the feed as it is kept: output as bytes, everything else as JSON.
package struct FeedItem: Sendable {
    /// The number.
    package var sequence: Int
    /// When it was stored.
    package var at: Timestamp
    /// What happened.
    package var event: FeedEvent
    /// The entry as clients get it, where that is known already.
    package var json: [UInt8]?

    /// Makes an entry.
    package init(sequence: Int, at: Timestamp, event: FeedEvent) {
        self.sequence = sequence
        self.at = at
        self.event = event
    }
}

/// What can happen.
package enum FeedEvent: Sendable {
    case execution(Execution)
    case branch(Int, BranchState, cause: String?)
    case step(branch: Int, StepResult)
    case output(branch: Int, OutputPiece)

    /// The branch that it is about; nil for the execution.
    package var branch: Int? {
        switch self {
        case .execution: nil
        case .branch(let number, _, _), .step(let number, _), .output(let number, _): number
        }
    }

    /// Whether it is output.
    package var isOutput: Bool {
        if case .output = self { return true }
        return false
    }
}

/// A place in the output of an execution.
package struct OutputPlace: Sendable, Hashable, Comparable {
    /// The branch.
    package var branch: Int
    /// The step.
    package var step: Int
    /// The sequence number.
    package var sequence: Int

    /// In order of branch, step and arrival.
    package static func < (left: OutputPlace, right: OutputPlace) -> Bool {
        (left.branch, left.step, left.sequence) < (right.branch, right.step, right.sequence)
    }
    /// Whether both are in the output of one step of one branch.
    func isInStep(of other: OutputPlace) -> Bool { branch == other.branch && step == other.step }
}

/// A piece of output as it is kept.
package struct OutputRow: Sendable {
    /// Where it stands.
    package var place: OutputPlace
    /// The attempt, from 1.
    package var attempt: Int
    /// The stream.
    package var stream: OutputStreamName
    /// When it was stored.
    package var at: Timestamp
    /// The bytes.
    package var bytes: [UInt8]

    /// It as an entry of the feed.
    var item: FeedItem {
        let piece = OutputPiece(step: place.step, attempt: attempt, stream: stream, bytes: bytes)
        return FeedItem(sequence: place.sequence, at: at, event: .output(branch: place.branch, piece))
    }
}

extension FeedItem {
    /// Reads an entry that clients got; nil for output, which is kept as bytes.
    init?(_ entry: FeedEntry) {
        let event: FeedEvent? =
            switch entry.kind {
            case .execution: entry.execution.map { .execution($0) }
            case .branch: entry.branch.flatMap { branch in entry.branchState.map { .branch(branch, $0, cause: entry.cause) } }
            case .step: entry.branch.flatMap { branch in entry.stepResult.map { .step(branch: branch, $0) } }
            case .output: nil
            }
        guard let event else { return nil }
        self.init(sequence: entry.sequence, at: entry.at, event: event)
    }

    /// The entry of a branch that changed its state without a cause, as JSON; nil for all others. It is what `JSONCodec` makes of `entry()`, which so many
    /// branches need that it is worth writing out.
    var plainJSON: [UInt8]? {
        guard case .branch(let number, let state, nil) = event else { return nil }
        var bytes = Array("{\"sequence\":\(sequence),\"at\":\"".utf8)
        at.append(to: &bytes)
        bytes += "\",\"kind\":\"branch\",\"branch\":\(number),\"branch_state\":\"\(state.rawValue)\"}".utf8
        return bytes
    }

    /// The entry as clients get it.
    package func entry() -> FeedEntry {
        var entry = FeedEntry(sequence: sequence, at: at, kind: .output)
        switch event {
        case .execution(let execution):
            entry.kind = .execution
            entry.execution = execution
        case .branch(let number, let state, let cause):
            entry.kind = .branch
            entry.branch = number
            entry.branchState = state
            entry.cause = cause
        case .step(let branch, let result):
            entry.kind = .step
            entry.branch = branch
            entry.step = result.number
            entry.stepResult = result
        case .output(let branch, let piece):
            entry.branch = branch
            entry.step = piece.step
            entry.attempt = piece.attempt
            entry.stream = piece.stream
            if let text = String(validating: piece.bytes, as: UTF8.self) {
                entry.text = text
            } else {
                entry.base64 = Base64.encode(piece.bytes)
            }
        }
        return entry
    }
}
