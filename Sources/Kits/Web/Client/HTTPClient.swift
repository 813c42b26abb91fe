import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Vocabulary

/// A small HTTP/1.1 client, with TLS where the address says `https`. Connections stay open for the next requests; copies of a client share them.
package struct HTTPClient: Sendable {
    /// How long the client waits for what, and what it keeps.
    package struct Patience: Sendable {
        /// A connection must be there after so long.
        package var connect = Duration.seconds(10)
        /// A server that says nothing for so long, while something is awaited from it, is given up; some answers take a minute.
        package var silence = Duration.seconds(120)
        /// A connection whose other side does not even acknowledge bytes for so long is broken: its machine is gone, or has another address.
        package var unacknowledged = Duration.seconds(20)
        /// A connection that was not used for so long is not used again; shorter than any server's own patience.
        package var idle = Duration.seconds(15)
        /// So many unused connections are kept at most.
        package var idleConnections = 8

        /// The usual patience.
        package init() {}
    }

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
        /// Whether the server takes it for the same when it comes twice, although its method does not say so.
        package var isRepeatable = false

        /// Makes a request.
        package init(_ method: String, _ target: String, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
            self.method = method
            self.target = target
            self.headers = headers
            self.body = body
        }

        /// Whether it does no harm when the server gets it twice: it changes nothing, or says itself that it is the same.
        var mayArriveTwice: Bool {
            isRepeatable || ["GET", "HEAD", "OPTIONS"].contains(method)
                || headers.contains { $0.name.lowercased() == "idempotency-key" }
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

    /// Why a request has no answer.
    struct Unanswered: Error {
        let problem: Problem
        /// Whether the server may have taken it all the same.
        let mayHaveArrived: Bool
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
    let patience: Patience
    private let pool: ConnectionPool
    private let tls: ClientTLS?

    /// Makes a client for a server, such as `http://127.0.0.1:8080` or `https://proxy/opsconductor`.
    /// - Parameter authorities: a PEM file with the certificate authorities that are trusted; those of this machine when nil.
    /// - Throws: `Problem` 422 with one sentence when the text is not such an address or the file has no certificates.
    package init(
        base: String, authorities: String? = nil, patience: Patience = Patience(), clock: any WallClock = SystemClock()
    ) throws {
        guard let parts = URLComponents(string: base), let scheme = parts.scheme?.lowercased(), let host = parts.host, !host.isEmpty
        else { throw Problem.invalid("\(base) is not a server address; write it like http://host:port.") }
        guard scheme == "http" || scheme == "https" else {
            throw Problem.invalid("\(base) cannot be used; write the address like http://host:port, or with https.")
        }
        self.host = host.trimmingCharacters(in: ["[", "]"])
        tls = scheme == "https" ? try ClientTLS(host: self.host, authorities: authorities) : nil
        port = parts.port ?? (scheme == "https" ? 443 : 80)
        prefix = parts.percentEncodedPath.hasSuffix("/") ? String(parts.percentEncodedPath.dropLast()) : parts.percentEncodedPath
        self.patience = patience
        pool = ConnectionPool(patience: patience, clock: clock)
    }

    /// The value of the `Host` header.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (tls == nil ? 80 : 443) ? name : "\(name):\(port)"
    }

    /// Sends a request and returns as soon as the head of the answer is there. Statuses are not judged. A request that meets a connection
    /// which the server has just closed is sent again over another one, if it cannot have arrived or may arrive twice.
    /// - Throws: `Problem` 503 when the server cannot be reached, says nothing or breaks off; `CancellationError`.
    package func send(_ request: Request) async throws -> Answer {
        do {
            return try await exchange(request)
        } catch let unanswered as Unanswered {
            throw unanswered.problem
        }
    }

    /// Sends a request as `send` does.
    /// - Throws: `Unanswered` when there is no answer; `CancellationError`.
    func exchange(_ request: Request) async throws -> Answer {
        let head = head(of: request)
        while let connection = pool.take() {
            do {
                return answer(try await connection.exchange(head, request.body), over: connection)
            } catch let interrupted as HTTPConnection.Interrupted {
                try Task.checkCancellation()
                guard interrupted.isHangUp, request.mayArriveTwice || !interrupted.mayHaveArrived else { throw unanswered(interrupted) }
            }
        }
        let silence = patience.silence
        let connection: HTTPConnection
        do {
            connection = try await connect { try HTTPConnection(channel: $0, silence: silence) }
        } catch let problem as Problem {
            throw Unanswered(problem: problem, mayHaveArrived: false)
        }
        do {
            return answer(try await connection.exchange(head, request.body), over: connection)
        } catch let interrupted as HTTPConnection.Interrupted {
            try Task.checkCancellation()
            throw unanswered(interrupted)
        }
    }

    /// What clients of ours call themselves.
    static let userAgent = "opsconductor"

    private func unanswered(_ interrupted: HTTPConnection.Interrupted) -> Unanswered {
        Unanswered(problem: broken(interrupted.reason), mayHaveArrived: interrupted.mayHaveArrived)
    }

    private func head(of request: Request) -> HTTPRequestHead {
        var headers = HTTPHeaders(request.headers.map { ($0.name, $0.value) })
        if !headers.contains(name: "Host") { headers.add(name: "Host", value: authority) }
        if !headers.contains(name: "User-Agent") { headers.add(name: "User-Agent", value: Self.userAgent) }
        if !request.body.isEmpty || !["GET", "HEAD"].contains(request.method) {
            headers.replaceOrAdd(name: "Content-Length", value: String(request.body.count))
        }
        return HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: request.method), uri: prefix + request.target, headers: headers)
    }

    /// The problem with which a server answers on a connection that it was asked to upgrade.
    func refusal(over connection: HTTPConnection) async throws -> Problem {
        do {
            return try await answer(try await connection.answerHead(), over: connection).problem()
        } catch let error as CancellationError {
            throw error
        } catch {
            return broken(error)
        }
    }

    private func answer(_ head: HTTPResponseHead, over connection: HTTPConnection) -> Answer {
        let pieces = AsyncThrowingStream<[UInt8], any Error> {
            do {
                while let part = try await connection.next() {
                    switch part {
                    case .head: continue
                    case .body(let buffer): return Array(buffer.readableBytesView)
                    case .end:
                        if head.isKeepAlive { pool.put(connection) } else { connection.close() }
                        return nil
                    }
                }
                return nil
            } catch let error as CancellationError {
                throw error
            } catch {
                connection.close()
                throw broken(error)
            }
        }
        return Answer(status: Int(head.status.code), headers: head.headers.map { ($0.name, $0.value) }, pieces: pieces)
    }

    /// Connects and sets the channel up on its event loop.
    func connect<Output: Sendable>(_ setUp: @escaping @Sendable (any Channel) throws -> Output) async throws -> Output {
        do {
            return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.autoRead, value: false)
                .channelOption(.socketOption(.so_keepalive), value: 1)
                .channelOption(.tcpOption(.init(rawValue: TCP_KEEPIDLE)), value: 5)
                .channelOption(.tcpOption(.init(rawValue: TCP_KEEPINTVL)), value: 2)
                .channelOption(.tcpOption(.init(rawValue: TCP_KEEPCNT)), value: 3)
                .channelOption(
                    .tcpOption(.init(rawValue: TCP_USER_TIMEOUT)), value: SocketOptionValue(patience.unacknowledged.milliseconds)
                )
                .connectTimeout(TimeAmount(patience.connect))
                .connect(host: host, port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try tls?.protect(channel)
                        return try setUp(channel)
                    }
                }
        } catch {
            try Task.checkCancellation()
            throw Problem.unavailable("No server answers at \(authority) (\(Self.reason(error))). Is it running?")
        }
    }

    /// What an error of a connection means to whoever asked.
    func broken(_ error: any Error) -> Problem {
        switch error {
        case let problem as Problem: problem
        case is InboundPipe<HTTPClientResponsePart>.Silence:
            .unavailable(
                "The server at \(authority) said nothing for \(patience.silence.components.seconds) seconds; "
                    + "what was asked may have been done all the same.")
        case let error where ClientTLS.reason(error) != nil:
            .unavailable("There is no safe connection to \(authority): \(Self.reason(error)).")
        default:
            .unavailable(
                "The connection to \(authority) broke off (\(Self.reason(error))); what was asked may have been done all the same.")
        }
    }

    static func reason(_ error: any Error) -> String {
        if let reason = ClientTLS.reason(error) { return reason }
        return switch error {
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { reason(first.error) } else { "the name is not known" }
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case ChannelError.connectTimeout: "no answer in time"
        case is HTTPParserError: "the answer is not HTTP"
        case is InboundPipe<HTTPClientResponsePart>.EndedEarly, ChannelError.eof, ChannelError.alreadyClosed, ChannelError.inputClosed,
            ChannelError.ioOnClosedChannel:
            "it ended too early"
        default: "\(error)"
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
