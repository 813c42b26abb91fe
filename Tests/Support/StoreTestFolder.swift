import Foundation

/// A folder that is removed with its content when the last reference goes.
package final class StoreTestFolder: Sendable {
    /// Where it is.
    package let path: String

    /// Makes a new one.
    /// - Throws: `POSIXError`.
    package init() throws {
        var name = Array((NSTemporaryDirectory() + "/opsconductor-XXXXXX").utf8CString)
        guard mkdtemp(&name) != nil else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in it.
    package func file(_ name: String) -> String { path + "/" + name }
}
