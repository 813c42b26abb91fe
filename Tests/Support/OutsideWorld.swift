import Foundation
import Synchronization

/// A real web server and real mail servers that remember what they got, with certificates of an authority of their own; see
/// `Tests/Acceptance/harness/outside.py`. They end when this is stopped, or with this process.
package final class OutsideWorld: Sendable {
    /// Where everything is.
    package struct Places: Decodable, Sendable {
        /// The web server.
        package let http: Int
        /// The same with a certificate of the authority.
        package let https: Int
        /// The same with a certificate that nobody signed.
        package let untrusted: Int
        /// A mail server with STARTTLS and login.
        package let mail: Int
        /// One with TLS from the first byte and login.
        package let mailTLS: Int
        /// One without either.
        package let mailPlain: Int
        /// One with STARTTLS and login that can be told not to answer after DATA.
        package let mailStalls: Int
        /// One with a certificate that nobody signed.
        package let mailUntrusted: Int
        /// The file with the authority's certificate.
        package let ca: String
    }

    /// A request that the web server got.
    package struct Request: Decodable, Sendable {
        /// The method.
        package let method: String
        /// The path with the query.
        package let path: String
        /// The header fields, names in lower case.
        package let headers: [String: String]
        /// The body.
        package let body: String
    }

    /// A mail that one of the mail servers got.
    package struct Mail: Decodable, Sendable {
        /// Which server.
        package let server: String
        /// The sender of the envelope.
        package let from: String
        /// The recipients of the envelope.
        package let to: [String]
        /// The subject.
        package let subject: String
        /// The Message-ID.
        package let id: String?
        /// The `X-OpsConductor-Delivery`.
        package let delivery: String?
        /// The text.
        package let text: String
        /// Whether it came over TLS.
        package let tls: Bool
        /// Whether the server answered.
        package let answered: Bool
    }

    private struct Contents: Decodable {
        let requests: [Request]
        let mails: [Mail]
    }

    /// The account of the mail servers.
    package static let account = "mailer"
    /// Its password.
    package static let password = "right password"

    /// Where everything is.
    package let places: Places
    private let lifeline: Mutex<FileHandle?>

    /// Starts it; it also serves at other loopback addresses.
    package init(addresses: [String] = []) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let process = Process()
        process.executableURL = root.appendingPathComponent(".venv/bin/python")
        let folder = NSTemporaryDirectory() + "outside-" + UUID().uuidString
        process.arguments = [root.appendingPathComponent("Tests/Acceptance/harness/outside.py").path, folder] + addresses
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { throw CocoaError(.fileReadUnknown) }
            line += more
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .custom { path in
            let words = path.last?.stringValue.split(separator: "_").map(String.init) ?? []
            let name = (words.first ?? "") + words.dropFirst().map { $0 == "tls" ? "TLS" : $0.capitalized }.joined()
            return Key(stringValue: name)
        }
        places = try decoder.decode(Places.self, from: line)
        lifeline = Mutex(input.fileHandleForWriting)
    }

    deinit { stop() }

    /// Ends it.
    package func stop() {
        lifeline.withLock { lifeline in
            try? lifeline?.close()
            lifeline = nil
        }
    }

    /// The requests so far.
    package func requests() throws -> [Request] { try contents("show").requests }

    /// The mails so far.
    package func mails() throws -> [Mail] { try contents("show").mails }

    /// Lets so many mails without an answer at the server that can do that.
    package func stall(_ count: Int) throws { _ = try contents("stalls", body: "\(count)") }

    private func contents(_ word: String, body: String? = nil) throws -> Contents {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
        let url = "http://127.0.0.1:\(places.http)/memory/\(word)"
        process.arguments = ["-sS", "--noproxy", "*"] + (body.map { ["--data", $0] } ?? []) + [url]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try JSONDecoder().decode(Contents.self, from: data)
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
