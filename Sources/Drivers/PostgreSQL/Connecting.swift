import CPQ
import Glibc
import Reactor
import Store

/// Opens connections on threads of their own, because name resolution, TLS and the password exchange block.
struct Connecting: Sendable {
    private static let threads = BlockingThreads(limit: 4)

    /// A connection that no actor owns yet. `@unchecked Sendable`: it is handed over once, from the thread that opened it to its owner.
    struct Opened: @unchecked Sendable {
        let raw: OpaquePointer
    }

    let settings: PostgreSQLSettings

    /// Opens a connection and sets its session up.
    /// - Throws: `StoreError.unavailable`, also when the server refuses the sign-in or the database does not exist yet.
    func open() async throws(StoreError) -> Opened {
        let result: Result<Opened, StoreError> = await withCheckedContinuation { continuation in
            Self.threads.submit { continuation.resume(returning: connect()) }
        }
        return try result.get()
    }

    private func connect() -> Result<Opened, StoreError> {
        let words = [
            ("dbname", settings.url), ("fallback_application_name", settings.applicationName), ("client_encoding", "UTF8"),
            ("connect_timeout", "5"), ("keepalives_idle", "5"), ("keepalives_interval", "2"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "5000"),
        ]
        var names = words.map { UnsafePointer<CChar>(strdup($0.0)) } + [nil]
        var values = words.map { UnsafePointer<CChar>(strdup($0.1)) } + [nil]
        defer { for text in names + values { free(UnsafeMutablePointer(mutating: text)) } }
        guard let raw = PQconnectdbParams(&names, &values, 1) else { return .failure(.unavailable("there is no memory for a connection")) }
        guard PQstatus(raw) == CONNECTION_OK else {
            defer { PQfinish(raw) }
            return .failure(Self.failure(raw))
        }
        PQsetNoticeProcessor(raw, { _, _ in }, nil)
        if let failure = setUp(raw) {
            PQfinish(raw)
            return .failure(failure)
        }
        return .success(Opened(raw: raw))
    }

    /// The limits of the session, and the modes that this driver works in. Services ask for rows by index. Where one fits it is taken: the statistics of a young
    /// table say that it is hardly worth it, and what was prepared by them reads the whole table each time long after that has grown.
    /// Long values are packed the quick way, where the server knows it.
    private func setUp(_ raw: OpaquePointer) -> StoreError? {
        let milliseconds = { (duration: Duration) in duration / .milliseconds(1) }
        let text = """
            SET statement_timeout = \(Int(milliseconds(settings.statementTimeout)));
            SET lock_timeout = \(Int(milliseconds(settings.lockTimeout)));
            SET idle_in_transaction_session_timeout = \(Int(milliseconds(settings.statementTimeout)));
            SET synchronous_commit = on;
            SET standard_conforming_strings = on;
            SET enable_seqscan = off;
            SET jit = off;
            DO $$ BEGIN SET default_toast_compression = lz4; EXCEPTION WHEN invalid_parameter_value OR undefined_object THEN END $$
            """
        guard let result = PQexec(raw, text).map(QueryResult.init), result.status == PGRES_COMMAND_OK else { return Self.failure(raw) }
        guard PQsetnonblocking(raw, 1) == 0, PQenterPipelineMode(raw) == 1 else { return Self.failure(raw) }
        return nil
    }

    /// libpq joins what it tried, one line for each address, some with advice below; the last try says why. None holds the password.
    static func failure(_ raw: OpaquePointer) -> StoreError {
        let lines = String(cString: PQerrorMessage(raw)).split(separator: "\n").filter { !$0.hasPrefix("\t") }
        return .unavailable(lines.last.map(String.init) ?? "no reason was given")
    }
}
