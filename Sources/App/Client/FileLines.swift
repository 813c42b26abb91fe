import Foundation

/// Reads files line by line, however large they are.
package enum FileLines {
    private static let piece = 1 << 20

    /// Hands out the pieces of a file in order; `-` is standard input.
    /// - Throws: `ClientFailure` when it cannot be read, and what `each` throws.
    package static func pieces(of path: String, _ each: ([UInt8]) throws -> Void) throws {
        let file = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw ClientFailure.usage(SystemFault("\(path) cannot be read").description) }
        defer { if file != STDIN_FILENO { close(file) } }
        var bytes = [UInt8](repeating: 0, count: piece)
        while true {
            let count = read(file, &bytes, piece)
            if count == 0 { return }
            if count > 0 {
                try each(Array(bytes.prefix(count)))
            } else if errno != EINTR {
                throw ClientFailure.usage(SystemFault("\(path) cannot be read").description)
            }
        }
    }
}
