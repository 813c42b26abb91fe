import Contracts
import Store
import Vocabulary
import Web

/// The store of branches in SQL; their steps are in `SQLStepStore.swift`.
package struct SQLBranchStore: BranchStore {
    /// There is nothing to configure.
    package init() {}

    static let columns = SQL(
        trusted: """
            execution, number, target_id, target_serial, target_name, target, state, cause, connection, worker, fence, parked,
            started_at, ended_at
            """)

    private static let shortColumns = SQL(
        trusted: """
            execution, number, target_id, target_serial, target_name, '' AS target, state, cause, connection, worker, fence, parked,
            started_at, ended_at
            """)

    /// See `BranchStore`.
    package func insert(_ targets: [TargetSnapshot], execution: Int, in transaction: any Transaction) async throws {
        try await insert([(execution, targets)], in: transaction)
    }

    /// See `BranchStore`.
    package func insert(_ all: [(execution: Int, targets: [TargetSnapshot])], in transaction: any Transaction) async throws {
        let hasSlots = all.contains { $0.targets.contains { $0.slots != nil } }
        let more = hasSlots ? ", slots" : ""
        var texts: [TargetID: String] = [:]
        try await transaction.insert(
            "-- branches.insert\nINSERT INTO branches (execution, number, target_id, target_serial, target_name, target, state\(more))",
            try all.flatMap { execution, targets in
                try targets.enumerated().map { offset, target in
                    let text = try texts[target.id] ?? JSONCodec.text(target)
                    texts[target.id] = text
                    let values: [SQLValue] = [
                        .of(execution), .of(offset + 1), .of(target.id), .of(target.serial), .of(target.name),
                        .of(text), .of(BranchState.waiting),
                    ]
                    return hasSlots ? values + [.of(target.slots)] : values
                }
            })
    }

    /// See `BranchStore`.
    package func claim(
        _ shares: [BranchShare], worker: String, until: Timestamp, at now: Timestamp, in transaction: any Transaction
    ) async throws -> [StoredBranch] {
        if shares.contains(where: \.bySlots) { try await SQLSlots.serialize(in: transaction) }
        let rows = try await transaction.query(
            each: shares.map { share in
                let released: SQL = share.upTo.map { "AND number <= \($0)" } ?? ""
                let free: SQL = share.bySlots ? "AND \(SQLSlots.isFree)" : ""
                let first: SQL = """
                    FROM branches WHERE execution = \(share.execution) AND state = 'waiting' AND parked IS NULL \(released) \(free)
                    ORDER BY number LIMIT \(share.limit)
                    """
                // PostgreSQL finds the rows once and goes straight to them: whatever else it was offered, it sometimes read the whole execution for each.
                let chosen: SQL =
                    switch transaction.dialect {
                    case .sqlite: "execution = \(share.execution) AND number IN (SELECT number \(first))"
                    case .postgresql: "ctid = ANY (ARRAY (SELECT ctid \(first) FOR UPDATE))"
                    }
                return """
                    -- branches.claim
                    UPDATE branches SET state = 'running', worker = \(worker), fence = fence + 1, lease_until = \(until),
                        cancel_told = 0, started_at = COALESCE(started_at, \(now))
                    WHERE \(chosen)
                    RETURNING \(Self.columns)
                    """
            })
        return try rows.flatMap { try $0.map(Self.read).sorted { $0.number < $1.number } }
    }

    /// See `BranchStore`.
    package func held(_ execution: Int, after last: Int?, in transaction: any Transaction) async throws -> (later: Int, parked: Int) {
        let row = try await transaction.first(
            """
            -- branches.held
            SELECT COUNT(CASE WHEN number > \(last ?? .max) THEN 1 END) AS later, COUNT(parked) AS parked
            FROM branches WHERE execution = \(execution) AND state = 'waiting'
            """)
        return (try row?.int("later") ?? 0, try row?.int("parked") ?? 0)
    }

    /// See `BranchStore`.
    package func unpark(_ execution: Int, step: Int, in transaction: any Transaction) async throws -> Int {
        try await transaction.execute(
            "-- branches.unpark\nUPDATE branches SET parked = NULL WHERE execution = \(execution) AND parked = \(step)")
    }

    /// See `BranchStore`.
    package func find(_ numbers: [Int: [Int]], in transaction: any Transaction) async throws -> [BranchPlace: StoredBranch] {
        let pairs = numbers.flatMap { execution, numbers in numbers.map { (group: execution, number: $0) } }
        let statements: [SQL] = stride(from: 0, to: pairs.count, by: 500).map { start in
            let some = Array(pairs[start..<min(start + 500, pairs.count)])
            let rows = transaction.dialect.rows(Self.shortColumns, of: "branches", "execution", "number", among: some)
            return "-- branches.find\n\(rows)"
        }
        let found = try await transaction.query(each: statements).joined().map(Self.read)
        return Dictionary(
            found.map { (BranchPlace(execution: $0.execution, number: $0.number), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// See `BranchStore`.
    package func find(_ execution: Int, numbers: [Int], in transaction: any Transaction) async throws -> [StoredBranch] {
        var found: [StoredBranch] = []
        for start in stride(from: 0, to: numbers.count, by: 500) {
            let some = Array(numbers[start..<min(start + 500, numbers.count)])
            let rows = try await transaction.query(
                """
                -- branches.find
                SELECT \(Self.columns) FROM branches WHERE execution = \(execution) AND number IN \(SQL.list(some))
                ORDER BY number
                """)
            found += try rows.map(Self.read)
        }
        return found
    }

    /// See `BranchStore`.
    package func all(
        _ execution: Int, states: [BranchState], in transaction: any Transaction
    ) async throws -> [StoredBranch] {
        let rows = try await transaction.query(
            """
            -- branches.all
            SELECT \(Self.columns) FROM branches
            WHERE execution = \(execution) AND state IN \(SQL.list(states.map(\.rawValue))) ORDER BY number
            """)
        return try rows.map(Self.read)
    }

    /// See `BranchStore`.
    package func list(
        _ execution: Int, _ query: BranchQuery, after: Int, limit: Int, in transaction: any Transaction
    ) async throws -> [StoredBranch] {
        var conditions: [SQL] = ["execution = \(execution)", "number > \(after)"]
        if let states = query.state, !states.isEmpty { conditions.append("state IN \(SQL.list(states.map(\.rawValue)))") }
        if let target = query.target { conditions.append("target_id = \(target)") }
        if let search = query.search, !search.isEmpty {
            conditions.append("lower(target_name) LIKE \(SQLPattern.contains(search)) ESCAPE '\\'")
        }
        let rows = try await transaction.query(
            """
            -- branches.list
            SELECT \(Self.columns) FROM branches WHERE \(SQL.join(conditions, " AND ")) ORDER BY number LIMIT \(limit)
            """)
        return try rows.map(Self.read)
    }

    /// See `BranchStore`.
    package func update(_ branches: [StoredBranch], in transaction: any Transaction) async throws {
        // All rows are there. An insert that meets them goes to each by its key, many in one statement, whatever the planner thinks of the table;
        // what it brings for the columns that stay is not used.
        try await transaction.insert(
            """
            -- branches.update
            INSERT INTO branches (execution, number, target_id, target_serial, target_name, target, state, cause, connection, worker, parked,
                started_at, ended_at)
            """,
            branches.map { branch in
                [
                    .of(branch.execution), .of(branch.number), .text(""), .text(""), .text(""), .text(""), .of(branch.state),
                    .of(branch.cause), .of(branch.connection), .of(branch.worker), .of(branch.parked), .of(branch.startedAt),
                    .of(branch.endedAt),
                ]
            },
            """
            ON CONFLICT (execution, number) DO UPDATE SET state = excluded.state, cause = excluded.cause,
                connection = excluded.connection, worker = excluded.worker, parked = excluded.parked,
                started_at = excluded.started_at, ended_at = excluded.ended_at,
                lease_until = CASE WHEN excluded.state IN ('running', 'cancelling') THEN branches.lease_until END
            """)
    }

    /// See `BranchStore`.
    package func extend(
        _ held: [(execution: Int, number: Int, fence: Int)], worker: String, until: Timestamp, in transaction: any Transaction
    ) async throws -> [(execution: Int, number: Int)] {
        let changed = try await transaction.execute(
            each: held.map { branch in
                """
                -- branches.extend
                UPDATE branches SET lease_until = \(until)
                WHERE execution = \(branch.execution) AND number = \(branch.number) AND fence = \(branch.fence)
                    AND worker = \(worker) AND lease_until IS NOT NULL
                """
            })
        return zip(held, changed).filter { $0.1 == 0 }.map { ($0.0.execution, $0.0.number) }
    }

    /// See `BranchStore`.
    package func expired(
        at now: Timestamp, workerPrefix: String?, limit: Int, in transaction: any Transaction
    ) async throws -> [StoredBranch] {
        let which: SQL =
            workerPrefix.map { "(lease_until < \(now) OR substr(worker, 1, \($0.count)) = \($0))" } ?? "lease_until < \(now)"
        let rows = try await transaction.query(
            """
            -- branches.expired
            SELECT \(Self.columns) FROM branches WHERE lease_until IS NOT NULL AND \(which)
            ORDER BY execution, number LIMIT \(limit)
            """)
        return try rows.map(Self.read)
    }

    /// See `BranchStore`.
    package func cancelling(
        worker: String, untoldOnly: Bool, in transaction: any Transaction
    ) async throws -> [(execution: ExecutionID, number: Int)] {
        let untold: SQL = untoldOnly ? "AND branches.cancel_told = 0" : ""
        let rows = try await transaction.query(
            """
            -- branches.cancelling
            SELECT branches.execution AS key, executions.id AS id, branches.number AS number
            FROM branches JOIN executions ON executions.key = branches.execution
            WHERE branches.lease_until IS NOT NULL AND branches.state = 'cancelling' AND branches.worker = \(worker) \(untold)
            """)
        if untoldOnly {
            try await transaction.execute(
                each: rows.map { row in
                    """
                    -- branches.told
                    UPDATE branches SET cancel_told = 1
                    WHERE execution = \(try row.int("key")) AND number = \(try row.int("number"))
                    """
                })
        }
        return try rows.map { (try $0.id("id"), try $0.int("number")) }
    }

    static func read(_ row: Row) throws -> StoredBranch {
        StoredBranch(
            execution: try row.int("execution"), number: try row.int("number"),
            target: try row.id("target_id"), targetSerial: try row.text("target_serial"),
            targetName: try row.text("target_name"), snapshotText: try row.text("target"),
            state: try row.word("state"), cause: try row.optionalText("cause"),
            connection: try row.optionalText("connection"), worker: try row.optionalText("worker"),
            fence: try row.int("fence"), parked: try row.optionalInt("parked"), startedAt: try row.optionalTime("started_at"),
            endedAt: try row.optionalTime("ended_at"))
    }
}
