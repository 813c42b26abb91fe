import Foundation

/// Where secrets come from: a file or standard input, never the command line, which everybody on the machine can see.
package enum SecretInput {
    /// The most bytes of one input.
    private static let limit = 16_000_000

    /// A text from a file; `-` is standard input.
    /// - Throws: `ClientFailure` when it cannot be read or is not UTF-8.
    package static func text(from path: String) throws -> String {
        let handle: FileHandle
        if path == "-" {
            handle = .standardInput
        } else {
            let file = open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { throw ClientFailure.usage(SystemFault("\(path) cannot be read").description) }
            handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
        }
        let bytes: Data
        do {
            bytes = try handle.read(upToCount: limit + 1) ?? Data()
        } catch {
            throw ClientFailure.usage("\(path == "-" ? "Standard input" : path) cannot be read.")
        }
        guard bytes.count <= limit else { throw ClientFailure.usage("\(path) is larger than \(limit) bytes.") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw ClientFailure.usage("\(path) is not a text in UTF-8.") }
        return text
    }

    /// A secret of one line; the line break at its end is not part of it.
    /// - Throws: `ClientFailure` when it is empty or cannot be read.
    package static func line(from path: String) throws -> String {
        var text = try text(from: path)
        if text.hasSuffix("\r\n") { text.removeLast() } else if text.hasSuffix("\n") { text.removeLast() }
        guard !text.isEmpty else { throw ClientFailure.usage("\(path == "-" ? "Standard input" : path) is empty.") }
        return text
    }
}
