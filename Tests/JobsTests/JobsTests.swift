import Contracts
import Support
import Testing
import Vocabulary

@testable import Jobs

@Suite("Jobs")
struct JobsTests {
    @Test("adds a job under a serial and finds it by id, serial and name without regard to case")
    func addsJob() async throws {
        let house = try await JobsHouse()

        let job = try await house.create(Sample.full)
        let second = try await house.create(Sample.minimal)

        #expect((job.serial, second.serial) == ("J20260001", "J20260002"))
        #expect((job.version, job.updatedBy, job.createdAt) == (1, "olga", house.clock.now()))
        for reference in [job.id.text, "J20260001", "j20260001", "restart SERVICE"] {
            #expect(try await house.call(JobsAPI.show, ["job": reference], Nothing()).id == job.id)
        }
        #expect(try await house.problem { _ = try await house.call(JobsAPI.show, ["job": "nothing"], Nothing()) }.status == 404)
    }

    @Test("keeps the text of a job that was saved as YAML, and writes one for a form")
    func keepsText() async throws {
        let house = try await JobsHouse()

        let job = try await house.create(Sample.full)

        #expect(job.yaml.hasPrefix("# Restarts a service."))
        let saved = try await house.call(JobsAPI.update, ["job": job.serial], SaveJob(definition: job.definition))
        #expect((saved.version, saved.yaml) == (1, job.yaml))
        var changed = job.definition
        changed.maxParallel = 6
        let next = try await house.call(JobsAPI.update, ["job": job.serial], SaveJob(definition: changed, version: 1))
        #expect(next.version == 2)
        #expect(next.yaml.contains("max_parallel: 6") && !next.yaml.contains("# Restarts"))
    }

    @Test("makes a version of every change with its author, and none when nothing changed")
    func makesVersions() async throws {
        let house = try await JobsHouse()
        let job = try await house.create(Sample.minimal)
        let path = ["job": job.serial]
        let anna = Caller.user(UserID(trusted: "01990000-0000-7000-8000-000000000009"), name: "anna", role: .administrator)

        house.clock.advance(by: .seconds(60))
        _ = try await house.call(JobsAPI.update, path, SaveJob(yaml: Sample.minimal))
        let second = try await house.call(
            JobsAPI.update, path, SaveJob(yaml: Sample.minimal.replacing("echo hello", with: "echo hi"), version: 1), as: anna)

        #expect((second.version, second.updatedBy) == (2, "anna"))
        let versions = try await house.call(JobsAPI.versions, path, PageQuery(limit: 1))
        #expect((versions.items.map(\.version), versions.items.map(\.savedBy), versions.nextCursor) == ([2], ["anna"], "2"))
        let older = try await house.call(JobsAPI.versions, path, PageQuery(cursor: versions.nextCursor))
        #expect((older.items.map(\.version), older.nextCursor) == ([1], nil))
        let first = try await house.call(JobsAPI.version, ["job": "hello", "version": "1"], Nothing())
        #expect(first.definition.steps[0].command == "echo hello")
        for wrong in ["0", "3", "x", "99999999999999999999"] {
            let problem = try await house.problem {
                _ = try await house.call(JobsAPI.version, ["job": "hello", "version": wrong], Nothing())
            }
            #expect(problem.status == 404)
        }
        #expect(try await house.problem { _ = try await house.call(JobsAPI.versions, path, PageQuery(cursor: "x")) }.status == 422)
    }

    @Test("refuses a change that is based on an older version and changes nothing")
    func refusesStaleChange() async throws {
        let house = try await JobsHouse()
        let job = try await house.create(Sample.minimal)
        let changed = Sample.minimal.replacing("hello", with: "hallo")
        _ = try await house.call(JobsAPI.update, ["job": job.serial], SaveJob(yaml: changed, version: 1))

        let problem = try await house.problem {
            _ = try await house.call(JobsAPI.update, ["job": job.serial], SaveJob(yaml: Sample.minimal, version: 1))
        }

        #expect(problem.status == 412)
        #expect(try await house.call(JobsAPI.show, ["job": job.serial], Nothing()).version == 2)
    }

