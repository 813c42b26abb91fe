import Contracts
import Executions
import LocalConnector
import Logging
import Reactor
import Vocabulary
import Worker

/// The room of executions with a real worker that runs commands on this machine, all on the machine's clock.
struct WorkingHouse {
    let fixture: ExecutionsFixture

    /// Runs a body while the worker works, and ends the worker.
    static func open(targets: Int = 1, _ body: (WorkingHouse) async throws -> Void) async throws {
        let fixture = try await ExecutionsFixture(targets: targets, time: SystemClock())
        let reactors = ReactorPool(count: 1)
        let worker = WorkerService(
            peer: fixture.peer, connectors: [LocalConnector(reactors: reactors)], settings: WorkerSettings(name: "w1", slots: 10),
            clock: SystemClock(), logger: Logger(label: "worker"), home: { reactors.home(of: $0.text) })
        let loops = (fixture.service.loops + [worker]).map { loop in Task { try await loop.run() } }
        let result: Result<Void, any Error>
        do { result = .success(try await body(WorkingHouse(fixture: fixture))) } catch { result = .failure(error) }
        for loop in loops { loop.cancel() }
        for loop in loops { _ = await loop.result }
        reactors.stop()
        try result.get()
    }

    /// Starts steps and reads what happens until the execution has ended.
    func run(_ steps: [StepDefinition]) async throws -> (execution: Execution, branch: Branch, feed: [FeedEntry]) {
        let receipt = try await fixture.start(steps)
        let reader = try LiveReader(fixture.service, receipt.id)
        let feed = try await reader.toTheEnd()
        try await reader.leave()
        return (try await fixture.show(receipt.serial), try await fixture.branches(receipt.serial)[0], feed)
    }
}
