import Vocabulary

extension Connector {
    /// Tests the way to a target: opens a connection, has its shell run a command that does nothing, reports that as the last stage, and
    /// closes. Returns the host key to pin, as `Connection.firstSeenHostKey`.
    /// - Throws: `ConnectorError`, `CancellationError`; the stage that failed was reported before.
    package func test(_ plan: ConnectionPlan, trace: @escaping Trace) async throws -> HostKey? {
        let connection = try await open(plan, trace: trace)
        let start = ContinuousClock.now
        let result: Result<CommandEnd, any Error>
        do {
            result = .success(try await connection.run(CommandPlan(.shell(":"), timeout: plan.connectTimeout)) { _, _ in })
        } catch {
            result = .failure(error)
        }
        await connection.close()
        let milliseconds = (ContinuousClock.now - start).seconds * 1000
        func report(_ succeeded: Bool, _ detail: String) {
            trace(TraceStage(.shell, host: plan.host, succeeded: succeeded, milliseconds: milliseconds, detail: detail))
        }
        let failure: ConnectorError
        switch result {
        case .success(.exited(0)):
            report(true, "the shell runs commands")
            return connection.firstSeenHostKey
        case .success(.cancelled): throw CancellationError()
        case .success(let end):
            failure = ConnectorError(.couldNotStart, "The shell of \(plan.user) on \(plan.target) does not run commands: \(end).")
        case .failure(let error as ConnectorError): failure = error
        case .failure(let error): throw error
        }
        report(false, failure.message)
        throw failure
    }
}
