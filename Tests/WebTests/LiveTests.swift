import Foundation
import Synchronization
import Testing
import Vocabulary
import Web

@Suite("WebSocket", .timeLimit(.minutes(1)))
struct LiveTests {
    private static let handshake =
        "Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

    private func frame(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true) -> [UInt8] {
        var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | opcode]
        if payload.count < 126 {
            bytes.append(0x80 | UInt8(payload.count))
        } else {
            bytes += [0x80 | 127] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
        }
        return bytes + [0, 0, 0, 0] + payload
    }

    private func open(_ port: Int, _ path: String = "/ws/echo") throws -> RawSocket {
        let raw = try RawSocket(port: port)
        raw.send("GET \(path) HTTP/1.1\r\n\(Self.handshake)Authorization: Bearer operator\r\n\r\n")
        #expect(raw.read(until: "hello olga").hasPrefix("HTTP/1.1 101"))
        return raw
    }

    @Test("messages go both ways in order, large ones too")
    func echo() async throws {
        try await PaintShop.open { client, _ in
            let live = try await LiveClient.connect(client, path: "/ws/echo", token: "operator")
            var messages = live.messages.makeAsyncIterator()
            #expect(try await messages.next() == "hello olga")

            for text in ["a", "ä€😀", String(repeating: "x", count: 60_000)] {
                try await live.send(text)
                #expect(try await messages.next() == text)
            }
            await live.close()
            #expect(try await messages.next() == nil)
        }
    }

    @Test(
        "a refused upgrade is answered with a problem",
        arguments: [
            ("/ws/echo", nil, 401), ("/ws/echo", "wrong", 401), ("/ws/nowhere", "operator", 404), ("/api/paints", "operator", 404),
            ("/ws/echo?access_token=operator", nil, 401),
        ])
    func refused(path: String, token: String?, status: Int) async throws {
        try await PaintShop.open { client, _ in
            let problem = await #expect(throws: Problem.self) {
                try await LiveClient.connect(client, path: path, token: token)
            }
            #expect(problem?.status == status)
        }
    }

    @Test("a refused upgrade closes the connection, an unknown version is told the right one")
    func refusedRaw() async throws {
        try await PaintShop.open { _, port in
            let raw = try RawSocket(port: port)
            raw.send("GET /ws/echo HTTP/1.1\r\n\(Self.handshake)\r\n")
            let answer = raw.readAll()
            #expect(answer.hasPrefix("HTTP/1.1 401"))
            #expect(answer.lowercased().contains("connection: close"))

            let old = try RawSocket(port: port)
            let handshake = Self.handshake.replacing("Version: 13", with: "Version: 8")
            old.send("GET /ws/echo HTTP/1.1\r\n\(handshake)Authorization: Bearer operator\r\n\r\n")
            #expect(old.readAll().contains("Sec-WebSocket-Version: 13"))
        }
    }

    @Test("a browser's WebSocket must come from this site")
    func origin() async throws {
        try await PaintShop.open { client, port in
            let cookie: (name: String, value: String) = ("Cookie", "session=operator")
            for (origin, status) in [("http://127.0.0.1:\(port)", nil), ("http://evil.example", 403), ("null", 403)] {
                let headers: [(name: String, value: String)] = [cookie, ("Origin", origin)]
                if let status {
                    let problem = await #expect(throws: Problem.self) {
                        try await LiveClient.connect(client, path: "/ws/echo", token: nil, headers: headers)
                    }
                    #expect(problem?.status == status)
                } else {
                    await (try await LiveClient.connect(client, path: "/ws/echo", token: nil, headers: headers)).close()
                }
            }
            let problem = await #expect(throws: Problem.self) {
                try await LiveClient.connect(client, path: "/ws/echo", token: nil, headers: [cookie])
            }
            #expect(problem?.slug == "cross-origin")
        }
    }

    @Test("the accept key is the one of RFC 6455")
    func acceptKey() async throws {
        try await PaintShop.open { _, port in
            let raw = try RawSocket(port: port)
            raw.send("GET /ws/echo HTTP/1.1\r\n\(Self.handshake)Authorization: Bearer operator\r\n\r\n")
            #expect(raw.read(until: "hello").contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
        }
    }

    @Test("pings are answered and fragments are put together")
    func control() async throws {
        try await PaintShop.open { _, port in
            let raw = try open(port)
            raw.send(frame(0x9, Array("pi".utf8)))
            #expect(raw.read() == [0x8a, 2] + Array("pi".utf8))
            raw.send(frame(0x1, Array("he".utf8), isFinal: false) + frame(0x0, Array("llo".utf8)))
            #expect(raw.read() == [0x81, 5] + Array("hello".utf8))
            raw.send(frame(0x8, [0x03, 0xe8]))
            #expect(raw.read() == [0x88, 2, 0x03, 0xe8])
        }
    }

    @Test(
        "frames that break the rules close with the right code",
        arguments: [
            ([UInt8]([0x81, 0x02, 0x61, 0x62]), 1002), ([0xc1, 0x80, 0, 0, 0, 0], 1002), ([0x81, 0x81, 0, 0, 0, 0, 0xff], 1007),
            ([0x82, 0x81, 0, 0, 0, 0, 0x01], 1003), ([0x81, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0], 1009),
            ([0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0], 1002),
        ])
    func brokenFrames(bytes: [UInt8], code: Int) async throws {
        try await PaintShop.open { _, port in
            let raw = try open(port)
            raw.send(bytes)
            let answer = raw.read()
            #expect(answer.first == 0x88)
            #expect(answer.count >= 4 && Int(answer[2]) << 8 | Int(answer[3]) == code)
        }
    }

    @Test("a handler's problem becomes the close reason, another error says nothing")
    func farewell() async throws {
        var routes = PaintShop.routes()
        routes.serveSocket("/ws/problem", needs: .anyone) { _, _ in throw Problem.notFound("execution") }
        routes.serveSocket("/ws/error", needs: .anyone) { _, _ in throw Spill() }
        try await PaintShop.open(routes) { client, _ in
            for (path, farewell) in [
                ("/ws/problem", LiveFarewell(code: 1008, reason: "There is no execution.")),
                ("/ws/error", LiveFarewell(code: 1011, reason: "something went wrong on our side")),
            ] {
                let live = try await LiveClient.connect(client, path: path, token: nil)
                await #expect(throws: farewell) { for try await _ in live.messages {} }
            }
        }
    }

    @Test("a reader that takes nothing is dropped, while another gets everything")
    func slowReader() async throws {
        let (ended, endings) = AsyncStream<String>.makeStream()
        var routes = Routes()
        routes.serveSocket("/ws/flood", needs: .signedIn) { socket, _ in
            defer { endings.yield("ended") }
            let line = LiveMessage(text: String(repeating: "x", count: 10_000))
            while true { try await socket.send([LiveMessage](repeating: line, count: 10)) }
        }
        routes.serveSocket("/ws/count", needs: .signedIn) { socket, _ in
            for number in 0..<2000 { try await socket.send([LiveMessage(text: "\(number)")]) }
        }
        try await PaintShop.open(routes, change: { $0.slowReaderTimeout = .milliseconds(400) }) { client, port in
            let slow = try RawSocket(port: port, receiveBuffer: 4096)
            slow.send("GET /ws/flood HTTP/1.1\r\n\(Self.handshake)Authorization: Bearer operator\r\n\r\n")

            let quick = try await LiveClient.connect(client, path: "/ws/count", token: "operator")
            var count = 0
            for try await message in quick.messages {
                #expect(message == "\(count)")
                count += 1
            }
            #expect(count == 2000)
            for await _ in ended { break }
        }
    }

    @Test("a client that floods is disconnected")
    func flooding() async throws {
        let (nothing, end) = AsyncStream<Void>.makeStream()
        defer { end.finish() }
        var routes = Routes()
        routes.serveSocket("/ws/deaf", needs: .signedIn) { socket, _ in
            try await socket.send([LiveMessage(text: "hello olga")])
            for await _ in nothing {}
        }
        try await PaintShop.open(routes) { _, port in
            let raw = try open(port, "/ws/deaf")
            for _ in 0..<100 { raw.send(frame(0x1, [0x61])) }
            let answer = raw.read()
            #expect(answer.count > 4 && Int(answer[2]) << 8 | Int(answer[3]) == 1008)
        }
    }

    @Test("fifty readers all get all messages in order")
    func fanOut() async throws {
        let lines = try (0..<3000).map { try LiveMessage(json: ["line": $0]) }
        var routes = Routes()
        routes.serveSocket("/ws/lines", needs: .signedIn) { socket, _ in
            for start in stride(from: 0, to: lines.count, by: 100) { try await socket.send(Array(lines[start..<start + 100])) }
            // Nobody is said goodbye before he has everything, however busy the machine is.
            for await _ in socket.messages { return }
        }
        try await PaintShop.open(routes) { client, _ in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        let live = try await LiveClient.connect(client, path: "/ws/lines", token: "operator")
                        var count = 0
                        for try await message in live.messages where message == "{\"line\":\(count)}" {
                            count += 1
                            if count == lines.count { try await live.send("thanks") }
                        }
                        return count
                    }
                }
                for try await count in group { #expect(count == 3000) }
            }
        }
    }
}
