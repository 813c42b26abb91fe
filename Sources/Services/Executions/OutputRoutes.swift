import Contracts
import Vocabulary
import Web

extension ExecutionsService {
    /// Adds the endpoints that look at outputs.
    func routesForOutputs(into routes: inout Routes) {
        let (outputs, comparisons) = (OutputOperations(room: room), ComparisonOperations(room: room))
        routes.serve(ExecutionsAPI.outputs) { [room] call in
            try await room.noteReading(of: call.parameter("execution"), by: call.caller)
            return try await outputs.groups(call.parameter("execution"), call.body)
        }
        routes.serve(ExecutionsAPI.comparison) { [room] call in
            try await room.noteReading(of: call.parameter("execution"), by: call.caller)
            return try await comparisons.compare(call.parameter("execution"), call.body)
        }
        let searches = SearchOperations(room: room)
        routes.serve(ExecutionsAPI.search) { [room] call in
            try await room.noteReading(of: call.parameter("execution"), by: call.caller)
            return try await searches.search(call.parameter("execution"), call.body)
        }
        routes.serve(ExecutionsAPI.searchAll) { [room] call in
            try await room.noteSearching(by: call.caller)
            return try await searches.searchAll(call.body)
        }
        let (lines, storage) = (LinesOperations(room: room), StorageOperations(room: room))
        routes.serve(ExecutionsAPI.lines) { [room] call in
            try await room.noteReading(of: call.parameter("execution"), by: call.caller)
            return try await lines.lines(call.parameter("execution"), call.body)
        }
        routes.serve(ExecutionsAPI.storage) { _ in try await storage.storage() }
        routes.serve(ExecutionsAPI.retention) { _ in try await storage.retention() }
        routes.serve(ExecutionsAPI.setRetention) { try await storage.set($0.body, by: $0.caller) }
        routes.serve(ExecutionsAPI.keep) { try await storage.keep($0.parameter("execution"), $0.body) }
        routes.serve(ExecutionsAPI.difference) { [room] call in
            try await room.noteReading(of: call.parameter("execution"), by: call.caller)
            return try await comparisons.difference(call.parameter("execution"), call.body)
        }
    }
}
