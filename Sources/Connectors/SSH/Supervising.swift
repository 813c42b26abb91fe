import CLibSSH
import ConnectorPort
import Reactor

/// What is known while a supervised command is followed.
///
/// `@unchecked Sendable`: used on the session's reactor only.
private final class SpoolRun: @unchecked Sendable {
    let request: SpoolRequest
    let quota: Int
    let run: CommandRun
    let reactor: Reactor
    var errorMarker: PidMarker
    var trailer: SpoolTrailer
    var limits: TimeLimits
    private var hasBegun = false

    init(_ plan: CommandPlan, _ request: SpoolRequest, _ command: SpoolCommand, _ reactor: Reactor, _ activity: Signal) {
        self.request = request
        self.reactor = reactor
        quota = command.quota
        let run = CommandRun(plan, command.remote, reactor, activity, keepsInputOpen: true)
        self.run = run
        errorMarker = PidMarker(command.remote.marker, dropsGreeting: true)
        trailer = SpoolTrailer(command.remote.marker)
        limits = Self.limits(run, reactor, total: plan.timeout)
    }

    private static func limits(_ run: CommandRun, _ reactor: Reactor, total: Duration?) -> TimeLimits {
        TimeLimits(reactor, total: total, idle: run.plan.idleTimeout) { [weak run] limit in
            run?.stop(.limit(limit == .total ? .total : .idle))
        }
    }

    /// Takes a piece of a stream, and returns what the command printed of it.
    func take(_ bytes: [UInt8], _ stream: OutputStream) -> [UInt8] {
        switch stream {
        case .stdout: trailer.take(run.marker.isSettled ? bytes : run.marker.take(bytes))
        case .stderr: errorMarker.isSettled ? bytes : errorMarker.take(bytes)
        }
    }

    /// Reads the first line of the supervisor once it is there: what to end with, or nil to go on. The time limit then counts from the
    /// true start.
    func readGreeting(_ target: String) throws(ConnectorError) -> SpoolEnd? {
        guard !hasBegun, run.marker.isSettled else { return nil }
        hasBegun = true
        let words = (run.marker.line ?? "").split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard run.marker.pid != nil, words.count == 3, let elapsed = Int(words[1]) else {
            let reason = words.count > 2 ? words[2] : ""
            switch words.count > 1 ? words[1] : "" {
            case "unable": return .unable(reason)
            case "lost": return .lost(reason)
            case "outside": throw ConnectorError.badDirectory(run.plan.workingDirectory, target)
            default: return .unable("the login shell of \(target) does not run it")
            }
        }
        run.spool = words[2]
        if elapsed > 0, let timeout = run.plan.timeout {
            limits.end()
            limits = Self.limits(run, reactor, total: max(.milliseconds(1), timeout - .seconds(elapsed)))
        }
        return nil
    }

    /// What the last words mean.
    func end(_ words: SpoolTrailer.Words) -> SpoolEnd {
        var gap: SpoolGap?
        if words.sizes.contains(where: { $0 >= quota }) { gap = .beyondQuota } else if words.hasFailedWrites { gap = .diskFull }
        let unproved = KillProof.unconfirmed("who ended it went silent before it could prove that its processes are gone")
        switch (words.why, words.code) {
        case ("limit", _): return .ended(.timedOut(.total, .gone), gap)
        case ("total", _): return .ended(.timedOut(.total, unproved), gap)
        case ("idle", _): return .ended(.timedOut(.idle, unproved), gap)
        case ("cancel", _): return .ended(.cancelled(unproved), gap)
        case (_, let code?): return .ended(.exited(code), gap)
        case (_, nil): return .lost("its supervisor on the target was killed")
        }
    }
}

extension SSHSession {
    /// Runs or follows a supervised command, see `Connection.supervise`.
    func supervise(_ plan: CommandPlan, _ request: SpoolRequest, _ sink: @escaping OutputSink) async throws -> SpoolEnd {
        let command = try SpoolCommand(plan, request, target: place.target)
        let spool = SpoolRun(plan, request, command, reactor, activity)
        let (run, reactor) = (spool.run, reactor)
        let number = request.leave.onLeave { reactor.submit { run.stop(.left) } }
        defer {
            request.leave.forget(number)
            spool.limits.end()
            run.finish()
        }
        return try await withTaskCancellationHandler {
            try await drive(spool, sink)
        } onCancel: {
            reactor.submit { run.stop(request.leave.isLeft ? .left : .cancelled) }
        }
    }

