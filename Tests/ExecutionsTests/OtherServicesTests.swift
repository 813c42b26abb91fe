import Contracts
import Foundation
import Store
import Support
import Testing
import Vocabulary

@testable import Executions

@Suite("What other services are told", .timeLimit(.minutes(1)))
struct OtherServicesTests {
    private static func told<Content: Decodable>(
        _ kind: String, to receiver: String, in fixture: ExecutionsFixture, as type: Content.Type
    ) async throws -> [Content] {
        try await NewsDesk.lying(in: fixture.database, for: receiver).filter { $0.kind == kind }
            .map { try JSONDecoder().decode(Content.self, from: Data($0.payload.utf8)) }
    }

    @Test("that executions ended, once each, with how, to those who run rules and those who notify")
    func ended() async throws {
        let fixture = try await ExecutionsFixture(targets: 2)
        let (good, bad) = (try await fixture.start(), try await fixture.start())
        let lease = try await fixture.lease()
        let isBad = { (branch: LeasedBranch) in branch.serial.hasPrefix(bad.serial) }
        try await fixture.report(lease.branches.map { $0.entry(ended: isBad($0) ? .failed : .succeeded) })

        for receiver in [SchedulesAPI.name, NotificationsAPI.name] {
            let ended = try await Self.told(ExecutionNews.ended, to: receiver, in: fixture, as: ExecutionNews.Ended.self)
            let states = ended.flatMap(\.executions).map { [$0.serial, $0.state.rawValue] }
            #expect(Set(states) == [[good.serial, "succeeded"], [bad.serial, "failed"]] && states.count == 2)
        }
    }

    @Test("that a rollout or a person paused a run, and that a decision is asked for, once for all its targets")
    func asked() async throws {
        let fixture = try await ExecutionsFixture(targets: 2)
        let run = try await fixture.start()
        _ = try await fixture.peer.call(
            ExecutionsAPI.pause, ["execution": run.serial], PauseExecution(reason: "lunch"), as: ExecutionsFixture.operatorCaller)
        let paused = try await Self.told(
            ExecutionNews.paused, to: NotificationsAPI.name, in: fixture, as: ExecutionNews.Paused.self)
        #expect(paused.map(\.execution.serial) == [run.serial] && paused[0].execution.hold?.reason == .paused)

        let gated = try await fixture.start([
            StepDefinition(name: "gate", approval: ApprovalDefinition(timeoutSeconds: 60)), StepDefinition(name: "go", command: "true"),
        ])
        for branch in try await fixture.lease().branches {
            try await fixture.report([
                ReportEntry(key: branch.key, fence: branch.fence, ended: BranchEnd(state: .waiting), parked: 1)
            ])
        }
        let needed = try await Self.told(
            ExecutionNews.approvalNeeded, to: NotificationsAPI.name, in: fixture, as: ExecutionNews.ApprovalNeeded.self)
        #expect(needed.map(\.execution.serial) == [gated.serial] && needed[0].name == "gate" && needed[0].until != nil)
    }
}
