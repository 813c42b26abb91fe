import Foundation
import Synchronization

/// A real Redis server on a loopback port that keeps nothing. It ends when it is stopped or when this process ends in whatever way.
package final class RedisServer: Sendable {
    /// Why it does not start.
    package struct Failure: Error {
        /// In words.
        package let text: String
    }

    /// Its port on 127.0.0.1.
    package let port: Int
    /// The password that it asks for.
    package let password = UUID().uuidString
    private let lifeline = Mutex<FileHandle?>(nil)

    /// Starts a server and returns as soon as it accepts connections.
    package init() throws {
        port = try LoopbackPort.free()
        try start()
    }

    deinit { stop() }

    /// The URI of its database 0.
    package var url: String { "redis://:\(password)@127.0.0.1:\(port)/0" }

    /// Starts it again after `stop`, on the same port.
    package func start() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c",
            """
            redis-server --port "$1" --bind 127.0.0.1 --requirepass "$2" --save '' --appendonly no --daemonize no </dev/null >/dev/null & p=$!
            cat >/dev/null; kill -KILL $p; wait
            """, "sh", String(port), password,
        ]
        let pipe = Pipe()
        process.standardInput = pipe
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        try? pipe.fileHandleForReading.close()
        lifeline.withLock { $0 = pipe.fileHandleForWriting }
        guard LoopbackPort.waits(for: port, at: ["127.0.0.1"], seconds: 10) else { throw Failure(text: "redis-server does not start") }
    }

    /// Ends it as a power cut would.
    package func stop() {
        lifeline.withLock { lifeline in
            try? lifeline?.close()
            lifeline = nil
        }
    }
}
