import Contracts
import Store
import Support
import Testing
import Vocabulary

@testable import Schedules

@Suite("LedgerStore promises")
struct LedgerPromises {
    private static let schedule = ScheduleID(trusted: "01990000-0000-7000-8000-00000000000a")
    private static let now = Timestamp(milliseconds: 1_000_000)

    private static func occurrence(_ second: Int64, _ state: OccurrenceState = .due) -> StoredOccurrence {
        StoredOccurrence(schedule: schedule, at: Timestamp(milliseconds: second * 1000), state: state, isLate: false)
    }

    @Test("an instant is kept once, claimed by one, and claimed again when its lease is over", arguments: StoreMaker.all)
    func claim(maker: StoreMaker) async throws {
        try await maker.withDatabase(SchedulesService.migrations) { database in
            let store = SQLLedgerStore()
            try await database.transact { try await store.insert([Self.occurrence(1), Self.occurrence(2)], in: $0) }
            try await database.transact { try await store.insert([Self.occurrence(2, .missed), Self.occurrence(3, .missed)], in: $0) }
            let lease = Self.now + .seconds(5)
            func take(_ now: Timestamp) async throws -> [Int64] {
                try await database.transact(.lockingRows) {
                    try await store.claim(at: now, until: now + .seconds(5), limit: 10, in: $0)
                }.map { $0.at.milliseconds / 1000 }
            }
            #expect(try await take(Self.now) == [1, 2])
            #expect(try await take(Self.now + .seconds(4)) == [])
            #expect(try await database.read { try await store.nextTry(in: $0) } == lease)
            var first = Self.occurrence(1)
            (first.state, first.execution, first.decidedAt) = (.fired, "J1.1", Self.now)
            let decided = first
            try await database.transact { try await store.decide([decided], isOpen: true, in: $0) }
            #expect(try await take(Self.now + .seconds(5)) == [2])
            // What was decided stays so.
            var late = decided
            (late.state, late.execution) = (.failed, nil)
            let second = late
            try await database.transact { try await store.decide([second], isOpen: false, in: $0) }
            let open = try await database.read { try await store.open([Self.schedule], in: $0) }
            #expect(open.map(\.state) == [.fired, .due])
            #expect(open.first?.execution == "J1.1")
        }
    }

    @Test("several claim at the same time, and each instant goes to one of them", arguments: StoreMaker.all)
    func race(maker: StoreMaker) async throws {
        try await maker.withDatabase(SchedulesService.migrations) { database in
            let store = SQLLedgerStore()
            try await database.transact { try await store.insert((1...500).map { Self.occurrence($0) }, in: $0) }
            let taken = try await withThrowingTaskGroup(of: [Int64].self) { group in
                for _ in 1...8 {
                    group.addTask {
                        var all: [Int64] = []
                        while true {
                            let some = try await database.transact(.lockingRows) {
                                try await store.claim(at: Self.now, until: Self.now + .seconds(5), limit: 7, in: $0)
                            }
                            if some.isEmpty { return all }
                            all += some.map(\.at.milliseconds)
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(taken.count == 500)
            #expect(Set(taken).count == 500)
        }
    }

    @Test("the oldest that waits goes on when no run is open", arguments: StoreMaker.all)
    func release(maker: StoreMaker) async throws {
        try await maker.withDatabase(SchedulesService.migrations) { database in
            let store = SQLLedgerStore()
            try await database.transact { transaction in
                try await store.insert([Self.occurrence(1), Self.occurrence(3, .waiting), Self.occurrence(2, .waiting)], in: transaction)
                _ = try await store.claim(at: Self.now, until: Self.now, limit: 1, in: transaction)
            }
            #expect(try await database.transact { try await store.release([Self.schedule], in: $0) } == 0)
            try await database.transact {
                try await store.end([(Self.schedule, Timestamp(milliseconds: 1000), "J1.1", .succeeded)], in: $0)
            }
            #expect(try await database.transact { try await store.release([Self.schedule], in: $0) } == 1)
            #expect(try await database.read { try await store.waiting(Self.schedule, in: $0) } == 1)
            let all = try await database.read {
                try await store.range(Self.schedule, Timestamp(milliseconds: 0), Self.now, limit: 9, in: $0)
            }
            #expect(all.map(\.state) == [.due, .due, .waiting])
            #expect(all.first?.outcome == .succeeded)
        }
    }
}
