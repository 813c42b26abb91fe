import Archive
import Contracts
import Store
import Vocabulary

/// The archive in SQL.
package struct SQLArchiveStore: ArchiveStore {
    /// There is nothing to configure.
    package init() {}

    private static let head = SQL(
        trusted: """
            number, first_branch, first_step, first_sequence, last_branch, last_step, last_sequence, least_sequence, most_sequence,
            step_bytes, step_stdout_bytes, step_lines, step_stdout_lines, step_open, bytes, size, is_packed, signature
            """)

    /// See `ArchiveStore`.
    package func prepare(day: Int, in transaction: any Transaction) async throws {
        guard transaction.dialect == .postgresql else { return }
        let name = Self.partition(day)
        let known = try await transaction.first(
            "-- archive.partition\nSELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename = \(name)")
        if known != nil { return }
        // To attach a table holds up nobody who reads or writes; to create it as a partition would.
        try await transaction.execute(
            SQL(trusted: "CREATE TABLE IF NOT EXISTS \(name) (LIKE output_archive INCLUDING DEFAULTS INCLUDING STORAGE)"))
        try await transaction.execute(SQL(trusted: "ALTER TABLE output_archive ATTACH PARTITION \(name) FOR VALUES IN (\(day))"))
    }

    /// The name of a day's partition.
    static func partition(_ day: Int) -> String { "output_archive_d\(day)" }

    /// See `ArchiveStore`.
    package func insert(_ group: ArchiveGroup, of execution: Int, day: Int, in transaction: any Transaction) async throws {
        let (head, before) = (group.header, group.header.before)
        try await transaction.execute(
            """
            -- archive.insert
            INSERT INTO output_archive (day, execution, \(Self.head), body)
            VALUES (\(day), \(execution), \(head.number), \(head.first.branch), \(head.first.step), \(head.first.sequence),
                \(head.last.branch), \(head.last.step), \(head.last.sequence), \(group.sequences.lowerBound), \(group.sequences.upperBound),
                \(before.bytes), \(before.stdoutBytes), \(before.lines), \(before.stdoutLines), \(before.open), \(head.bytes),
                \(group.size), \(group.isPacked), \(head.signature.bytes), \(group.body))
            """)
    }

    /// See `ArchiveStore`.
    package func last(_ execution: Int, day: Int, in transaction: any Transaction) async throws -> ArchiveGroup? {
        let row = try await transaction.first(
            """
            -- archive.last
            SELECT \(Self.head), body FROM output_archive WHERE day = \(day) AND execution = \(execution) ORDER BY number DESC LIMIT 1
            """)
        return try row.map(Self.group)
    }

    /// See `ArchiveStore`.
    package func next(
        _ execution: Int, day: Int, _ query: LogQuery, beyond number: Int, after place: OutputPlace?, in transaction: any Transaction
    ) async throws -> ArchiveGroup? {
        var conditions: [SQL] = ["day = \(day)", "execution = \(execution)", "number > \(number)"]
        if let place {
            conditions.append("(last_branch, last_step, last_sequence) > (\(place.branch), \(place.step), \(place.sequence))")
        }
        if let branch = query.branch {
            if let step = query.step {
                conditions.append("(first_branch, first_step) <= (\(branch), \(step)) AND (last_branch, last_step) >= (\(branch), \(step))")
            } else {
                conditions.append("first_branch <= \(branch) AND last_branch >= \(branch)")
            }
        }
        let row = try await transaction.first(
            """
            -- archive.next
            SELECT \(Self.head), body FROM output_archive WHERE \(SQL.join(conditions, " AND ")) ORDER BY number LIMIT 1
            """)
        return try row.map(Self.group)
    }

    /// See `ArchiveStore`.
    package func seek(
        _ execution: Int, day: Int, _ query: LogQuery, _ aim: OutputAim, in transaction: any Transaction
    ) async throws -> ArchiveHeader? {
        let before: SQL =
            switch (aim, query.stream) {
            case (.bytes(let most), nil): "step_bytes <= \(most)"
            case (.bytes(let most), .stdout): "step_stdout_bytes <= \(most)"
            case (.bytes(let most), .stderr): "step_bytes - step_stdout_bytes <= \(most)"
            case (.lines(let most), nil): "step_lines <= \(most)"
            case (.lines(let most), .stdout): "step_stdout_lines <= \(most)"
            case (.lines(let most), .stderr): "step_lines - step_stdout_lines <= \(most)"
            }
        let row = try await transaction.first(
            """
            -- archive.seek
            SELECT \(Self.head) FROM output_archive
            WHERE day = \(day) AND execution = \(execution) AND first_branch = \(query.branch) AND first_step = \(query.step) AND \(before)
            ORDER BY number DESC LIMIT 1
            """)
        return try row.map(Self.header)
    }

    /// See `ArchiveStore`.
    package func headers(
        _ execution: Int, day: Int, from number: Int, limit: Int, in transaction: any Transaction
    ) async throws -> [ArchiveHeader] {
        let rows = try await transaction.query(
            """
            -- archive.headers
            SELECT \(Self.head) FROM output_archive
            WHERE day = \(day) AND execution = \(execution) AND number >= \(number) ORDER BY number LIMIT \(limit)
            """)
        return try rows.map(Self.header)
    }

    /// See `ArchiveStore`.
    package func group(_ execution: Int, day: Int, number: Int, in transaction: any Transaction) async throws -> ArchiveGroup? {
        let row = try await transaction.first(
            """
            -- archive.group
            SELECT \(Self.head), body FROM output_archive WHERE day = \(day) AND execution = \(execution) AND number = \(number)
            """)
        return try row.map(Self.group)
    }

    /// See `ArchiveStore`.
    package func numbers(
        _ execution: Int, day: Int, sequences: ClosedRange<Int>, branch: Int?, in transaction: any Transaction
    ) async throws -> [(number: Int, least: Int)] {
        let only: SQL = branch.map { "AND first_branch <= \($0) AND last_branch >= \($0)" } ?? ""
        let rows = try await transaction.query(
            """
            -- archive.numbers
            SELECT number, least_sequence FROM output_archive
            WHERE day = \(day) AND execution = \(execution) AND most_sequence >= \(sequences.lowerBound)
                AND least_sequence <= \(sequences.upperBound) \(only)
            ORDER BY least_sequence, number
            """)
        return try rows.map { (try $0.int("number"), try $0.int("least_sequence")) }
    }

    private static func header(_ row: Row) throws -> ArchiveHeader {
        func place(_ which: String) throws -> OutputPlace {
            OutputPlace(
                branch: try row.int("\(which)_branch"), step: try row.int("\(which)_step"), sequence: try row.int("\(which)_sequence"))
        }
        var before = OutputTotals()
        (before.bytes, before.stdoutBytes) = (try row.int("step_bytes"), try row.int("step_stdout_bytes"))
        (before.lines, before.stdoutLines) = (try row.int("step_lines"), try row.int("step_stdout_lines"))
        before.open = try row.int("step_open")
        guard let signature = TrigramSignature(kept: try row.bytes("signature")) else {
            throw StoreError.corrupt("the signature of archived output of a run is not what was stored")
        }
        return ArchiveHeader(
            number: try row.int("number"), first: try place("first"), last: try place("last"), before: before, bytes: try row.int("bytes"),
            signature: signature)
    }

    private static func group(_ row: Row) throws -> ArchiveGroup {
        let (least, most) = (try row.int("least_sequence"), try row.int("most_sequence"))
        guard least <= most else { throw StoreError.corrupt("a group of archived output of a run is not what was stored") }
        return ArchiveGroup(
            header: try header(row), sequences: least...most, size: try row.int("size"), isPacked: try row.bool("is_packed"),
            body: try row.bytes("body"))
    }
}
