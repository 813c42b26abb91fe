/// A door.
package struct Door: Sendable {
    // Not a doc comment.
    @discardableResult
    package mutating func open() -> Bool { true }
}
