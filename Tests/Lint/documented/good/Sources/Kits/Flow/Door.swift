package import Foundation

/// A door.
package struct Door: Sendable {
    /// Whether it is open.
    package private(set) var isOpen = false

    /// Opens it; opening an open door changes nothing.
    @discardableResult
    package mutating func open() -> Bool {
        let package = "package struct Text {}"
        isOpen = !package.isEmpty
        return isOpen
    }

    // package func gone() {}
    private var hinges = 2
}
