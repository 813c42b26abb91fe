import CPQ
import Store

/// What a statement brought.
struct Answer: Sendable {
    let rows: [Store.Row]
    /// How many rows it changed; 0 for a statement that changes none.
    let changed: Int
    /// Whether it gave a transaction up; a commit of one that failed does so too.
    let gaveUp: Bool
}

/// One round trip under way: what was asked, what has been answered so far, and who waits for it. It lives on the connection's reactor.
final class Exchange {
    typealias Done = @Sendable (Result<[Answer], any Error>) -> Void

    /// What was asked, in order of the answers.
    enum Asked {
        case preparation(of: String, PreparedStatement)
        case statement(PreparedStatement?)
    }

    /// The timer that ends the wait for a server that says nothing.
    let alarm: UInt64
    let done: Done
    private let asked: [Asked]
    private var position = 0
    private var answers: [Answer] = []
    private var failure: (any Error)?

    init(_ asked: [Asked], alarm: UInt64, done: @escaping Done) {
        self.asked = asked
        self.alarm = alarm
        self.done = done
    }

    /// What the next result belongs to; nil when everything was answered.
    var open: Asked? { position < asked.count ? asked[position] : nil }

    /// Whether something was asked behind the open question; the server passes over that when the question failed.
    private var hasMore: Bool { position < asked.count - 1 }

    /// All results of the open question have come.
    func close() { position += 1 }

    /// Takes a result of the open question.
    func take(_ result: QueryResult) {
        switch result.status {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
            guard case .statement(let statement) = open else { return }
            do throws(StoreError) {
                answers.append(try result.answer(to: statement))
            } catch {
                failure = failure ?? error
            }
        case PGRES_PIPELINE_ABORTED: break
        default:
            let error = StoreError(result)
            failure = failure ?? (result.mayBeTriedAgain ? TryAgain(reason: error, wasNotKept: result.isLostRace || hasMore) : error)
        }
    }

    /// What came of it in the end: one answer for each statement, or what ended it.
    var outcome: Result<[Answer], any Error> { failure.map { .failure($0) } ?? .success(answers) }
}
