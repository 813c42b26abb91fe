import Synchronization

/// Counts bytes without keeping them.
final class Counter: Sendable {
    private let state = Mutex((total: 0, areAllEqual: true))

    var total: Int { state.withLock { $0.total } }
    var areAllEqual: Bool { state.withLock { $0.areAllEqual } }

    func add(_ count: Int, allAre byte: UInt8? = nil, _ bytes: [UInt8] = []) {
        let fits = byte.map { byte in bytes.withUnsafeBufferPointer { $0.allSatisfy { $0 == byte } } } ?? true
        state.withLock {
            $0.total += count
            $0.areAllEqual = $0.areAllEqual && fits
        }
    }
}
