import Synchronization

/// Headers that a handler adds to its answer, such as a session cookie. Calls inside the process ignore them.
package final class Reply: Sendable {
    private let added = Mutex<[(name: String, value: String)]>([])

    /// Starts empty.
    package init() {}

    /// Adds a header field.
    package func add(_ name: String, _ value: String) { added.withLock { $0.append((name, value)) } }

    /// What was added, in order.
    package var headers: [(name: String, value: String)] { added.withLock { $0 } }
}
