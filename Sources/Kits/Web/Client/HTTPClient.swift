import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Vocabulary

/// A small HTTP/1.1 client without TLS: one connection per request.
package struct HTTPClient: Sendable {
    /// A request.
    package struct Request: Sendable {
        /// The method, for example `GET`.
        package var method: String
        /// Path and query below the base, percent-encoded, beginning with `/`.
        package var target: String
        /// Header fields besides `Host`, `Connection` and `Content-Length`.
        package var headers: [(name: String, value: String)]
        /// The body; empty sends none.
        package var body: [UInt8]

        /// Makes a request.
        package init(_ method: String, _ target: String, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
            self.method = method
            self.target = target
            self.headers = headers
            self.body = body
        }

        /// A request with a JSON body.
        /// - Throws: `EncodingError`.
        package init(
            _ method: String, _ target: String, json: some Encodable, headers: [(name: String, value: String)] = []
        ) throws {
            self.init(
                method, target, headers: [("Content-Type", "application/json")] + headers, body: try JSONCodec.encode(json))
        }
    }

    /// An answer whose body is still to come.
    package struct Answer: Sendable {
        /// The HTTP status code.
        package let status: Int
        /// Header fields in order.
        package let headers: [(name: String, value: String)]
        /// The body in pieces, read from the network as they are asked for; letting go of it closes the connection.
        package let pieces: AsyncThrowingStream<[UInt8], any Error>

        /// The first header field of this name, whatever its case; nil when there is none.
        package func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }

        /// The whole body.
        package func body() async throws -> [UInt8] {
            var bytes: [UInt8] = []
            for try await piece in pieces { bytes += piece }
            return bytes
        }
    }

    let host: String
    let port: Int
    /// The path that comes before every target, without a slash at its end.
    let prefix: String

    /// Makes a client for a server, such as `http://127.0.0.1:8080` or `http://proxy/opsconductor`.
    /// - Throws: `Problem` 422 with one sentence when the text is not such an address.
    package init(base: String) throws {
        guard let parts = URLComponents(string: base), let scheme = parts.scheme?.lowercased(), let host = parts.host, !host.isEmpty
        else { throw Problem.invalid("\(base) is not a server address; write it like http://host:port.") }
        guard scheme == "http" else {
            throw Problem.invalid("\(base) cannot be used: this client speaks http:// only; use the address before the TLS proxy.")
        }
        self.host = host.trimmingCharacters(in: ["[", "]"])
        port = parts.port ?? 80
        prefix = parts.percentEncodedPath.hasSuffix("/") ? String(parts.percentEncodedPath.dropLast()) : parts.percentEncodedPath
    }

    /// The value of the `Host` header.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == 80 ? name : "\(name):\(port)"
    }

    /// Sends a request and returns as soon as the head of the answer is there. Statuses are not judged.
    /// - Throws: `Problem` 503 when the server cannot be reached or breaks off; `CancellationError`.
    package func send(_ request: Request) async throws -> Answer {
        let (channel, pipe) = try await connect { channel in
            try channel.pipeline.syncOperations.addHTTPClientHandlers()
            return (channel, try InboundPipe<HTTPClientResponsePart>(channel: channel))
        }
        do {
            write(request, to: channel)
            return try await answer(from: pipe)
        } catch let error as CancellationError {
            throw error
        } catch {
            try Task.checkCancellation()
            throw broken(error)
        }
    }

    private func write(_ request: Request, to channel: any Channel) {
        var headers = HTTPHeaders(request.headers.map { ($0.name, $0.value) })
        if !headers.contains(name: "Host") { headers.add(name: "Host", value: authority) }
        if !headers.contains(name: "Connection") { headers.add(name: "Connection", value: "close") }
        if !request.body.isEmpty || !["GET", "HEAD"].contains(request.method) {
            headers.replaceOrAdd(name: "Content-Length", value: String(request.body.count))
        }
        let head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: request.method), uri: prefix + request.target, headers: headers)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if !request.body.isEmpty {
            channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: request.body))), promise: nil)
        }
        // A server may answer and close before it has taken the whole body; the answer counts, not the failed write.
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    }

    func answer(from pipe: InboundPipe<HTTPClientResponsePart>) async throws -> Answer {
        while let part = try await pipe.next() {
            guard case .head(let head) = part, head.status.code >= 200 else { continue }
            let pieces = AsyncThrowingStream<[UInt8], any Error> {
                while let part = try await pipe.next() {
                    switch part {
                    case .head: continue
                    case .body(let buffer): return Array(buffer.readableBytesView)
                    case .end:
                        // The server may have closed behind its last part; what came before is complete all the same.
                        pipe.finish()
                        return nil
                    }
                }
                return nil
            }
            return Answer(status: Int(head.status.code), headers: head.headers.map { ($0.name, $0.value) }, pieces: pieces)
        }
        throw InboundPipe<HTTPClientResponsePart>.EndedEarly()
    }

    func connect<Output: Sendable>(_ setUp: @escaping @Sendable (any Channel) throws -> Output) async throws -> Output {
        do {
            return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.autoRead, value: false)
                .connect(host: host, port: port) { channel in
                    channel.eventLoop.makeCompletedFuture { try setUp(channel) }
                }
        } catch {
            try Task.checkCancellation()
            throw Problem.unavailable("No server answers at \(authority) (\(Self.reason(error))). Is it running?")
        }
    }

    private func broken(_ error: any Error) -> Problem {
        (error as? Problem) ?? .unavailable("The connection to \(authority) broke off (\(Self.reason(error))).")
    }

    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { reason(first.error) } else { "the name is not known" }
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case ChannelError.connectTimeout: "no answer in time"
        case is HTTPParserError: "the answer is not HTTP"
        default: "it ended too early"
        }
    }
}

extension HTTPClient.Answer {
    /// The problem that an answer of 400 and above describes; made up when the body is none.
    package func problem() async throws -> Problem {
        let bytes = try await body()
        if header("Content-Type")?.hasPrefix("application/problem+json") == true,
            let problem = try? JSONCodec.decode(Problem.self, from: bytes)
        {
            return problem
        }
        return Problem(
            "http-\(status)", "HTTP status \(status)", status: status,
            "The server answered with status \(status) and no explanation.")
    }
}
