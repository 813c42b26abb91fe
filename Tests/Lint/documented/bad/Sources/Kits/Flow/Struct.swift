package struct Door: Sendable {}
