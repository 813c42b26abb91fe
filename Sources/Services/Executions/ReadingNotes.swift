import Contracts
import Store
import Vocabulary

extension ExecutionsRoom {
    /// Tells the audit log that somebody reads what an execution printed, once in a while for each of them, before they see it. Who started it and only follows it
    /// is not told of: that is part of the start.
    func noteReading(of name: String, by caller: Caller, isFollowing: Bool = false) async throws {
        guard !caller.isInternal else { return }
        let now = clock.now()
        let reading = "\(caller.user?.text ?? caller.name) \(Origin.current?.address ?? "") \(isFollowing ? "follows" : "reads") \(name)"
        guard readers.isNews(reading, at: now) else { return }
        do {
            let run = try await database.read { try await require(name, in: $0).execution }
            if isFollowing, run.startedBy == caller.name { return }
            try await note(reading: "execution.output_read", ExecutionNotes.object(run), by: caller, at: now)
        } catch {
            readers.forget(reading)
            throw error
        }
    }

    /// Tells the audit log that somebody searches all output. What they look for is not told: it may be a secret.
    func noteSearching(by caller: Caller) async throws {
        guard !caller.isInternal else { return }
        let now = clock.now()
        let reading = "\(caller.user?.text ?? caller.name) \(Origin.current?.address ?? "") searches"
        guard readers.isNews(reading, at: now) else { return }
        do {
            try await note(reading: "output.searched", .init("output", "output", "output of all executions"), by: caller, at: now)
        } catch {
            readers.forget(reading)
            throw error
        }
    }

    private func note(reading action: String, _ object: AuditNote.Object, by caller: Caller, at now: Timestamp) async throws {
        var note = ExecutionNotes.read(
            action, object, detail: "What is read in the ten minutes after this is not noted again.", at: now)
        if Origin.current == nil { note.origin = Origin(caller: caller) }
        try await self.note(note)
    }
}
