import CLibSSH
import ConnectorPort
import Glibc
import Reactor
import Vocabulary

/// What the openings of all sessions share.
struct OpeningTools: Sendable {
    let threads: BlockingThreads
    let keys: KeyRing
}

/// The opening was interrupted.
struct Interrupted: Error {
    let why: SSHSession.Interruption
}

/// Something that another thread delivers to the reactor.
///
/// `@unchecked Sendable`: `value` is read and written on the reactor's thread only.
final class Arrival<Value: Sendable>: @unchecked Sendable {
    private(set) var value: Value?
    private let activity: Signal
    private let reactor: Reactor

    init(_ reactor: Reactor, _ activity: Signal) {
        self.reactor = reactor
        self.activity = activity
    }

    /// Delivers; callable from everywhere.
    func deliver(_ value: Value) {
        if reactor.isCurrent { return accept(value) }
        reactor.submit { [self] in accept(value) }
    }

    private func accept(_ value: Value) {
        self.value = value
        activity.fire()
    }
}

extension SSHSession {
    /// Opens the session: resolves, connects, exchanges keys, checks the host's key and logs in, in this order.
    /// - Throws: `ConnectorError`, `CancellationError`; nothing is left open then.
    func open(_ plan: ConnectionPlan, through jump: SSHSession?, _ tools: OpeningTools, _ trace: @escaping Trace) async throws {
        let timer = reactor.timer(at: .now() + plan.connectTimeout) { [weak self] in
            self?.assumeIsolated { $0.interrupt(.timedOut) }
        }
        defer { reactor.cancelTimer(timer) }
        var stage = StageClock(plan.host, trace)
        do {
            try await withTaskCancellationHandler {
                try await pass(plan, jump, tools, &stage)
            } onCancel: {
                reactor.submit { [weak self] in self?.assumeIsolated { $0.interrupt(.cancelled) } }
            }
        } catch let interrupted as Interrupted {
            let error = explain(interrupted, at: stage.name, plan.connectTimeout)
            stage.failed(error.map { "\($0)" } ?? "cancelled")
            close()
            throw error ?? CancellationError()
        } catch {
            stage.failed("\(error)")
            close()
            throw error
        }
    }

    private func pass(
        _ plan: ConnectionPlan, _ jump: SSHSession?, _ tools: OpeningTools, _ stage: inout StageClock
    ) async throws {
        guard !plan.user.isEmpty else {
            throw ConnectorError(.credentialUnusable, "No account is given for \(place); name the user to log in as.")
        }
        let key = startReadingKey(plan.credential, tools.keys)
        if let jump {
            jumpActivity = jump.activity
            stage.passed("left to \(jump.place.host)")
            handle.descriptor = try await jump.openTunnel(to: plan.host, port: plan.port, for: self)
            stage.passed("through \(jump.place.host)")
        } else {
            let addresses = try await resolve(plan, tools.threads)
            stage.passed(addresses.map(\.text).joined(separator: ", "))
            stage.passed(try await dial(addresses, limit: plan.connectTimeout))
        }
        watchSocket(for: .readable)
        stage.passed(try await exchangeKeys(plan))
        stage.passed(try checkHostKey(plan.hostTrust))
        stage.passed(try await logIn(plan, key))
        if interruption == .cancelled { throw Interrupted(why: .cancelled) }
        startServing(keepAlive: plan.keepAlive, answersWithin: plan.connectTimeout)
    }

    /// Waits for a delivery from another thread.
    func wait<Value>(for arrival: Arrival<Value>) async throws -> Value {
        while true {
            let seen = activity.generation
            try checkInterruption()
            if let value = arrival.value { return value }
            await activity.wait(since: seen)
        }
    }

    func checkInterruption() throws {
        if let interruption { throw Interrupted(why: interruption) }
    }

    private func explain(_ interrupted: Interrupted, at stage: TraceStage.Name, _ limit: Duration) -> ConnectorError? {
        if case .cancelled = interrupted.why { return nil }
        let time = "\(limit.milliseconds.isMultiple(of: 1000) ? "\(limit.milliseconds / 1000) s" : "\(limit.milliseconds) ms")"
        let text =
            switch stage {
            case .dns: "The name \(place.host) was not resolved within \(time); check the name server."
            case .tcp: "Nobody answered at \(place) within \(time); check the address and the firewalls on the way."
            case .keyExchange where greeting == nil:
                "\(place) accepts connections but did not answer within \(time); check whether an SSH server runs there."
            case .keyExchange where !greetsAsSSH: notSSH
            case .keyExchange, .hostKey: "\(place) stopped answering in the key exchange; the limit was \(time)."
            case .authentication, .shell: "\(place) did not decide about the login within \(time)."
            }
        return ConnectorError(.timedOut, text)
    }

    /// Whether the peer began as RFC 4253 section 4.2 asks, perhaps after other lines.
    var greetsAsSSH: Bool {
        guard let greeting else { return false }
        return greeting.starts(with: Array("SSH-".utf8)) || String(decoding: greeting, as: UTF8.self).contains("\nSSH-")
    }

    /// The sentence about a peer that speaks something else.
    var notSSH: String {
        let line = (greeting ?? []).prefix(60).prefix { $0 != 10 && $0 != 13 }.map { (32..<127).contains($0) ? $0 : 63 }
        return "\(place) is not an SSH server; it answered \"\(String(decoding: line, as: UTF8.self))\"."
    }
}

/// Times the stages of an opening in their order and reports them.
struct StageClock {
    private static let order: [TraceStage.Name] = [.dns, .tcp, .keyExchange, .hostKey, .authentication]
    private let host: String
    private let trace: Trace
    private var index = 0
    private var start = Moment.now()

    init(_ host: String, _ trace: @escaping Trace) {
        self.host = host
        self.trace = trace
    }

    /// The stage under way.
    var name: TraceStage.Name { Self.order[min(index, Self.order.count - 1)] }

    mutating func passed(_ detail: String) {
        report(true, detail)
        index += 1
    }

    mutating func failed(_ detail: String) { report(false, detail) }

    private mutating func report(_ succeeded: Bool, _ detail: String) {
        let now = Moment.now()
        trace(TraceStage(name, host: host, succeeded: succeeded, milliseconds: (now - start).seconds * 1000, detail: detail))
        start = now
    }
}
