import Foundation
import PostgreSQLDriver
import Reactor
import Store
import Synchronization

/// A real PostgreSQL server with a data directory of its own, on a loopback port. It ends, and its folder goes, when it is stopped or
/// when this process ends in whatever way.
package final class PostgreSQLServer: Sendable {
    /// Why it does not start.
    package struct Failure: Error {
        /// In words.
        package let text: String
    }

    /// The server that all tests of this process share.
    package static let shared = Result { try PostgreSQLServer.start() }
    /// The threads on which the tests' connections live.
    package static let reactors = ReactorPool(count: 2)

    /// Its port on 127.0.0.1.
    package let port: Int
    /// The password of its administrator.
    package let password: String
    /// Where its files are.
    package let folder: String
    private let lifeline = Mutex<FileHandle?>(nil)
    private static let programs = "/usr/lib/postgresql/15/bin"
    private static let administrator = "keeper"

    private init() throws {
        port = try LoopbackPort.free()
        password = UUID().uuidString
        folder = NSTemporaryDirectory() + "postgresql-" + UUID().uuidString
    }

    deinit { stop() }

    /// Makes a data directory, starts a server in it and returns as soon as it accepts connections.
    /// - Parameters:
    ///   - settings: lines of postgresql.conf.
    ///   - withTLS: whether it has a certificate for 127.0.0.1, signed by itself, which is `certificate`.
    package static func start(settings: [String] = [], withTLS: Bool = false) throws -> PostgreSQLServer {
        let server = try PostgreSQLServer()
        try server.launch(settings + (withTLS ? ["ssl = on"] : []), withTLS)
        return server
    }

    /// The file of its certificate.
    package var certificate: String { folder + "/data/server.crt" }

    /// Ends it at once, as its administrator would with an immediate shutdown.
    package func stop() {
        lifeline.withLock { lifeline in
            try? lifeline?.close()
            lifeline = nil
        }
    }

    /// The URI of a database on it.
    package func url(database: String = "postgres", parameters: String = "") -> String {
        "postgresql://\(Self.administrator):\(password)@127.0.0.1:\(port)/\(database)" + (parameters.isEmpty ? "" : "?" + parameters)
    }

    /// Lends a database that is empty, and closes it afterwards.
    package func withDatabase(connections: Int = 10, _ body: (PostgreSQLDatabase) async throws -> Void) async throws {
        let lent = try await newDatabase(connections: connections)
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(lent)) } catch { outcome = .failure(error) }
        await lent.close()
        try outcome.get()
    }

    /// A database that is empty, a schema of its own, which goes with the server.
    package func newDatabase(connections: Int = 10) async throws -> PostgreSQLDatabase {
        let name = "t" + UUID().uuidString.replacing("-", with: "").lowercased()
        let keeper = database(url(), connections: 1)
        try await keeper.transact { try await $0.execute(SQL(trusted: "CREATE SCHEMA \(name)")) }
        await keeper.close()
        return database(url(parameters: "options=-csearch_path%3D\(name)"), connections: connections)
    }

    /// A database by its URI; whoever asks closes it.
    package func database(_ url: String, connections: Int = 10, patience: Duration = .seconds(30)) -> PostgreSQLDatabase {
        var settings = PostgreSQLSettings(url: url)
        settings.connections = connections
        settings.patience = patience
        // Rooms of tests that hold each other keep their databases until the end.
        settings.idle = .milliseconds(500)
        return PostgreSQLDatabase(settings, reactors: Self.reactors)
    }

    /// The shell in between waits for the end of its input, which comes with our own end at the latest. PostgreSQL refuses to run as root.
    private func launch(_ settings: [String], _ withTLS: Bool) throws {
        let own = [
            "port = \(port)", "listen_addresses = '127.0.0.1'", "unix_socket_directories = ''", "fsync = off",
            "max_connections = 200", "shared_buffers = 32MB", "timezone = 'UTC'",
        ]
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c",
            """
            as=; [ "$(id -u)" != 0 ] || as="setpriv --reuid=postgres --regid=postgres --clear-groups"
            mkdir -m 755 "$1"; cd "$1"
            printf '%s' "$2" >password; printf '%s\\n' "$3" >settings
            [ -z "$as" ] || chown -R postgres: "$1"
            $as \(Self.programs)/initdb -D data -U \(Self.administrator) -A scram-sha-256 --pwfile=password -E UTF8 --locale=C -N >log 2>&1
            $as sh -c 'cat settings >>data/postgresql.conf'
            [ "$4" = false ] || $as openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1 \\
              -addext subjectAltName=IP:127.0.0.1 -keyout data/server.key -out data/server.crt >>log 2>&1
            $as \(Self.programs)/postgres -D data >>log 2>&1 </dev/null & p=$!
            cat >/dev/null; kill -QUIT $p; wait; cd /; rm -rf "$1"
            """, "sh", folder, password, (own + settings).joined(separator: "\n"), String(withTLS),
        ]
        let pipe = Pipe()
        process.standardInput = pipe
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        try? pipe.fileHandleForReading.close()
        lifeline.withLock { $0 = pipe.fileHandleForWriting }
        guard LoopbackPort.waits(for: port, at: ["127.0.0.1"], seconds: 30) else {
            let log = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
            throw Failure(text: "PostgreSQL does not start: \(log)")
        }
    }
}