    private func drive(_ spool: SpoolRun, _ sink: @escaping OutputSink) async throws -> SpoolEnd {
        if spool.request.leave.isLeft { return .left }
        let run = spool.run
        giveUpOldChannels()
        let channel = try await start(
            run.command.text, endsInput: false, mayBegin: run.plan.mayBegin, orUntil: { run.isGivenUp || spool.request.leave.isLeft })
        guard let channel else {
            if spool.request.leave.isLeft { return .left }
            return .ended(
                try run.end(run.reason ?? .cancelled, .unconfirmed("\(place) did not answer when the command was to be followed")), nil)
        }
        run.channel = channel
        do {
            let end = try await follow(spool, channel, sink)
            if case .ended(.exited, _) = end, lost == nil, !channel.isClosed {
                keep(channel, for: spool.request.id, run.command.marker)
            } else {
                dismiss(channel)
            }
            return end
        } catch {
            dismiss(channel)
            throw error
        }
    }

    private func follow(_ spool: SpoolRun, _ channel: SSHChannel, _ sink: @escaping OutputSink) async throws -> SpoolEnd {
        let run = spool.run
        var killer: Task<Void, Never>?
        while true {
            let seen = channel.changed.generation
            if case .left? = run.reason { return .left }
            if run.reason != nil, killer == nil { killer = Task { await self.endGroup(of: run) } }
            if let failure = sendInput(run, channel), run.reason == nil { return .broken(failure, hasBegun: run.spool != nil) }
            if let (stream, bytes) = channel.take() {
                let hadBegun = run.spool != nil
                let rest = spool.take(bytes, stream)
                if let end = try spool.readGreeting(place.target) { return end }
                if !hadBegun, run.spool != nil { await spool.request.onBegin() }
                await deliver(rest, stream, run, spool.limits, sink)
            } else if channel.isAtEnd, let words = spool.trailer.finish(), run.reason == nil || words.why == "-" && words.code != nil {
                return spool.end(words)
            } else if let reason = run.reason {
                if let proof = run.proof { return .ended(try run.end(reason, proof), nil) }
                await channel.changed.wait(since: seen)
            } else if let lost {
                return .broken("The connection to \(place) broke while the command ran: \(lost).", hasBegun: run.spool != nil)
            } else if channel.isComplete {
                return .broken("\(place) closed the channel before the supervisor told the end.", hasBegun: run.spool != nil)
            } else {
                adjustInterest()
                await channel.changed.wait(since: seen)
            }
        }
    }

    // MARK: Throwing away what was stored

    /// At most so many channels wait for what they told to be stored; servers allow about ten for each connection.
    private static let mostKept = 2

    /// Keeps a channel whose supervisor waits for the word that all is stored.
    private func keep(_ channel: SSHChannel, for id: String, _ marker: String) {
        keptSpools.append(KeptSpool(id: id, marker: marker, channel: channel))
    }

    private func giveUpOldChannels() {
        while keptSpools.count > Self.mostKept { dismiss(keptSpools.removeFirst().channel) }
    }

    /// Removes what the target keeps of a command that has ended, see `Connection.discard`.
    func discard(spool id: String) async {
        guard lost == nil else { return }
        if let index = keptSpools.firstIndex(where: { $0.id == id }) {
            let kept = keptSpools.remove(at: index)
            let word = Array((kept.marker + "\n").utf8)
            let isTold = (try? feed(word, from: 0, to: kept.channel)) == word.count
            if isTold { kept.channel.endInput() }
            dismiss(kept.channel)
            if isTold { return }
        }
        _ = try? await ask("i=\(id)\n" + SpoolScript.discard, orUntil: { false })
    }
}

/// A channel whose supervisor waits for the word that all is stored.
struct KeptSpool {
    let id: String
    let marker: String
    let channel: SSHChannel
}
