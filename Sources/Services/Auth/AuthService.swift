import Bus
import Contracts
import Logging
import ServiceLifecycle
import Store
import Vocabulary
import Web

/// The Auth service: who is there, and how they prove it.
package struct AuthService: Service {
    /// The name of the service, its database and its identity.
    package static let name = "auth"
    /// The schema, to be brought up to date before the service is made.
    package static let migrations: [Migration] = AuthMigrations.all
    private static let timeBetweenTicks = Duration.seconds(600)

    private let operations: AuthOperations

    /// Works on its own database; asks Users through `peer`; rings `SignInNews` on `bus`; counts failures of addresses in `tally`.
    /// - Parameter signingKey: at least 32 secret bytes for access tokens only; whoever runs this service shares them.
    package init(
        database: any Database, peer: any Peer, bus: any Bus, tally: any Tally, clock: any WallClock, ids: any IDSource,
        settings: AuthSettings, signingKey: [UInt8], news: NewsDesk, logger: Logger
    ) {
        operations = AuthOperations(
            database: database, peer: peer, clock: clock, ids: ids, settings: settings, logger: logger,
            signer: AccessTokenSigner(key: signingKey), hashing: PasswordHashing(),
            addresses: AddressFailures(tally: tally, limit: settings.failuresPerAddress), bus: bus, news: news)
    }

    /// A token for whoever holds the signing key: acts as an administrator named `console` until it ends.
    package static func consoleToken(signingKey: [UInt8], at now: Timestamp, life: Duration) throws -> Secret {
        try ConsoleIdentity.token(AccessTokenSigner(key: signingKey), at: now, life: life)
    }

    /// Adds all endpoints of `AuthAPI`.
    package func routes(into routes: inout Routes) {
        AuthRoutes(auth: operations).add(to: &routes)
    }

    /// A new one-time link for the first administrator, good for 30 minutes, in place of an earlier one.
    /// Nil once anybody has a password. To be shown on the console at start and nowhere else.
    /// - Throws: `StoreError`.
    package func setUpLinkIfNeeded() async throws -> OneTimeLink? { try await operations.setUpLink() }

    /// Removes sessions, links, tokens and counts that are over.
    /// - Throws: `StoreError`.
    package func tick(at now: Timestamp) async throws { try await operations.clean(at: now) }

    /// Ticks every ten minutes until the service is shut down.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await tick(at: operations.clock.now())
                } catch {
                    operations.logger.warning("Auth could not remove what is over", metadata: ["error": "\(error)"])
                }
                do { try await operations.clock.sleep(for: Self.timeBetweenTicks) } catch { return }
            }
        }
    }
}
