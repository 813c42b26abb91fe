import Vocabulary

/// Why an execution is ended in the books.
package struct CloseExecution: Codable, Sendable, WireConstrained {
    /// Why, for the history.
    package var reason: String
    /// Makes the value.
    package init(reason: String) { self.reason = reason }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["reason": .length(1...1000)] }
}

/// What to cancel.
package struct CancelExecution: Codable, Sendable {
    /// Numbers of branches; absent cancels all.
    package var branches: [Int]?
    /// Why, for the history.
    package var reason: String?
    /// Makes the value.
    package init(branches: [Int]? = nil, reason: String? = nil) {
        self.branches = branches
        self.reason = reason
    }
}
