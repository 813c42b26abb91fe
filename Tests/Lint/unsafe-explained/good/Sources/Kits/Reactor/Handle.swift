/// Holds a C handle. Safe to share: only the reactor's thread touches it.
final class Handle: @unchecked Sendable {
    nonisolated(unsafe) private var pointer: OpaquePointer?  // guarded by the lock below
}
