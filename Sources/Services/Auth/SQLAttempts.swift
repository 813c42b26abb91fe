import Store
import Vocabulary

/// Failed sign-ins and known places in a database.
extension SQLAuthStore {
    func attempts(_ account: String, from place: String) async throws -> SignInAttempts? {
        try await transaction.first(
            """
            -- auth.attempts
            SELECT failures, last_at FROM attempts WHERE account = \(account) AND place = \(place)
            """
        ).map { SignInAttempts(failures: try $0.int("failures"), lastAt: try $0.time("last_at")) }
    }

    func saveAttempts(
        _ attempts: SignInAttempts, over present: SignInAttempts?, _ account: String, from place: String
    ) async throws -> Bool {
        guard let present else {
            return try await transaction.execute(
                """
                -- auth.first_attempt
                INSERT INTO attempts (account, place, failures, last_at)
                VALUES (\(account), \(place), \(attempts.failures), \(attempts.lastAt))
                ON CONFLICT (account, place) DO NOTHING
                """) == 1
        }
        return try await transaction.execute(
            """
            -- auth.next_attempt
            UPDATE attempts SET failures = \(attempts.failures), last_at = \(attempts.lastAt)
            WHERE account = \(account) AND place = \(place)
              AND failures = \(present.failures) AND last_at = \(present.lastAt)
            """) == 1
    }

    func withdrawAttempt(_ account: String, from place: String) async throws {
        try await transaction.execute(
            """
            -- auth.withdraw_attempt
            UPDATE attempts SET failures = failures - 1
            WHERE account = \(account) AND place = \(place) AND failures > 0
            """)
    }

    func clearAttempts(_ account: String, from place: String) async throws {
        try await transaction.execute(
            """
            -- auth.clear_attempts
            DELETE FROM attempts WHERE account = \(account) AND place = \(place)
            """)
    }

    func isKnownPlace(_ place: String, of account: String, since: Timestamp) async throws -> Bool {
        try await transaction.first(
            """
            -- auth.is_known_place
            SELECT 1 AS found FROM known_places
            WHERE account = \(account) AND place = \(place) AND last_at > \(since)
            """) != nil
    }

    func rememberPlace(_ place: String, of account: String, at now: Timestamp) async throws {
        try await transaction.execute(
            """
            -- auth.remember_place
            INSERT INTO known_places (account, place, last_at)
            VALUES (\(account), \(place), \(now))
            ON CONFLICT (account, place) DO UPDATE SET last_at = excluded.last_at
            """)
    }
}
