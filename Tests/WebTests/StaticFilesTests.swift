import Foundation
import Testing
import Vocabulary
import Web

@Suite("StaticFiles", .timeLimit(.minutes(1)))
struct StaticFilesTests {
    private func withSite(_ body: @Sendable @escaping (HTTPClient) async throws -> Void) async throws {
        try await withSite { client, _ in try await body(client) }
    }

    private func withSite(_ body: @Sendable @escaping (HTTPClient, Int) async throws -> Void) async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "site-\(SystemIDs().next())")
        defer { try? FileManager.default.removeItem(at: root) }
        let site = root.appending(path: "site")
        try FileManager.default.createDirectory(at: site.appending(path: "assets"), withIntermediateDirectories: true)
        for (name, text) in [
            ("site/index.html", "<p>index"), ("site/assets/app-3F2A9C1B.js", "plain"), ("site/assets/app-3F2A9C1B.js.gz", "packed"),
            ("site/style.css", "p{}"), ("site/.hidden", "secret"), ("outside.txt", "secret"),
        ] { try Data(text.utf8).write(to: root.appending(path: name)) }
        try FileManager.default.createSymbolicLink(
            at: site.appending(path: "link.txt"), withDestinationURL: root.appending(path: "outside.txt"))
        try await PaintShop.open(staticFiles: StaticFiles(directory: site.path), body)
    }

    @Test("files have type, tag and caching, pages without a dot show the index")
    func files() async throws {
        try await withSite { client in
            let index = try await client.get("/")
            #expect(index.header("content-type") == "text/html; charset=utf-8")
            #expect(index.header("cache-control") == "no-cache")
            #expect(index.header("content-security-policy") != nil)
            #expect(try await client.get("/executions/E-2026-1#L5").text() == "<p>index")
            let script = try await client.get("/assets/app-3F2A9C1B.js")
            #expect(script.header("content-type") == "text/javascript; charset=utf-8")
            #expect(script.header("cache-control") == "public, max-age=31536000, immutable")
            #expect(try await script.text() == "plain")
            #expect(try await client.get("/style.css").header("cache-control") == "no-cache")
        }
    }

    @Test("packed siblings go to clients that take them")
    func packed() async throws {
        try await withSite { client in
            let packed = try await client.get("/assets/app-3F2A9C1B.js", [("Accept-Encoding", "br, gzip;q=0.8")])
            #expect(packed.header("content-encoding") == "gzip")
            #expect(packed.header("vary") == "Accept-Encoding")
            #expect(try await packed.text() == "packed")
            let refused = try await client.get("/assets/app-3F2A9C1B.js", [("Accept-Encoding", "gzip;q=0")])
            #expect(try await refused.text() == "plain")
        }
    }

    @Test("a known tag gets 304 without a body")
    func notModified() async throws {
        try await withSite { client in
            let tag = try #require(try await client.get("/style.css").header("etag"))
            let again = try await client.get("/style.css", [("If-None-Match", "\"x\", \(tag)")])

            #expect(again.status == 304)
            #expect(try await again.body().isEmpty)
            #expect(try await client.get("/style.css", [("If-None-Match", "\"x\"")]).status == 200)
        }
    }

    @Test(
        "nothing outside of the directory is served, no hidden files, nothing under /api",
        arguments: [
            "/../outside.txt", "/..%2foutside.txt", "/%2e%2e/outside.txt", "/assets/../../outside.txt", "/.hidden", "/link.txt",
            "/a%5c..%5coutside.txt", "/missing.js", "/api/x", "/api", "/ws/x", "/style.css%00.html",
        ])
    func refused(path: String) async throws {
        try await withSite { client async throws in
            #expect(try await client.get(path).status == 404)
        }
    }

    @Test("a path with bare backslashes, which no client of ours sends, shows nothing either")
    func backslashes() async throws {
        try await withSite { _, port in
            let raw = try RawSocket(port: port)
            raw.send("GET /a\\..\\outside.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(raw.readAll().hasPrefix("HTTP/1.1 404"))
        }
    }

    @Test("files are read only")
    func methods() async throws {
        try await withSite { client async throws in
            #expect(try await client.send(.init("POST", "/index.html")).status == 405)
            #expect(try await client.send(.init("HEAD", "/style.css")).header("content-length") == "3")
        }
    }
}
