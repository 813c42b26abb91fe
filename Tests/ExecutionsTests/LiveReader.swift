import Contracts
import Executions
import Testing
import Vocabulary

@testable import Web

/// A client on `/ws` that follows one execution.
final class LiveReader: Sendable {
    private let socket = Socket()
    private let session: Task<Void, any Error>

    /// The server's side of the connection; what is sent comes out as answers.
    private struct Socket: LiveSocket {
        let messages: AsyncStream<String>
        let requests: AsyncStream<String>.Continuation
        let answers: AsyncThrowingStream<LiveAnswer, any Error>
        private let sent: AsyncThrowingStream<LiveAnswer, any Error>.Continuation

        init() {
            (messages, requests) = AsyncStream.makeStream()
            (answers, sent) = AsyncThrowingStream.makeStream()
        }

        func send(_ frames: [LiveMessage]) async throws {
            for frame in frames { sent.yield(try JSONCodec.decode(LiveAnswer.self, from: Self.text(of: frame))) }
        }

        func close(_ code: UInt16, _ reason: String) async { sent.finish() }

        /// What follows the head of a frame (RFC 6455, 5.2).
        private static func text(of message: LiveMessage) -> [UInt8] {
            var frame = message.frame
            let bytes = frame.readBytes(length: frame.readableBytes) ?? []
            return Array(bytes.dropFirst(bytes[1] < 126 ? 2 : bytes[1] == 126 ? 4 : 10))
        }
    }

    /// Follows an execution from its beginning.
    init(_ service: ExecutionsService, _ execution: ExecutionID, branch: Int? = nil) throws {
        var routes = Routes()
        service.routes(into: &routes)
        let route = try #require(routes.sockets.first { $0.path == "/ws" })
        let socket = socket
        session = Task { try await route.handler(socket, ExecutionsFixture.operatorCaller) }
        let wish = LiveRequest(follow: FollowExecution(execution: execution, after: 0, branch: branch))
        socket.requests.yield(try JSONCodec.text(wish))
    }

    /// Reads on until what came is enough, and returns it.
    func entries(until isLast: ([FeedEntry]) -> Bool) async throws -> [FeedEntry] {
        var all: [FeedEntry] = []
        for try await answer in socket.answers {
            if let problem = answer.problem { throw problem }
            all += answer.entries ?? []
            if isLast(all) { return all }
        }
        return all
    }

    /// Reads on until the execution has ended.
    func toTheEnd() async throws -> [FeedEntry] {
        try await entries { $0.last?.execution?.state.isFinal == true }
    }

    /// Leaves, and waits until the server knows it.
    func leave() async throws {
        socket.requests.finish()
        try await session.value
    }
}

extension [FeedEntry] {
    /// The text of a branch's stream, as far as it is text.
    func text(_ stream: OutputStreamName = .stdout, branch: Int = 1) -> String {
        filter { $0.kind == .output && $0.branch == branch && $0.stream == stream }.compactMap(\.text).joined()
    }
}
