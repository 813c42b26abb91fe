import Contracts
import Store
import Support
import Testing
import Vocabulary

@Suite("Notes of Jobs", .timeLimit(.minutes(1)))
struct JobNoteTests {
    private static func yaml(_ command: String, comment: String = "") -> String {
        "\(comment)name: note\ntargets: all\nsteps:\n  - name: one\n    command: \(command)\n"
    }

    @Test(
        "each version is told with the one before, a save that changes nothing is not, and of a change of the text alone the text is told")
    func versions() async throws {
        let house = try await JobsHouse()
        let job = try await house.create(Self.yaml("echo one"))
        let path = ["job": job.id.text]
        _ = try await house.call(JobsAPI.update, path, SaveJob(yaml: Self.yaml("echo two")))
        _ = try await house.call(JobsAPI.update, path, SaveJob(yaml: Self.yaml("echo two")))
        _ = try await house.call(JobsAPI.update, path, SaveJob(yaml: Self.yaml("echo two", comment: "# why\n")))
        _ = try await house.call(JobsAPI.apply, [:], ApplyJobs(files: [ApplyFile(name: "a", yaml: Self.yaml("uptime"))]))
        _ = try await house.call(JobsAPI.delete, path, Nothing())

        let notes = try await AuditNote.lying(in: house.database)
        #expect(notes.map(\.action) == ["job.created", "job.updated", "job.updated", "job.updated", "job.deleted"])
        #expect(notes[1].detail == "Version 1 became version 2." && notes[3].detail == "Version 3 became version 4.")
        #expect(notes[1].before?[member: "yaml"] == nil && notes[1].after?[member: "version"] == 2)
        #expect(notes[2].after?[member: "yaml"] == .string(Self.yaml("echo two", comment: "# why\n")))
        #expect(notes.allSatisfy { $0.object == .init("job", job.id.text, "note") && $0.origin.caller.name == "olga" })
    }
}
