import Contracts
import Vocabulary
import Web

extension ExecutionsService {
    /// Adds the room's endpoints: each translates a call into one operation.
    package func routes(into routes: inout Routes) {
        let (start, query, cancel) = (StartOperations(room: room), QueryOperations(room: room), CancelOperations(room: room))
        routes.serve(ExecutionsAPI.list) { try await query.list($0.body) }
        routes.serve(ExecutionsAPI.runCommand) { call in
            try await start.run(call.body, by: call.caller, once: call.idempotencyKey)
        }
        routes.serve(ExecutionsAPI.show) { try await query.show($0.parameter("execution")) }
        routes.serve(ExecutionsAPI.branches) { try await query.branches($0.parameter("execution"), $0.body) }
        routes.serve(ExecutionsAPI.feed) { [room] call in
            try await room.noteReading(of: call.parameter("execution"), by: call.caller, isFollowing: true)
            return try await query.feed(call.parameter("execution"), call.body)
        }
        routes.serve(ExecutionsAPI.log) { [room] call in
            try await room.noteReading(of: call.parameter("execution"), by: call.caller)
            return try await query.log(call.parameter("execution"), call.body)
        }
        routes.serve(ExecutionsAPI.cancel) { call in
            try await cancel.cancel(call.parameter("execution"), call.body, by: call.caller)
        }
        routes.serve(ExecutionsAPI.close) { [room] call in
            try await CloseOperations(room: room).close(call.parameter("execution"), call.body, by: call.caller)
        }
        routes.serve(ExecutionsAPI.rerun) { call in
            try await start.rerun(call.parameter("execution"), call.body, by: call.caller, once: call.idempotencyKey)
        }
        let (hold, why) = (HoldOperations(room: room), WhyOperations(room: room))
        routes.serve(ExecutionsAPI.pause) { try await hold.pause($0.parameter("execution"), $0.body, by: $0.caller) }
        routes.serve(ExecutionsAPI.proceed) { try await hold.proceed($0.parameter("execution")) }
        routes.serve(ExecutionsAPI.why) { try await why.why($0.parameter("execution"), $0.body) }
        routes.serve(ExecutionsAPI.queue) { try await why.queue($0.body) }
        routes.serve(ExecutionsAPI.workers) { try await why.workers($0.body) }
        let approvals = ApprovalOperations(room: room)
        routes.serve(ExecutionsAPI.approvals) { try await approvals.list($0.body, for: $0.caller) }
        routes.serve(ExecutionsAPI.approvalPlan) { [room] in
            try await ApprovalPlanOperations(room: room).plan($0.parameter("execution"), step: $0.parameter("step"))
        }
        routes.serve(ExecutionsAPI.decide) { call in
            try await approvals.decide(call.parameter("execution"), step: call.parameter("step"), call.body, by: call.caller)
        }
        let rules = GuardOperations(room: room)
        routes.serve(ExecutionsAPI.showGuard) { _ in try await rules.show() }
        routes.serve(ExecutionsAPI.saveGuard) { try await rules.save($0.body, by: $0.caller) }
        routes.serve(ExecutionsAPI.plan) { [room] in try await PlanOperations(room: room).plan($0.body) }
        routes.serve(ExecutionsAPI.start) { try await start.start($0.body) }
        routes.serve(ExecutionsAPI.startMany) { [room] in try await BulkStartOperations(room: room).start($0.body) }
        routes.serve(ExecutionsAPI.begun) { [room] in try await BulkStartOperations(room: room).begun($0.body) }
        routes.serve(ExecutionsAPI.find) { try await query.find($0.body) }
        routes.serve(ExecutionsAPI.targets) { try await query.targets($0.body) }
        routesForWorkers(into: &routes)
        routesForOutputs(into: &routes)
        routes.serveSocket("/ws", needs: .signedIn) { [room] socket, caller in
            await LiveSession(room: room, socket: socket, caller: caller).run()
        }
    }

    private func routesForWorkers(into routes: inout Routes) {
        let (lease, report) = (LeaseOperations(room: room), ReportOperations(room: room))
        routes.serve(ExecutionsAPI.probe) { [room] in try await ProbeOperations(room: room).probe($0.body) }
        routes.serve(ExecutionsAPI.lease) { try await lease.lease($0.body) }
        routes.serve(ExecutionsAPI.heartbeat) { try await lease.heartbeat($0.body) }
        routes.serve(ExecutionsAPI.report) { try await report.report($0.body) }
        let errands = ErrandOperations(room: room)
        routes.serve(ExecutionsAPI.runErrand) { try await errands.run($0.body) }
        routes.serve(ExecutionsAPI.cancelErrand) { call in
            try await errands.cancel(call.body.id)
            return Nothing()
        }
        routes.serve(ExecutionsAPI.leaseErrand) { try await errands.lease($0.body) }
        routes.serve(ExecutionsAPI.errandHeartbeat) { try await errands.heartbeat($0.body) }
        routes.serve(ExecutionsAPI.reportErrand) { try await errands.report($0.body) }
        let evidence = EvidenceOperations(room: room)
        routes.serve(ExecutionsAPI.evidence) { try await evidence.page($0.body) }
        routes.serve(ExecutionsAPI.evidenceLog) { try await evidence.log($0.body) }
    }
}
