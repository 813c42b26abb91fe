import Store

/// The transaction that several writers share so that one disk flush serves them all. Each works inside a savepoint of its own:
/// one that throws loses only its own work. All are answered after the single commit. It is the baton of the writer's line.
struct WriteGroup: Sendable {
    /// The answer to one writer: nil says that the disk has it.
    typealias Answer = OneShot<StoreError?>

    /// So many writers share at most one commit.
    private static let mostMembers = 64

    private var members: [Answer] = []
    private var isOpen = false
    private var failure: StoreError?

    /// Whether one more may join.
    var hasRoom: Bool { failure == nil && members.count < Self.mostMembers }

    /// Starts one writer's part. The first needs no savepoint: when it fails nothing else is lost.
    mutating func enter(_ connection: Connection) throws(StoreError) {
        try connection.control(members.isEmpty ? "BEGIN IMMEDIATE" : "SAVEPOINT member")
        isOpen = true
    }

    /// Ends one writer's part well; `answer` follows with the commit.
    mutating func keep(_ answer: Answer, _ connection: Connection) throws(StoreError) {
        guard connection.isInsideTransaction else {
            throw .unavailable("the transaction was given up after an earlier error in it")
        }
        if !members.isEmpty { try connection.control("RELEASE member") }
        members.append(answer)
    }

    /// Ends one writer's part without a trace, because of `error`. It waits for the commit like the others,
    /// for what it read may be their unfinished work.
    mutating func undo(_ answer: Answer, because error: any Error, _ connection: Connection) {
        if members.isEmpty {
            if connection.isInsideTransaction { try? connection.control("ROLLBACK") }
            isOpen = false
            answer.fulfil(nil)
            return
        }
        members.append(answer)
        guard connection.isInsideTransaction else {
            failure = error as? StoreError ?? .unavailable("the shared transaction was given up")
            return
        }
        do {
            try connection.control("ROLLBACK TO member")
            try connection.control("RELEASE member")
        } catch {
            failure = error
        }
    }

    /// Makes everything durable, or nothing, and answers all.
    func commit(_ connection: Connection) {
        let failure = isOpen ? finish(connection) : nil
        for member in members { member.fulfil(failure) }
    }

    private func finish(_ connection: Connection) -> StoreError? {
        var failure = failure
        if failure == nil {
            do { try connection.control("COMMIT") } catch { failure = error }
        }
        if failure != nil, connection.isInsideTransaction { try? connection.control("ROLLBACK") }
        return failure
    }
}
