import Foundation
import Glibc

/// Ports on loopback addresses.
package enum LoopbackPort {
    /// A port that was free a moment ago, and is below the range that connections of clients use.
    package static func free() throws -> Int {
        for _ in 0..<200 {
            let port = Int.random(in: 20_000..<32_000)
            let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            defer { close(socket) }
            if at("0.0.0.0", port, { bind(socket, $0, $1) }) == 0 { return port }
        }
        throw SSHServer.Failure(text: "there is no free port")
    }

    /// Whether something accepts connections on the port of every address within so many seconds.
    package static func waits(for port: Int, at addresses: [String], seconds: Int) -> Bool {
        var tries = seconds * 200
        for address in addresses {
            while !accepts(address, port) {
                tries -= 1
                if tries < 0 { return false }
                poll(nil, 0, 5)
            }
        }
        return true
    }

    /// A listening socket that nobody serves: connections are accepted by the kernel and never answered. Returns the socket and its port.
    package static func silent() throws -> (socket: Int32, port: Int) {
        let port = try free()
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard at("127.0.0.1", port, { bind(socket, $0, $1) }) == 0, listen(socket, 1024) == 0 else {
            throw SSHServer.Failure(text: "port \(port) cannot be listened on")
        }
        return (socket, port)
    }

    private static func accepts(_ address: String, _ port: Int) -> Bool {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(socket) }
        return at(address, port) { connect(socket, $0, $1) } == 0
    }

    private static func at(_ address: String, _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = in_port_t(UInt16(port).bigEndian)
        inet_pton(AF_INET, address, &place.sin_addr)
        return withUnsafePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}

extension LoopbackPort {
    /// A server that sends a text to whoever connects and hangs up. It serves so many connections. Returns its port.
    package static func answering(_ text: String, connections: Int = 1) throws -> Int {
        let (socket, port) = try silent()
        Thread.detachNewThread {
            for _ in 0..<connections {
                let client = accept(socket, nil, nil)
                let bytes = Array(text.utf8)
                _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                shutdown(client, Int32(SHUT_WR))
                var rest = [UInt8](repeating: 0, count: 1024)
                while read(client, &rest, rest.count) > 0 {}
                close(client)
            }
            close(socket)
        }
        return port
    }
}
