import Foundation
import Logging
import Testing
import Vocabulary
import Web

/// What came, as an endpoint tells it that takes requests as they are.
private struct Heard: Codable, Sendable, Equatable {
    var bytes: Int
    var text: String
    var type: String?
    var signature: String?
    var query: String
    var hook: String
}

private enum RawAPI {
    static let hear = Endpoint<RawRequest, Heard>(.post, "/api/hear/{hook}", answers: .accepted, needs: .anyone, "Hears.")
    static let guarded = Endpoint<RawRequest, Heard>(.put, "/api/guarded/{hook}", needs: .targetsWrite, "Hears some.")

    static func routes() -> Routes {
        var routes = Routes()
        for endpoint in [hear, guarded] {
            routes.serve(endpoint) { call in
                Heard(
                    bytes: call.body.body.count, text: String(decoding: call.body.body, as: UTF8.self),
                    type: call.body.header("content-type"),
                    signature: call.body.header("X-SIGNATURE"), query: call.body.query, hook: try call.parameter("hook"))
            }
        }
        return routes
    }
}

@Suite("Requests that are taken as they are", .timeLimit(.minutes(1)))
struct RawRequestTests {
    @Test("the bytes, the header fields and the query arrive untouched, whatever they are")
    func untouched() async throws {
        try await PaintShop.open(RawAPI.routes()) { client, _ in
            let odd: [UInt8] = [0, 255, 13, 10, 123]
            for (body, type) in [
                (Array("{ \"a\" : 1,\"a\":2 }\n".utf8), "application/json"), (odd, "application/octet-stream"), ([], "text/plain"),
                (Array("a=%ff&b".utf8), "application/x-www-form-urlencoded"),
            ] {
                let answer = try await client.send(
                    HTTPClient.Request(
                        "POST", "/api/hear/x?a=1&a=%20", headers: [("Content-Type", type), ("X-Signature", "v1=abc")], body: body))
                #expect(answer.status == 202)
                let heard = try JSONCodec.decode(Heard.self, from: try await answer.body())
                let expected = Heard(
                    bytes: body.count, text: String(decoding: body, as: UTF8.self), type: type, signature: "v1=abc", query: "a=1&a=%20",
                    hook: "x")
                #expect(heard == expected)
            }
        }
    }

    @Test("who may not is refused before the body is looked at, and bodies have their limit")
    func refused() async throws {
        try await PaintShop.open(RawAPI.routes(), change: { $0.bodyLimitBytes = 100 }) { client, _ in
            let viewer = try await client.send(HTTPClient.Request("PUT", "/api/guarded/x", headers: [asViewer], body: [1]))
            #expect(viewer.status == 403)
            let operatorAnswer = try await client.send(HTTPClient.Request("PUT", "/api/guarded/x", headers: [asOperator], body: [1]))
            #expect(operatorAnswer.status == 200)
            let long = try await client.send(HTTPClient.Request("POST", "/api/hear/x", body: [UInt8](repeating: 65, count: 101)))
            #expect(long.status == 413)
        }
    }

    @Test("it is called inside a process without a socket, and never as JSON")
    func calls() async throws {
        let local = LocalPeer(ids: SystemIDs(), logger: PaintShop.logger)
        local.attach(RawAPI.routes())
        let request = RawRequest(body: [65], headers: [("x-signature", "s"), ("X-Signature", "t")])
        let heard = try await local.call(RawAPI.hear, ["hook": "in"], request, as: .anonymous)
        #expect((heard.text, heard.signature, heard.hook) == ("A", "s", "in"))
        #expect(throws: EncodingError.self) { _ = try JSONCodec.encode(request) }
        #expect(throws: (any Error).self) { _ = try JSONCodec.decode(RawRequest.self, from: Array("{}".utf8)) }
    }

    @Test("the description says that anything is taken, and the app does not call it")
    func description() throws {
        let document = try OpenAPI.document(RawAPI.routes(), PaintShop.description, sessionCookie: "session")
        let post = try #require(JSONParser.parse(document)["paths"]?["/api/hear/{hook}"]?["post"])
        let body = try #require(post["requestBody"]?["content"]?["*/*"])
        #expect(body == .object([JSONMember(key: "schema", value: .object([]))]))
        let client = try TypeScript.client(RawAPI.routes())
        #expect(!client.contains("/api/hear"))
    }
}
