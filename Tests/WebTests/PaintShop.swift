import Foundation
import Logging
import Support
import Vocabulary
import Web

enum Colour: String, WireEnum {
    case red
    case green
    case darkBlue = "dark_blue"
}

struct Paint: Codable, Sendable, Equatable, WireConstrained {
    struct Layer: Codable, Sendable, Equatable {
        var depthMicrons: Int
        var below: [Layer]?
    }

    var name: String
    var coatCount: Int
    var colour: Colour
    var labels: [String: String]
    var layers: [Layer]
    var note: String?
    var mixedAt: Timestamp?

    static var limits: [String: WireLimit] {
        ["name": .length(1...20), "coatCount": .range(1...9), "layers": .count(0...3), "note": .pattern("[a-z ]*")]
    }
    static let sample = Paint(name: "sky", coatCount: 2, colour: .darkBlue, labels: ["maxDepth": "5"], layers: [])
}

/// Decodes with a default, as some wire types do.
struct Filter: Codable, Sendable, Equatable {
    var limit: Int
    var colours: [Colour]?
    var isFresh: Bool?
    var text: String?

    init(limit: Int = 50, colours: [Colour]? = nil, isFresh: Bool? = nil, text: String? = nil) {
        (self.limit, self.colours, self.isFresh, self.text) = (limit, colours, isFresh, text)
    }
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        limit = try container.decodeIfPresent(Int.self, forKey: .limit) ?? 50
        colours = try container.decodeIfPresent([Colour].self, forKey: .colours)
        isFresh = try container.decodeIfPresent(Bool.self, forKey: .isFresh)
        text = try container.decodeIfPresent(String.self, forKey: .text)
    }
}

struct Echo: Codable, Sendable, Equatable {
    var path: [String: String]
    var caller: String
    var idempotencyKey: String?
    var address: String?
    var requestId: String
}

enum PaintAPI {
    static let create = Endpoint<Paint, Paint>(.post, "/api/paints", answers: .created, needs: .targetsWrite, "Mixes a paint.")
    static let list = Endpoint<Filter, Page<Paint>>(.get, "/api/paints", needs: .targetsRead, "Lists paints.")
    static let filter = Endpoint<Filter, Filter>(.get, "/api/filter", needs: .anyone, "Returns the filter.")
    static let show = Endpoint<Nothing, Echo>(.get, "/api/paints/{paint}", needs: .anyone, "Shows a paint.")
    static let recent = Endpoint<Nothing, Colour>(.get, "/api/paints/recent", needs: .anyone, "Shows the newest colour.")
    static let remove = Endpoint<Nothing, Nothing>(
        .delete, "/api/paints/{paint}", answers: .noContent, needs: .targetsWrite, "Removes a paint.")
    static let dry = Endpoint<Nothing, Echo>(.post, "/api/paints/{paint}/dry", answers: .accepted, needs: .signedIn, "Dries.")
    static let log = Endpoint<Nothing, Download>(.get, "/api/paints/{paint}/log", needs: .anyone, "The paint's log.")
    static let login = Endpoint<Nothing, Nothing>(.post, "/api/auth/login", needs: .anyone, "Signs in.")
    static let secret = Endpoint<Nothing, Nothing>(.post, "/api/internal/sync", needs: .service, "Between services.")
    static let lease = Endpoint<Nothing, Nothing>(.post, "/api/worker/lease", needs: .worker, "For workers.")
    static let fail = Endpoint<Nothing, Nothing>(.get, "/api/fail", needs: .anyone, "Fails.")
    static let missing = Endpoint<Nothing, Nothing>(.get, "/api/missing", needs: .anyone, "Says that something is missing.")
}

struct Spill: Error {}

struct Doorman: Authenticator {
    static let operatorCaller = Caller.user(UserID.sample, name: "olga", role: .operator)
    var sessionCookie: String { "session" }

    func caller(_ credentials: Credentials) async throws -> Caller {
        switch credentials.bearer ?? credentials.cookie {
        case "operator": Self.operatorCaller
        case "viewer": .user(UserID.sample, name: "vera", role: .viewer)
        default: throw Problem.unauthenticated
        }
    }
}

