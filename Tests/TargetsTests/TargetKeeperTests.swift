import Contracts
import Store
import Support
import Testing
import Vocabulary
import Web

@Suite("Targets that are added at the same time", .timeLimit(.minutes(1)))
struct TargetKeeperTests {
    @Test("Each has its own serial, its parts and a note of who made it")
    func many() async throws {
        let house = try await TargetsHouse()

        let made = try await withThrowingTaskGroup(of: Target.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let caller = Caller.user(UserID.make(SystemIDs()), name: "user-\(number)", role: .administrator)
                    let save = SaveTarget(
                        name: "web-\(number)", tags: ["web", "n\(number)"], facts: ["number": "\(number)"],
                        connections: [ConnectionMethod(kind: .ssh, host: "h\(number)", user: "root")])
                    return try await house.peer.call(TargetsAPI.create, [:], save, as: caller)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        #expect(Set(made.map(\.serial)).count == 100)
        #expect(made.allSatisfy { $0.serial.hasPrefix("T2026") })
        for target in made {
            let shown = try await house.show(target.name)
            #expect(shown.id == target.id && shown.serial == target.serial && shown.connections == target.connections)
            #expect(shown.facts["number"].map { "web-\($0)" } == target.name)
        }
        let notes = try await AuditNote.lying(in: house.database)
        #expect(notes.count == 100)
        #expect(notes.allSatisfy { $0.object.name.dropFirst(4) == $0.origin.caller.name.dropFirst(5) })
        #expect(try await house.names("tag = n7 and fact.number = 7") == ["web-7"])
    }

    @Test("Whose name is taken is refused, and holds up nobody else")
    func taken() async throws {
        let house = try await TargetsHouse()
        try await house.add("web-0")

        let refused = await withTaskGroup(of: (String, Int?).self) { group in
            for number in 0..<60 {
                group.addTask {
                    let name = "web-\(number / 2)"
                    do {
                        try await house.add(name)
                        return (name, nil)
                    } catch {
                        return (name, (error as? Problem)?.status ?? 0)
                    }
                }
            }
            return await group.reduce(into: [String: [Int]]()) { refused, each in
                if let status = each.1 { refused[each.0, default: []].append(status) }
            }
        }

        #expect(refused["web-0"] == [409, 409])
        #expect((1..<30).allSatisfy { refused["web-\($0)"] == [409] })
        #expect(try await house.names("all").count == 30)
        #expect(try await AuditNote.lying(in: house.database).count == 30)
    }
}
