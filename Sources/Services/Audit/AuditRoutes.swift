import Contracts
import Vocabulary
import Web

/// Endpoint to operation.
struct AuditRoutes: Sendable {
    let room: AuditRoom

    func add(to routes: inout Routes) {
        let (audit, export, verify) = (AuditOperations(room: room), ExportOperations(room: room), VerifyOperations(room: room))
        routes.serve(AuditAPI.news) { call in
            try await audit.take(call.body)
            return Nothing()
        }
        routes.serve(AuditAPI.list) { try await audit.list($0.body, by: $0.caller) }
        routes.serve(AuditAPI.show) { try await audit.show($0.parameter("entry"), by: $0.caller) }
        routes.serve(AuditAPI.export) { try await export.export($0.body) }
        routes.serve(AuditAPI.chains) { _ in try await audit.chains() }
        routes.serve(AuditAPI.heads) { try await audit.heads($0.body) }
        routes.serve(AuditAPI.keys) { _ in audit.keys }
        routes.serve(AuditAPI.verify) { try await verify.verify($0.body) }
        let evidence = EvidenceOperations(room: room)
        routes.serve(AuditAPI.evidence) { try await evidence.evidence(of: $0.parameter("execution"), $0.body, by: $0.caller) }
    }
}
