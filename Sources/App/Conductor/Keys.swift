import Foundation
import Vault
import Vocabulary
import Web

/// The secret keys of this process, and who it can prove to be with them.
struct Keys {
    /// Encrypts at rest; nil where there is only a worker or the web app, which need none.
    let ring: KeyRing?
    /// How its services and workers prove to others who they are.
    let identity: ServiceIdentity

    /// Reads the key files that the services of this process need.
    /// - Throws: `KeyFileError`; `ConsoleError.noKeyFile` when the file must exist, because other processes have it too, and does not.
    init(_ settings: Settings, clock: any WallClock) throws {
        let plan = settings.plan
        let needsRing = plan.here.contains { ServiceName.withDatabase.contains($0) }
        if needsRing {
            ring = plan.isWhole ? try KeyRing.load(orCreateAt: settings.secretKeyFile) : try Self.existing(settings.secretKeyFile)
        } else {
            ring = nil
        }
        var workers: KeyRing? = ring.map(Self.workers)
        if plan.has(.worker), workers == nil {
            workers =
                settings.workerKeyFile.isEmpty
                ? Self.workers(try Self.existing(settings.secretKeyFile)) : try Self.existing(settings.workerKeyFile)
        }
        identity = ServiceIdentity(
            services: ring?.derivations("calls.service") ?? [], workers: workers?.derivations("calls.worker") ?? [], clock: clock)
    }

    /// The key ring in a file that must be there.
    static func existing(_ path: String) throws -> KeyRing {
        guard FileManager.default.fileExists(atPath: path) else { throw ConsoleError.noKeyFile(path) }
        return try KeyRing.load(orCreateAt: path)
    }

    /// The keys of workers: enough to be a worker, and nothing that opens a secret.
    static func workers(_ ring: KeyRing) -> KeyRing { ring.derivedRing("workers") }
}

extension Conductor {
    /// Writes a new key file, which must not exist yet.
    /// - Throws: `KeyFileError`.
    package static func createKey(at path: String) throws { try KeyRing.create(at: path) }

    /// Writes the key file of workers, made from the installation's own; what it says is always the same.
    /// - Throws: `ConsoleError.noKeyFile`, `KeyFileError`.
    package static func createWorkerKey(at path: String, _ settings: Settings) throws {
        guard FileManager.default.fileExists(atPath: settings.secretKeyFile) else {
            throw ConsoleError.noKeyFile(settings.secretKeyFile)
        }
        try Keys.workers(try KeyRing.load(orCreateAt: settings.secretKeyFile)).write(to: path)
    }
}
