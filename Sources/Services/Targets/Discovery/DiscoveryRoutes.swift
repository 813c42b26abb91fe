import Contracts
import Vocabulary
import Web

/// Which endpoint of discovery is which operation.
struct DiscoveryRoutes {
    let ranges: RangeOperations
    let scans: ScanOperations
    let findings: FindingOperations

    func add(to routes: inout Routes) {
        routes.serve(TargetsAPI.discoveryRanges) { call in try await ranges.list(call.body) }
        routes.serve(TargetsAPI.discoveryRange) { call in try await ranges.show(try call.parameter("range")) }
        routes.serve(TargetsAPI.createDiscoveryRange) { call in try await ranges.create(call.body) }
        routes.serve(TargetsAPI.updateDiscoveryRange) { call in try await ranges.update(try call.parameter("range"), to: call.body) }
        routes.serve(TargetsAPI.deleteDiscoveryRange) { call in
            try await ranges.delete(try call.parameter("range"))
            return Nothing()
        }
        routes.serve(TargetsAPI.discoveryScans) { call in try await scans.list(call.body) }
        routes.serve(TargetsAPI.discoveryScan) { call in try await scans.show(try call.parameter("scan")) }
        routes.serve(TargetsAPI.startDiscoveryScan) { call in try await scans.start(call.body, by: call.caller.name) }
        routes.serve(TargetsAPI.cancelDiscoveryScan) { call in try await scans.cancel(try call.parameter("scan")) }
        routes.serve(TargetsAPI.discoveryFindings) { call in try await findings.list(call.body) }
        routes.serve(TargetsAPI.ignoreFindings) { call in try await findings.ignore(call.body) }
        routes.serve(TargetsAPI.importFindings) { call in
            if call.body.pinHostKeys == true, !call.caller.holds(.hostKeysPin) { throw Problem.forbidden(.hostKeysPin) }
            return try await findings.importFindings(call.body, by: call.caller.name)
        }
    }
}
