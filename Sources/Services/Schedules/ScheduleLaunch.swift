import Contracts
import Vault
import Vocabulary
import Web

/// Seals the secret parameters of schedules, and opens them for a launch.
struct ScheduleLaunch: Sendable {
    let room: SchedulesRoom

    /// A launch for an instant.
    /// - Throws: `VaultError` for secrets that do not open.
    func launch(_ schedule: StoredSchedule, _ occurrence: StoredOccurrence) throws -> LaunchJob {
        LaunchJob(
            job: schedule.job.id, run: try run(schedule), owner: schedule.owner.id, trigger: schedule.trigger(at: occurrence.at),
            key: occurrence.key)
    }

    /// What the job is run with, secrets open.
    func run(_ schedule: StoredSchedule) throws -> RunJob {
        var run = schedule.definition.run?.launched ?? RunJob()
        if let sealed = schedule.sealed {
            let secrets = try open(sealed, of: schedule.id).mapValues { JSONValue.string($0.reveal()) }
            run.parameters = (run.parameters ?? [:]).merging(secrets) { _, secret in secret }
        }
        return run
    }

    /// The secrets of a schedule.
    func open(_ sealed: String, of id: ScheduleID) throws -> [String: Secret] {
        guard let bytes = Base64.decode(sealed) else { throw VaultError.malformed }
        return try JSONCodec.decode([String: Secret].self, from: try room.vault.open(bytes, for: StoredSchedule.place(id)))
    }

    /// Seals secrets for a schedule; nil when there are none.
    func seal(_ secrets: [String: Secret], for id: ScheduleID) throws -> String? {
        if secrets.isEmpty { return nil }
        return Base64.encode(try room.vault.seal(try JSONCodec.encode(secrets), for: StoredSchedule.place(id)))
    }
}

extension ScheduledRun {
    /// The same for a run.
    var launched: RunJob {
        RunJob(
            parameters: parameters, targets: targets, exclude: exclude, maxParallel: maxParallel, priority: priority, locks: locks)
    }
}
