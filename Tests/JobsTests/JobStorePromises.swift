import Contracts
import Store
import Support
import Testing
import Vocabulary

@testable import Jobs

@Suite("JobStore promises")
struct JobStorePromises {
    private func job(_ name: String, number: Int) throws -> Job {
        let document = JobDocument.text(Sample.minimal.replacing("name: hello", with: "name: \(name)"))
        return Job.new(
            JobID(trusted: "01990000-0000-7000-8000-00000000000\(number)"), serial: Job.serial(year: 2026, number: number),
            try JobContent(document), by: "olga", at: Timestamp(milliseconds: 1))
    }

    @Test("saving over anything but the version before is refused and changes nothing", arguments: StoreMaker.all)
    func staleSave(maker: StoreMaker) async throws {
        try await maker.withDatabase(JobsService.migrations) { database in
            let first = try job("a", number: 1)
            var third = first
            third.version = 3
            let stale = third
            try await database.transact { try await SQLJobStore($0).insert(first) }

            await #expect(throws: JobError.staleVersion(sent: 2, current: 1)) {
                try await database.transact { try await SQLJobStore($0).save(stale) }
            }

            let versions = try await database.read { try await SQLJobStore($0).versions(of: first.id, before: nil, limit: 9) }
            #expect(versions.map(\.version) == [1])
        }
    }

    @Test("a taken name is refused on insert and on save", arguments: StoreMaker.all)
    func takenName(maker: StoreMaker) async throws {
        try await maker.withDatabase(JobsService.migrations) { database in
            let (first, second, same) = (try job("a", number: 1), try job("b", number: 2), try job("A", number: 3))
            try await database.transact { transaction in
                try await SQLJobStore(transaction).insert(first)
                try await SQLJobStore(transaction).insert(second)
            }
            var renamed = second
            renamed.version = 2
            renamed.definition.name = "A"
            let taken = renamed

            await #expect(throws: JobError.nameTaken("A")) { try await database.transact { try await SQLJobStore($0).insert(same) } }
            await #expect(throws: JobError.nameTaken("A")) { try await database.transact { try await SQLJobStore($0).save(taken) } }
        }
    }

    @Test("numbers of a year never repeat, and an id or serial wins over a name that reads the same", arguments: StoreMaker.all)
    func numbersAndReferences(maker: StoreMaker) async throws {
        try await maker.withDatabase(JobsService.migrations) { database in
            let (first, second) = (try job("a", number: 1), try job("J20260001", number: 2))
            let found = try await database.transact { transaction in
                let store = SQLJobStore(transaction)
                try await store.insert(first)
                try await store.insert(second)
                return [
                    try await store.nextNumber(year: 2026), try await store.nextNumber(year: 2026), try await store.nextNumber(year: 2027),
                    try await store.job("j20260001")?.id == first.id ? 1 : 0, try await store.job("nothing") == nil ? 1 : 0,
                ]
            }
            #expect(found == [1, 2, 1, 1, 1])
        }
    }
}
