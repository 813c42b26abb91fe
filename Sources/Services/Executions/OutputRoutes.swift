import Contracts
import Vocabulary
import Web

extension ExecutionsService {
    /// Adds the endpoints that look at outputs.
    func routesForOutputs(into routes: inout Routes) {
        let (outputs, comparisons) = (OutputOperations(room: room), ComparisonOperations(room: room))
        routes.serve(ExecutionsAPI.outputs) { try await outputs.groups($0.parameter("execution"), $0.body) }
        routes.serve(ExecutionsAPI.comparison) { try await comparisons.compare($0.parameter("execution"), $0.body) }
        let searches = SearchOperations(room: room)
        routes.serve(ExecutionsAPI.search) { try await searches.search($0.parameter("execution"), $0.body) }
        routes.serve(ExecutionsAPI.searchAll) { try await searches.searchAll($0.body) }
        let (lines, storage) = (LinesOperations(room: room), StorageOperations(room: room))
        routes.serve(ExecutionsAPI.lines) { try await lines.lines($0.parameter("execution"), $0.body) }
        routes.serve(ExecutionsAPI.storage) { _ in try await storage.storage() }
        routes.serve(ExecutionsAPI.retention) { _ in try await storage.retention() }
        routes.serve(ExecutionsAPI.setRetention) { try await storage.set($0.body, by: $0.caller) }
        routes.serve(ExecutionsAPI.keep) { try await storage.keep($0.parameter("execution"), $0.body) }
        routes.serve(ExecutionsAPI.difference) { try await comparisons.difference($0.parameter("execution"), $0.body) }
    }
}
