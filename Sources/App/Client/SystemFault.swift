import Foundation

/// An error of the operating system in words.
struct SystemFault: Error, CustomStringConvertible {
    let description: String

    /// The last error, with what was tried.
    init(_ what: String) { description = "\(what): \(String(cString: strerror(errno)))." }
}
