import ConnectorPort
import Synchronization

/// Collects the output of a command and lets a test wait for a word in it.
final class OutputLog: Sendable {
    private struct State {
        var streams: [OutputStream: [UInt8]] = [:]
        var waiting: [(word: String, wake: CheckedContinuation<Void, Never>)] = []
    }
    private let state = Mutex(State())

    var sink: OutputSink {
        { [self] stream, bytes in take(stream, bytes) }
    }

    func bytes(_ stream: OutputStream = .stdout) -> [UInt8] { state.withLock { $0.streams[stream] ?? [] } }

    func text(_ stream: OutputStream = .stdout) -> String { String(decoding: bytes(stream), as: UTF8.self) }

    /// Returns as soon as standard output contains the word.
    func contains(_ word: String) async {
        await withCheckedContinuation { wake in
            state.withLock { $0.waiting.append((word, wake)) }
            take(.stdout, [])
        }
    }

    private func take(_ stream: OutputStream, _ bytes: [UInt8]) {
        let woken = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.streams[stream, default: []] += bytes
            guard !state.waiting.isEmpty else { return [] }
            let text = String(decoding: state.streams[.stdout] ?? [], as: UTF8.self)
            defer { state.waiting.removeAll { text.contains($0.word) } }
            return state.waiting.filter { text.contains($0.word) }.map(\.wake)
        }
        for wake in woken { wake.resume() }
    }
}

extension Connection {
    /// Runs a line for the shell and returns how it ended and what it printed.
    func run(_ line: String, _ change: (inout CommandPlan) -> Void = { _ in }) async throws -> (end: CommandEnd, log: OutputLog) {
        var plan = CommandPlan(.shell(line))
        change(&plan)
        return try await run(plan)
    }

    /// Runs a plan and returns how it ended and what it printed.
    func run(_ plan: CommandPlan) async throws -> (end: CommandEnd, log: OutputLog) {
        let log = OutputLog()
        return (try await run(plan, sink: log.sink), log)
    }
}
