import Foundation
import Synchronization

/// A server without any protocol, for answers that no server would give. Every connection is served by a script on a thread of its own.
final class RawServer: Sendable {
    /// One accepted connection; blocks, with a time limit on reads.
    struct Connection: Sendable {
        fileprivate let descriptor: Int32
        /// Counts the connections, from 1.
        let number: Int

        /// The next request as text, with its body; nil when the client has hung up.
        func request() -> String? {
            var text = ""
            while true {
                if let end = text.range(of: "\r\n\r\n") {
                    let length = text.lowercased().firstRange(of: "content-length: ").flatMap { mark in
                        Int(text[mark.upperBound...].prefix { $0.isNumber })
                    }
                    if text[end.upperBound...].utf8.count >= length ?? 0 { return text }
                }
                var buffer = [UInt8](repeating: 0, count: 65_536)
                let count = recv(descriptor, &buffer, buffer.count, 0)
                guard count > 0 else { return nil }
                text += String(decoding: buffer[..<count], as: UTF8.self)
            }
        }

        func send(_ text: String) {
            let bytes = Array(text.utf8)
            _ = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        }

        /// Answers with status 200.
        func answer(_ body: String, _ headers: String = "") {
            send("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
        }
    }

    let port: Int
    private let listener: Int32
    private let accepted = Mutex(0)

    /// How many connections have come.
    var connections: Int { accepted.withLock { $0 } }

    /// Listens on a free port. A script ends its connection by returning.
    init(_ script: @escaping @Sendable (Connection) -> Void) throws {
        (listener, port) = try RawListener.listen(backlog: 64)
        let thread = Thread { [self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                // Closed here, where nobody can accept any more: the next socket gets the same number.
                guard descriptor >= 0 else {
                    close(listener)
                    return
                }
                var limit = timeval(tv_sec: 10, tv_usec: 0)
                setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
                let number = accepted.withLock { count in
                    count += 1
                    return count
                }
                Thread.detachNewThread {
                    script(Connection(descriptor: descriptor, number: number))
                    close(descriptor)
                }
            }
        }
        thread.start()
    }

    /// Stops listening.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }
}
