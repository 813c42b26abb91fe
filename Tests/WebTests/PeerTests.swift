import Testing
import Vocabulary
import Web

@Suite("Peers", .timeLimit(.minutes(1)))
struct PeerTests {
    private func local() -> LocalPeer {
        let peer = LocalPeer(ids: SystemIDs(), logger: PaintShop.logger)
        peer.attach(PaintShop.routes())
        return peer
    }

    /// One suite for both ways to call.
    private func withEach(_ body: @Sendable @escaping (any Peer) async throws -> Void) async throws {
        try await body(local())
        try await PaintShop.open { client, _ in try await body(RemotePeer(client, bearer: "operator")) }
    }

    @Test("calls carry input, path, key and output the same way near and far")
    func calls() async throws {
        try await withEach { peer in
            let me = Doorman.operatorCaller
            #expect(try await peer.call(PaintAPI.create, [:], Paint.sample, as: me) == .sample)
            #expect(try await peer.call(PaintAPI.list, [:], Filter(limit: 3), as: me).items.count == 3)
            let filter = Filter(limit: 7, colours: [.red, .darkBlue], isFresh: false, text: "a,b&c=d ä")
            if peer is LocalPeer { #expect(try await peer.call(PaintAPI.filter, [:], filter, as: me) == filter) }
            let echo = try await peer.call(PaintAPI.dry, ["paint": "a/b ?%"], Nothing(), as: me, idempotencyKey: "k")
            #expect(echo.path == ["paint": "a/b ?%"])
            #expect(echo.idempotencyKey == "k")
            #expect(echo.caller == "olga")
            #expect(try await peer.call(PaintAPI.remove, ["paint": "1"], as: me) == Nothing())
            #expect(try await peer.call(PaintAPI.recent, as: me) == .darkBlue)
        }
    }

    @Test("downloads are streamed with type and name")
    func download() async throws {
        try await withEach { peer in
            let download = try await peer.call(PaintAPI.log, ["paint": "3000"], as: .anonymous)
            var bytes: [UInt8] = []
            for try await piece in download.body { bytes += piece }

            #expect(download.contentType == "text/plain; charset=utf-8")
            #expect(download.fileName == "lög.txt")
            #expect(String(decoding: bytes, as: UTF8.self).hasSuffix("line 2999\n"))
        }
    }

    @Test("problems arrive as they were thrown, other errors as a plain 500")
    func problems() async throws {
        try await withEach { peer async throws in
            let missing = await #expect(throws: Problem.self) { try await peer.call(PaintAPI.missing, as: .anonymous) }
            #expect(missing?.slug == "not-found")
            #expect(missing?.detail == "There is no paint called x.")
            let failed = await #expect(throws: Problem.self) { try await peer.call(PaintAPI.fail, as: .anonymous) }
            #expect(failed?.status == 500)
            #expect(failed?.detail.contains("Spill") == false)
        }
    }

    @Test("the local peer checks permissions and needs routes")
    func localRules() async throws {
        let refused = await #expect(throws: Problem.self) { try await local().call(PaintAPI.remove, ["paint": "1"], as: .anonymous) }
        #expect(refused?.status == 401)
        let viewer = Caller.user(UserID.sample, name: "vera", role: .viewer)
        let forbidden = await #expect(throws: Problem.self) { try await local().call(PaintAPI.create, [:], .sample, as: viewer) }
        #expect(forbidden?.status == 403)
        _ = try await local().call(PaintAPI.secret, as: .service("jobs"))

        let early = LocalPeer(ids: SystemIDs(), logger: PaintShop.logger)
        let unready = await #expect(throws: Problem.self) { try await early.call(PaintAPI.recent, as: .anonymous) }
        #expect(unready?.slug == "unavailable")
        early.attach(Routes())
        let unknown = await #expect(throws: Problem.self) { try await early.call(PaintAPI.recent, as: .anonymous) }
        #expect(unknown?.detail == "No service in this process serves GET /api/paints/recent.")
    }

    @Test("a server that is not there is one clear sentence")
    func unreachable() async throws {
        let port = try RawListener.freePort()
        let peer = RemotePeer(try HTTPClient(base: "http://127.0.0.1:\(port)"), bearer: nil)

        let problem = await #expect(throws: Problem.self) { try await peer.call(PaintAPI.recent, as: .anonymous) }

        #expect(problem?.status == 503)
        #expect(problem?.detail == "No server answers at 127.0.0.1:\(port) (Connection refused). Is it running?")
    }

    @Test("addresses that cannot be used are refused", arguments: ["", "localhost:80", "ftp://x", "http://"])
    func addresses(base: String) {
        #expect(throws: Problem.self) { try HTTPClient(base: base) }
    }

    @Test("calls inside a request keep its id")
    func requestId() async throws {
        let peer = local()
        let echo = try await CurrentRequest.$id.withValue("outer") {
            try await peer.call(PaintAPI.show, ["paint": "1"], as: .anonymous)
        }
        #expect(echo.requestId == "outer")
    }
}
