import Contracts
import Testing
import Vocabulary

@testable import Jobs

@Suite("Jobs that are confirmed for production")
struct JobConfirmedTests {
    private static let yaml = "name: Nightly\ntargets: all\nconfirmed_for_production: true\nsteps:\n  - {name: a, command: 'true'}\n"
    private static let administrator = Caller.user(UserID.sample, name: "ada", role: .administrator)

    @Test("are saved and applied by those only who may change the guard, and carry it into their runs")
    func saved() async throws {
        let house = try await JobsHouse()
        let refused = try await house.problem { _ = try await house.create(Self.yaml) }
        #expect(refused.status == 403)
        let applied = try await house.call(JobsAPI.apply, [:], ApplyJobs(files: [ApplyFile(name: "a", yaml: Self.yaml)]))
        #expect(applied.jobs.map(\.action) == [.refused])

        let job = try await house.call(JobsAPI.create, [:], SaveJob(yaml: Self.yaml), as: Self.administrator)
        #expect(job.definition.confirmedForProduction == true)
        let changed = try await house.problem {
            _ = try await house.call(JobsAPI.update, ["job": "Nightly"], SaveJob(yaml: Self.yaml.replacing("'true'", with: "'false'")))
        }
        #expect(changed.status == 403)

        _ = try await house.call(JobsAPI.run, ["job": "Nightly"], RunJob(confirm: "3"))
        #expect(house.started.all.first?.body.definition.confirmedForProduction == true)
        #expect(house.started.all.first?.body.confirm == "3")
    }
}
