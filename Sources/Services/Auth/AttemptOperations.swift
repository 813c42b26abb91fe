import Contracts
import Vocabulary

/// One attempt to prove a password, counted before it is judged, so that many at once are counted too.
struct Attempt: Sendable {
    /// The digest of the account's name.
    let account: String
    /// The address when the account is known to sign in from there, else the one place of all strangers.
    let place: String
    let address: String?
}

/// Slowing down whoever guesses passwords. An account that does not exist is slowed down alike.
extension AuthOperations {
    private static let elsewhere = "elsewhere"

    /// Counts an attempt.
    /// - Throws: `AuthError.tooManyAttempts`; the attempt is not counted then.
    func beginAttempt(_ username: String, _ client: ClientPlace) async throws -> Attempt {
        do {
            return try await countedAttempt(username, client)
        } catch let error as AuthError {
            if case .tooManyAttempts = error { await tellThrottled(username, client) }
            throw error
        }
    }

    private func countedAttempt(_ username: String, _ client: ClientPlace) async throws -> Attempt {
        let now = clock.now()
        try await addresses.count(client.address)
        let account = OpaqueToken.digest(of: username.lowercased())
        let since = Timestamp(milliseconds: now.milliseconds - SignInAttempts.placeMemory.milliseconds)
        return try await write { store in
            var place = Self.elsewhere
            if let address = client.address, try await store.isKnownPlace(address, of: account, since: since) { place = address }
            let present = try await store.attempts(account, from: place)
            if let wait = present?.secondsToWait(at: now), wait > 0 {
                throw AuthError.tooManyAttempts(retryAfterSeconds: wait)
            }
            let next = SignInAttempts.adding(to: present, at: now)
            guard try await store.saveAttempts(next, over: present, account, from: place) else {
                throw AuthError.tooManyAttempts(retryAfterSeconds: 1)
            }
            return Attempt(account: account, place: place, address: client.address)
        }
    }

    /// Runs the check of an attempt and settles its count: forgotten after a success, kept after a failure (nil),
    /// taken back when the check itself could not be made.
    func judged<Success: Sendable>(
        _ attempt: Attempt, _ check: () async throws -> Success?
    ) async throws -> Success? {
        let success: Success?
        do {
            success = try await check()
        } catch {
            await addresses.withdraw(attempt.address)
            try await write { try await $0.withdrawAttempt(attempt.account, from: attempt.place) }
            throw error
        }
        guard let success else { return nil }
        await addresses.withdraw(attempt.address)
        let now = clock.now()
        try await write { store in
            try await store.clearAttempts(attempt.account, from: attempt.place)
            if let address = attempt.address { try await store.rememberPlace(address, of: attempt.account, at: now) }
        }
        return success
    }
}
