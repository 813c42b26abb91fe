import Contracts
import Testing
import Vault
import Vocabulary
import Web

@Suite("Targets of runs")
struct SelectionTests {
    @Test("A run gets the active targets of filter and ids, and hears who is left out")
    func select() async throws {
        let house = try await TargetsHouse()
        try await house.add("web-2", host: "10.0.0.2", tags: ["web"])
        let first = try await house.add("web-1", tags: ["web", "a"])
        let other = try await house.add("other")
        try await house.add(SaveTarget(name: "web-3", tags: ["web"], facts: ["cores": "8"], status: .maintenance))

        let selected = try await house.call(
            TargetsAPI.select, [:], SelectTargets(filter: "tag = web", ids: [other.id, .sample], exclude: [first.id]))
        let nothing = try await house.call(TargetsAPI.select, [:], SelectTargets())

        #expect(selected.targets.map(\.name) == ["other", "web-2"])
        #expect(selected.targets.map(\.host) == ["other", "10.0.0.2"])
        #expect(selected.targets.map(\.tags) == [[], ["web"]])
        #expect(selected.leftOut == ["web-3", TargetID.sample.text])
        #expect(nothing.targets.isEmpty && nothing.leftOut.isEmpty)
    }

    @Test("A worker gets routes with all hops, and each credential once, sealed for its key")
    func connections() async throws {
        let house = try await TargetsHouse()
        let worker = WorkerKey()
        let credential = try await house.password("web", "open sesame")
        let outer = try await house.add("outer", host: "10.0.0.1", user: nil, credential: credential.id)
        let inner = try await house.add("inner", host: "10.0.0.2", user: "hop", credential: credential.id, jump: outer.id)
        let leaf = try await house.add("leaf", user: "root", credential: credential.id, jump: inner.id, policy: .pinOnFirstUse)

        let answer = try await house.call(
            TargetsAPI.connections, [:],
            AskConnections(targets: [leaf.id, outer.id, .sample], recipientKey: worker.publicKey))

        let route = try #require(answer.targets.first?.methods.first)
        #expect(answer.targets.map(\.target) == [leaf.id, outer.id])
        #expect(route.host == "leaf" && route.port == 22 && route.user == "root" && route.connectTimeoutSeconds == 15)
        #expect(route.hostKeyPolicy == .pinOnFirstUse && route.hostKeyOwner == leaf.id)
        #expect(route.jumps.map(\.host) == ["10.0.0.1", "10.0.0.2"])
        #expect(route.jumps.map(\.user) == ["deploy", "hop"])
        #expect(route.jumps.map(\.hostKeyOwner) == [outer.id, inner.id])
        #expect(answer.credentials.keys.sorted() == [credential.id.text])
        let opened = try worker.open(try #require(answer.credentials[credential.id.text]))
        #expect(try JSONCodec.decode(SealedCredential.self, from: opened).password?.reveal() == "open sesame")
    }

    @Test("What cannot be reached says why, and the others are not affected")
    func problems() async throws {
        let house = try await TargetsHouse()
        let bare = try await house.add(SaveTarget(name: "bare"))
        let nobody = try await house.add("nobody", user: nil)
        let fine = try await house.add(SaveTarget(name: "here", connections: [ConnectionMethod(kind: .local)]))
        let ask = AskConnections(targets: [bare.id, nobody.id, fine.id], recipientKey: WorkerKey().publicKey)

        let answer = try await house.call(TargetsAPI.connections, [:], ask)
        let badKey = await problem {
            try await house.call(TargetsAPI.connections, [:], AskConnections(targets: [fine.id], recipientKey: "x"))
        }

        #expect(answer.targets[0].problem?.contains("no connection method") == true)
        #expect(answer.targets[1].problem?.contains("without a user") == true)
        #expect(answer.targets[2].problem == nil)
        #expect(answer.targets[2].methods.map(\.kind) == [.local])
        #expect(badKey?.status == 422)
    }

    @Test("A wrong filter is refused with its place")
    func wrongFilter() async throws {
        let house = try await TargetsHouse()

        let refusal = await problem { try await house.call(TargetsAPI.select, [:], SelectTargets(filter: "status = activ")) }

        #expect(refusal?.status == 422)
        #expect(refusal?.errors?.first?.column == 10)
    }
}