    @Test("keeps names unique without regard to case")
    func keepsNamesUnique() async throws {
        let house = try await JobsHouse()
        let job = try await house.create(Sample.minimal)
        _ = try await house.create(Sample.minimal.replacing("name: hello", with: "name: other"))
        let taken = Sample.minimal.replacing("name: hello", with: "name: OTHER")

        #expect(try await house.problem { _ = try await house.create(taken) }.status == 409)
        #expect(
            try await house.problem { _ = try await house.call(JobsAPI.update, ["job": job.serial], SaveJob(yaml: taken)) }.status == 409)
        let renamed = try await house.call(
            JobsAPI.update, ["job": job.serial], SaveJob(yaml: Sample.minimal.replacing("name: hello", with: "name: HELLO")))
        #expect((renamed.definition.name, renamed.version) == ("HELLO", 2))
    }

    @Test("lists jobs by name in pages, with a search in name and description")
    func listsJobs() async throws {
        let house = try await JobsHouse()
        for name in ["delta", "Alpha", "bravo", "charlie 100%"] {
            _ = try await house.create(
                Sample.minimal.replacing("name: hello", with: "name: \(name.replacing("%", with: ""))\ndescription: '\(name) ÉCOLE'"))
        }

        let first = try await house.call(JobsAPI.list, [:], JobQuery(limit: 3), as: JobsHouse.viewer)
        let rest = try await house.call(JobsAPI.list, [:], JobQuery(limit: 3, cursor: first.nextCursor))

        #expect((first.items.map(\.name), first.total) == (["Alpha", "bravo", "charlie 100"], 4))
        #expect((rest.items.map(\.name), rest.nextCursor, rest.total) == (["delta"], nil, nil))
        for (search, names) in [
            ("RAV", ["bravo"]), ("école", ["Alpha", "bravo", "charlie 100", "delta"]), ("0%", ["charlie 100"]), ("_", []), ("\\", []),
        ] {
            #expect(try await house.call(JobsAPI.list, [:], JobQuery(search: search)).items.map(\.name) == names)
        }
    }

    @Test("never gives a serial or a name's past to another job after one is deleted")
    func deletesJob() async throws {
        let house = try await JobsHouse()
        let job = try await house.create(Sample.minimal)

        _ = try await house.call(JobsAPI.delete, ["job": "hello"], Nothing())
        let again = try await house.create(Sample.minimal)

        #expect((again.serial, again.version) == ("J20260002", 1))
        #expect(try await house.problem { _ = try await house.call(JobsAPI.show, ["job": job.id.text], Nothing()) }.status == 404)
        #expect(try await house.problem { _ = try await house.call(JobsAPI.delete, ["job": "gone"], Nothing()) }.status == 404)
    }

    @Test("refuses a save with mistakes and names them all")
    func refusesMistakes() async throws {
        let house = try await JobsHouse()

        let problem = try await house.problem { _ = try await house.create("name: a\nsteps:\n  - command: x\n    repeatable: 5\n") }

        #expect(problem.status == 422)
        #expect(problem.errors?.map(\.line) == [3, 4])
        #expect(problem.errors?.map(\.pointer) == ["#/definition/steps/0/name", "#/definition/steps/0/repeatable"])
        #expect(try await house.problem { _ = try await house.call(JobsAPI.create, [:], SaveJob()) }.status == 422)
        let both = SaveJob(definition: JobDefinition(name: "a", steps: []), yaml: "x")
        #expect(try await house.problem { _ = try await house.call(JobsAPI.create, [:], both) }.status == 422)
    }

    @Test("translates between form and YAML without saving")
    func translates() async throws {
        let house = try await JobsHouse()

        let read = try await house.call(JobsAPI.check, [:], CheckJob(yaml: Sample.full), as: JobsHouse.viewer)
        let form = try #require(read.definition)
        let written = try await house.call(JobsAPI.check, [:], CheckJob(definition: form))
        let again = try await house.check(written.yaml)

        #expect(read.valid && written.valid && again.valid)
        #expect(again.definition == form)
        #expect(again.yaml == written.yaml)
        #expect(try await house.call(JobsAPI.list, [:], JobQuery()).items.isEmpty)
    }

    @Test("takes a form over JSON with names of variables as they are")
    func takesJSON() async throws {
        let house = try await JobsHouse()
        let body =
            #"{"definition":{"name":"a","steps":[{"name":"x","command":"env","environment":{"camelCase":"1","SNAKE_CASE":"2"},"#
            + #""accepted_exit_codes":[0],"standard_input":"in"}]}}"#

        let answer = try await house.send(JobsAPI.create, body: body)

        #expect(answer.status == 201)
        let job = try await house.call(JobsAPI.show, ["job": "a"], Nothing())
        #expect(job.definition.steps[0].environment == ["camelCase": "1", "SNAKE_CASE": "2"])
        #expect(job.definition.steps[0].standardInput == "in")
    }
}
