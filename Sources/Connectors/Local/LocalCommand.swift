import CEpoll
import ConnectorPort
import Glibc
import Reactor

/// One command on this machine, at home on a reactor.
actor LocalCommand {
    /// Why a command is ended by us.
    enum Reason: Sendable {
        case cancelled
        case limit(TimeLimit)
        case sinkFailed(any Error)
        case closed
    }

    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
    private let plan: CommandPlan
    private let target: String
    private let changed: Signal
    private var output: PipeEnd?
    private var errors: PipeEnd?
    private var input: PipeEnd?
    private var sent = 0
    private var exit: ChildExit?
    private var reason: Reason?
    private var proof: KillProof?
    private var discards = false

    init(_ plan: CommandPlan, target: String, _ reactor: Reactor) {
        self.plan = plan
        self.target = target
        self.reactor = reactor
        changed = Signal(reactor)
    }

    /// Asks the command to end; only the first reason counts.
    nonisolated func stop(_ why: Reason) {
        reactor.submit { [self] in assumeIsolated { $0.note(why) } }
    }

    private func note(_ why: Reason) {
        if reason == nil { reason = why }
        changed.fire()
    }

    /// Runs the command to its end, see `Connection.run`.
    func run(_ sink: @escaping OutputSink) async throws -> CommandEnd {
        try plan.check(for: target)
        if Task.isCancelled { return .cancelled(.gone) }
        guard plan.mayBegin() else { throw ConnectorError.withdrawn(target) }
        let child = try LocalProgram.start(plan, target)
        let limits = TimeLimits(reactor, total: plan.timeout, idle: plan.idleTimeout) { [weak self] limit in
            self?.assumeIsolated { $0.note(.limit(limit == .total ? .total : .idle)) }
        }
        attach(child)
        defer {
            limits.end()
            for end in [output, errors, input] { end?.close() }
        }
        return try await withTaskCancellationHandler {
            try await drive(child, limits, sink)
        } onCancel: {
            stop(.cancelled)
        }
    }

    private func attach(_ child: ChildProcess) {
        output = PipeEnd(child.output, .readable, reactor, changed)
        errors = PipeEnd(child.errors, .readable, reactor, changed)
        input = child.input < 0 ? nil : PipeEnd(child.input, .writable, reactor, changed)
        reactor.onExit(of: child.pid) { [weak self] exit in self?.assumeIsolated { $0.ended(exit) } }
    }

    private func ended(_ exit: ChildExit) {
        self.exit = exit
        changed.fire()
    }

    private func drive(_ child: ChildProcess, _ limits: TimeLimits, _ sink: @escaping OutputSink) async throws -> CommandEnd {
        var killer: Task<Void, Never>?
        while true {
            let seen = changed.generation
            if reason != nil, killer == nil { killer = Task { await self.endGroup(child.pid) } }
            sendInput()
            if let bytes = output?.read() {
                await deliver(bytes, .stdout, limits, sink)
            } else if let bytes = errors?.read() {
                await deliver(bytes, .stderr, limits, sink)
            } else if let reason, let proof {
                return try end(reason, proof)
            } else if reason == nil, let exit, output?.isClosed == true, errors?.isClosed == true {
                return outcome(exit)
            } else {
                await changed.wait(since: seen)
            }
        }
    }

    private func end(_ reason: Reason, _ proof: KillProof) throws -> CommandEnd {
        switch reason {
        case .cancelled: return .cancelled(proof)
        case .limit(let limit): return .timedOut(limit, proof)
        case .sinkFailed(let error): throw error
        case .closed: return .connectionLost("The connection to \(target) was closed while the command ran.")
        }
    }

    private func outcome(_ exit: ChildExit) -> CommandEnd {
        switch exit {
        case .code(let code): .exited(code)
        case .signal(let number): .signalled(sigabbrev_np(Int32(number)).map { String(cString: $0) } ?? String(number))
        }
    }

    private func deliver(_ bytes: [UInt8], _ stream: OutputStream, _ limits: TimeLimits, _ sink: OutputSink) async {
        await Task.yield()  // a flood into a sink that never waits must not keep the thread
        if discards { return }
        limits.isSilenceOurs = true
        do {
            try await sink(stream, bytes)
        } catch {
            discards = true
            note(Task.isCancelled ? .cancelled : .sinkFailed(error))
        }
        limits.isSilenceOurs = false
    }

    private func sendInput() {
        guard let input, !input.isClosed else { return }
        sent = input.write(plan.standardInput, from: sent)
        if sent == plan.standardInput.count { input.close() }
    }

    /// Ends the session of the child, gently first, and notes what could be proved.
    private func endGroup(_ pid: pid_t) async {
        let group = ProcessGroup(id: pid)
        var left = group.members()
        for (signal, patience) in [(SIGTERM, plan.killAfter), (SIGKILL, .seconds(3))] where !left.isEmpty {
            group.send(signal, to: left)
            let end = Moment.now() + patience
            var pause = Duration.milliseconds(1)
            repeat {
                await wait(pause)
                left = group.members()
                pause = min(pause * 2, .milliseconds(100))
            } while !left.isEmpty && .now() < end
        }
        let names = left.map(String.init).joined(separator: " ")
        proof = left.isEmpty ? .gone : .unconfirmed("these processes are still there: \(names)")
        changed.fire()
    }

    private func wait(_ duration: Duration) async {
        let alarm = Signal(reactor)
        _ = reactor.timer(at: .now() + duration) { alarm.fire() }
        await alarm.wait(since: 0)
    }
}
