import Foundation
import NIOPosix
import Vocabulary

/// Serves the built web app from a directory.
///
/// Files are read when they are asked for. A `.gz` beside a file is sent to clients that take it. Names with a hash
/// (`app-3F2A9C1B.js`) may be cached for ever, everything else is asked for again with its `ETag`. Paths that do not end
/// in a known suffix (`/runs/J20260001.0001`) show `index.html`, because the web app has pages of its own. Dotfiles and anything
/// outside the directory do not exist.
package struct StaticFiles: Sendable {
    private let root: String

    /// Serves the files below `directory`; it may be created later.
    package init(directory: String) { root = directory.hasSuffix("/") ? String(directory.dropLast()) : directory }

    private static let mediaTypes = [
        "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
        "json": "application/json", "map": "application/json", "svg": "image/svg+xml", "png": "image/png", "ico": "image/x-icon",
        "webp": "image/webp", "woff2": "font/woff2", "woff": "font/woff", "txt": "text/plain; charset=utf-8",
        "webmanifest": "application/manifest+json", "wasm": "application/wasm",
    ]

    /// The answer for a raw path; nil when there is no such file.
    package func answer(path: Substring, ifNoneMatch: String?, acceptEncoding: String?) async throws -> WireAnswer? {
        guard let name = Self.name(path) else { return nil }
        let takesGzip = acceptEncoding.map(Self.takesGzip) ?? false
        return try await NIOThreadPool.singleton.runIfActive { read(name, ifNoneMatch, takesGzip: takesGzip) }
    }

    /// The relative file name of a path; nil for names that are never served.
    private static func name(_ path: Substring) -> String? {
        guard let decoded = PercentText.decoded(path.utf8), !decoded.utf8.contains(0) else { return nil }
        let parts = decoded.split(separator: "/")
        guard !parts.contains(where: { $0.hasPrefix(".") || $0.contains("\\") }) else { return nil }
        guard let last = parts.last, last.contains("."), mediaTypes[suffix(last)] != nil else { return "index.html" }
        return parts.joined(separator: "/")
    }

    private static func suffix(_ name: some StringProtocol) -> String {
        name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    }

    private static func takesGzip(_ field: String) -> Bool {
        field.lowercased().split(separator: ",").contains { coding in
            let parts = coding.split(separator: ";").map(\.trimmed)
            return parts.first == "gzip" && !parts.dropFirst().contains { $0.hasPrefix("q=0") && Double($0.dropFirst(2)) == 0 }
        }
    }

    private func read(_ name: String, _ ifNoneMatch: String?, takesGzip: Bool) -> WireAnswer? {
        let path = "\(root)/\(name)"
        guard let plain = Self.stamp(path), isInside(path) else { return nil }
        let packed = Self.stamp(path + ".gz").flatMap { takesGzip && isInside(path + ".gz") ? $0 : nil }
        let tag = "\"\(packed.map { "\($0)-gz" } ?? plain)\""
        var headers = [("ETag", tag), ("Cache-Control", Self.caching(name)), ("Vary", "Accept-Encoding")]
        if let ifNoneMatch, Self.matches(ifNoneMatch, tag) { return WireAnswer(status: 304, headers: headers, body: .none) }
        guard let bytes = FileManager.default.contents(atPath: packed == nil ? path : path + ".gz") else { return nil }
        headers.append(("Content-Type", Self.mediaTypes[Self.suffix(name)] ?? "application/octet-stream"))
        if packed != nil { headers.append(("Content-Encoding", "gzip")) }
        return WireAnswer(status: 200, headers: headers, body: .bytes([UInt8](bytes)))
    }

    /// Length and time of change of a regular file in hexadecimal.
    private static func stamp(_ path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let nanoseconds = Int(status.st_mtim.tv_sec) * 1_000_000_000 + status.st_mtim.tv_nsec
        return String(status.st_size, radix: 16) + "-" + String(nanoseconds, radix: 16)
    }

    /// Whether a path stays below the directory when links are followed.
    private func isInside(_ path: String) -> Bool {
        guard let home = Self.resolved(root), let file = Self.resolved(path) else { return false }
        return file.hasPrefix(home + "/")
    }

    private static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// Names that carry a hash of their content never change: `name-HASH.js` with eight or more letters and digits.
    private static func caching(_ name: String) -> String {
        let stem = name.split(separator: "/").last?.split(separator: ".").first ?? ""
        let hash = stem.split(separator: "-").last ?? ""
        let isHashed =
            stem.contains("-") && hash.utf8.count >= 8 && hash.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
            && hash.contains { $0.isNumber || $0.isUppercase }
        return isHashed ? "public, max-age=31536000, immutable" : "no-cache"
    }

    private static func matches(_ field: String, _ tag: String) -> Bool {
        field == "*" || field.split(separator: ",").contains { $0.trimmed == tag || $0.trimmed == "W/\(tag)" }
    }
}
