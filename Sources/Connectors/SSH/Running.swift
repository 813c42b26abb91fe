import CLibSSH
import ConnectorPort
import Reactor

extension SSHSession {
    /// Runs a command to its end, see `Connection.run`.
    func run(_ plan: CommandPlan, _ sink: @escaping OutputSink) async throws -> CommandEnd {
        let run = CommandRun(plan, try RemoteCommand(plan, target: place.target), reactor, activity)
        let limits = TimeLimits(reactor, total: plan.timeout, idle: plan.idleTimeout) { [weak run] limit in
            run?.stop(.limit(limit == .total ? .total : .idle))
        }
        defer {
            limits.end()
            run.finish()
        }
        return try await withTaskCancellationHandler {
            try await drive(run, limits, sink)
        } onCancel: {
            reactor.submit { run.stop(.cancelled) }
        }
    }

    private func drive(_ run: CommandRun, _ limits: TimeLimits, _ sink: @escaping OutputSink) async throws -> CommandEnd {
        if Task.isCancelled { return .cancelled(.gone) }
        let channel = try await start(
            run.command.text, endsInput: run.command.input.isEmpty, mayBegin: run.plan.mayBegin, orUntil: { run.isGivenUp })
        guard let channel else {
            return try run.end(run.reason ?? .cancelled, .unconfirmed("\(place) did not answer when the command was to be started"))
        }
        defer { dismiss(channel) }
        run.channel = channel
        var killer: Task<Void, Never>?
        while true {
            let seen = channel.changed.generation
            if run.reason != nil, killer == nil { killer = Task { await self.endGroup(of: run) } }
            if let failure = sendInput(run, channel), run.reason == nil { return .connectionLost(failure) }
            if let (stream, bytes) = channel.take() {
                let rest = stream == .stdout ? run.marker.take(bytes) : bytes
                await deliver(rest, stream, run, limits, sink)
            } else if let reason = run.reason {
                if let proof = run.proof { return try run.end(reason, proof) }
                await channel.changed.wait(since: seen)
            } else if channel.isComplete {
                await deliver(run.marker.finish(), .stdout, run, limits, sink)
                if run.marker.isStuckOutside {
                    throw ConnectorError.badDirectory(run.plan.workingDirectory, place.target)
                }
                if run.reason == nil { return outcome(of: channel) }
            } else if let lost {
                return .connectionLost("The connection to \(place) broke while the command ran: \(lost).")
            } else {
                adjustInterest()
                await channel.changed.wait(since: seen)
            }
        }
    }

    private func outcome(of channel: SSHChannel) -> CommandEnd {
        switch channel.exit {
        case .status(let code): .exited(code)
        case .signal(let name): .signalled(name)
        case nil: .connectionLost("\(place) closed the channel without an exit code.")
        }
    }

    /// Hands output on; a failure of the sink ends the command.
    func deliver(
        _ bytes: [UInt8], _ stream: OutputStream, _ run: CommandRun, _ limits: TimeLimits, _ sink: OutputSink
    ) async {
        guard !bytes.isEmpty, !run.discards else { return }
        limits.isSilenceOurs = true
        do {
            try await sink(stream, bytes)
        } catch {
            run.discards = true
            run.stop(Task.isCancelled ? .cancelled : .sinkFailed(error))
        }
        limits.isSilenceOurs = false
    }

    /// Sends what the host takes now, and the end after the last byte. Returns what went wrong with the connection, if anything did.
    func sendInput(_ run: CommandRun, _ channel: SSHChannel) -> String? {
        if run.inputEnded { return nil }
        while run.sent < run.command.input.count {
            if channel.isClosed || lost != nil { break }  // nobody reads it any more
            guard let count = try? feed(run.command.input, from: run.sent, to: channel) else {
                return lost.map { "The connection to \(place) broke while the command ran: \($0)." }
            }
            run.sent += count
            if count == 0 {
                channel.wantsToWrite = true
                return nil
            }
        }
        channel.wantsToWrite = false
        run.inputEnded = true
        if !run.keepsInputOpen, lost == nil, !channel.isClosed {
            channel.endInput()
            adjustInterest()
        }
        return nil
    }
}