enum PaintShop {
    static let description = APIDescription(title: "Paint shop", version: "1.0", about: "For tests.")
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    static func routes() -> Routes {
        var routes = Routes()
        routes.serve(PaintAPI.create) { $0.body }
        routes.serve(PaintAPI.list) { call in
            Page(items: [Paint](repeating: .sample, count: call.body.limit), nextCursor: "more")
        }
        routes.serve(PaintAPI.filter) { $0.body }
        routes.serve(PaintAPI.show) { echo($0) }
        routes.serve(PaintAPI.recent) { _ in .darkBlue }
        routes.serve(PaintAPI.remove) { _ in Nothing() }
        routes.serve(PaintAPI.dry) { echo($0) }
        routes.serve(PaintAPI.log) { call in
            Download(contentType: "text/plain; charset=utf-8", fileName: "lög.txt", body: pieces(try call.parameter("paint")))
        }
        routes.serve(PaintAPI.login) { call in
            call.reply.add("Set-Cookie", "session=operator; HttpOnly")
            return Nothing()
        }
        routes.serve(PaintAPI.secret) { _ in Nothing() }
        routes.serve(PaintAPI.lease) { _ in Nothing() }
        routes.serve(PaintAPI.fail) { _ in throw Spill() }
        routes.serve(PaintAPI.missing) { _ in throw Problem.notFound("paint called x") }
        routes.serveSocket("/ws/echo", needs: .signedIn) { socket, caller in
            try await socket.send([LiveMessage(text: "hello \(caller.name)")])
            for await message in socket.messages { try await socket.send([LiveMessage(text: message)]) }
        }
        return routes
    }

    private static func echo(_ call: Call<Nothing>) -> Echo {
        Echo(
            path: call.path, caller: call.caller.name, idempotencyKey: call.idempotencyKey, address: call.address,
            requestId: call.requestId)
    }

    private static func pieces(_ count: String) -> AsyncThrowingStream<[UInt8], any Error> {
        let count = Int(count) ?? 0
        return AsyncThrowingStream { stream in
            for index in 0..<count { stream.yield(Array("line \(index)\n".utf8)) }
            stream.finish()
        }
    }

    /// Runs a server on a free port for as long as `body` takes.
    static func open(
        _ routes: Routes = routes(), change: (inout WebSettings) -> Void = { _ in }, staticFiles: StaticFiles? = nil,
        readiness: @escaping @Sendable () async -> [String] = { [] },
        identity: ServiceIdentity? = nil, metrics: (@Sendable () async -> [Metric])? = nil, authenticator: any Authenticator = Doorman(),
        clock: any WallClock = SystemClock(), _ body: @Sendable @escaping (HTTPClient, Int) async throws -> Void
    ) async throws {
        var settings = WebSettings(host: "127.0.0.1", port: 0)
        change(&settings)
        let server = try WebServer(
            routes: routes, authenticator: authenticator, settings: settings, staticFiles: staticFiles, description: description,
            readiness: readiness, identity: identity, metrics: metrics, clock: clock, ids: SystemIDs(), logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try? await server.run() }
            let port = try await server.boundPort
            try await body(try HTTPClient(base: "http://127.0.0.1:\(port)"), port)
            group.cancelAll()
        }
    }
}

extension HTTPClient {
    func get(_ target: String, _ headers: [(name: String, value: String)] = []) async throws -> Answer {
        try await send(Request("GET", target, headers: headers))
    }

    func post(_ target: String, _ body: String, _ headers: [(name: String, value: String)] = []) async throws -> Answer {
        let isTyped = headers.contains { $0.name == "Content-Type" }
        return try await send(
            Request(
                "POST", target, headers: (isTyped ? [] : [("Content-Type", "application/json")]) + headers, body: Array(body.utf8)))
    }
}

extension HTTPClient.Answer {
    func text() async throws -> String { String(decoding: try await body(), as: UTF8.self) }
}

let asOperator: (name: String, value: String) = ("Authorization", "Bearer operator")
let asViewer: (name: String, value: String) = ("Authorization", "Bearer viewer")
