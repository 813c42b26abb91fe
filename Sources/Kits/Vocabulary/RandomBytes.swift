import Glibc
import Synchronization

/// Bytes from the system's random generator, fetched many at a time, because each fetch is a system call.
package struct RandomBytes {
    private struct Store {
        var bytes = [UInt8](repeating: 0, count: 256)
        var used = 256
    }
    private static let store = Mutex(Store())
    private static let portion = 16

    private var bytes: [UInt8] = []
    private var used = 0

    /// Takes bytes from the store as they are needed.
    package init() {}

    /// The next byte; nobody else gets the same one.
    package mutating func next() -> UInt8 {
        if used == bytes.count { refill() }
        defer { used += 1 }
        return bytes[used]
    }

    private mutating func refill() {
        bytes = Self.store.withLock { store in
            if store.used == store.bytes.count {
                let code = getentropy(&store.bytes, store.bytes.count)
                precondition(code == 0, "the system gives no random bytes")
                store.used = 0
            }
            defer { store.used += Self.portion }
            return Array(store.bytes[store.used..<store.used + Self.portion])
        }
        used = 0
    }
}
