/// A door.
package final class Door: Sendable {
    package static let shared = Door()
}
