import Audit
import Contracts
import Ledger
import Logging
import SQLiteDriver
import Store
import Synchronization
import Vault
import Vocabulary
import Web

extension Conductor {
    /// Checks the audit log in the database that the settings name, against heads that were kept outside too. Nothing is written. `tell` hears how far it is.
    /// - Throws: `DataDirectoryError` while a server uses it, `KeyFileError`, `ConsoleError`, `StoreError`.
    package static func verifyAudit(
        _ settings: Settings, heads: [LedgerHead], _ tell: @escaping @Sendable (AuditProgress) -> Void
    ) async throws -> AuditProgress {
        let directory = settings.plan.databases[.audit] == nil ? try DataDirectory.claim(settings.dataDirectory) : nil
        defer { directory?.release() }
        let ring = try Keys.existing(settings.secretKeyFile)
        guard let keys = House.ledgerKeys(ring) else { throw StoreError.closed }
        let engines = Engines(settings)
        defer { engines.stop() }
        let database = try engines.open(.audit)
        let (clock, ids, logger) = (SystemClock(), SystemIDs(), Logger(label: "opsconductor"))
        let service = AuditService(
            database: database, peer: LocalPeer(ids: ids, logger: logger), keys: keys, clock: clock, ids: ids, logger: logger)
        let last = Mutex(AuditProgress(checked: 0, total: 0))
        do {
            _ = try await service.verify(heads: heads) { progress in
                last.withLock { $0 = progress }
                tell(progress)
            }
        } catch {
            await database.close()
            throw error
        }
        await database.close()
        return last.withLock { $0 }
    }
}
