/// Holds a C handle.
final class Handle: @unchecked Sendable {}
