import Foundation

/// A file that output is written to, under its name from the first byte on.
package struct OutputFile: ~Copyable {
    private let file: Int32
    private let path: String

    /// Makes the file; one that is there already is not touched.
    /// - Throws: a sentence that says why not.
    package init(path: String) throws {
        file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SystemFault("\(path) could not be created") }
        self.path = path
    }

    /// Writes bytes behind those before.
    package func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw SystemFault("\(path) could not be written")
            }
        }
    }

    deinit { close(file) }
}
