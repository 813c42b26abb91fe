final class Handle {
    nonisolated(unsafe) var pointer: OpaquePointer?
}
