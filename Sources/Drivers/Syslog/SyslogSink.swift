import Ledger
import NIOCore
import NIOPosix
import NIOSSL
import Vocabulary

/// Sends messages to a syslog server. Over TCP and TLS it waits until the server's machine has acknowledged every byte; over UDP nobody can know.
package actor SyslogSink: EventSink {
    private let settings: SyslogSettings
    private let clock: any WallClock
    private let context: NIOSSLContext?
    private var line: Line?

    private static let patience = Duration.seconds(10)
    /// A datagram cannot be longer.
    private static let longestDatagram = 60_000

    /// An open connection. The socket is the channel's and is looked at on its event loop only, while it is open.
    private struct Line {
        let channel: any Channel
        let socket: CInt
    }

    /// Connects when there is something to send.
    /// - Throws: `SyslogError.badAuthorities`.
    package init(_ settings: SyslogSettings, clock: any WallClock) throws(SyslogError) {
        self.settings = settings
        self.clock = clock
        guard settings.way == .tls else {
            context = nil
            return
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        do {
            if let file = settings.authorities { configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file)) }
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw SyslogError.badAuthorities(settings.authorities ?? "the list of this machine")
        }
    }

    /// See `EventSink`.
    /// - Throws: `SyslogError`, errors of the network.
    package func send(_ messages: [[UInt8]]) async throws {
        if messages.isEmpty { return }
        let line = try await connected()
        do {
            try await send(messages, over: line)
        } catch {
            await close()
            throw error
        }
    }

    private func send(_ messages: [[UInt8]], over line: Line) async throws {
        if settings.way == .udp {
            for message in messages {
                try await line.channel.writeAndFlush(ByteBuffer(bytes: message.prefix(Self.longestDatagram))).get()
            }
            return
        }
        var bytes = ByteBuffer()
        for message in messages {
            bytes.writeString("\(message.count) ")
            bytes.writeBytes(message)
        }
        let end = clock.now() + Self.patience
        try await withThrowingTaskGroup(of: Void.self) { group in
            let whole = bytes
            group.addTask { try await line.channel.writeAndFlush(whole).get() }
            group.addTask { [clock] in
                try await clock.sleep(for: Self.patience)
                // Ends the writing too, which would wait for ever for somebody who takes nothing.
                line.channel.close(promise: nil)
                throw SyslogError.notTaken
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        while try await unacknowledged(line) > 0 {
            guard clock.now() < end else { throw SyslogError.notTaken }
            try await clock.sleep(for: .milliseconds(5))
        }
    }

    private func unacknowledged(_ line: Line) async throws -> Int {
        try await line.channel.eventLoop.submit {
            guard line.channel.isActive, let count = TCPSocket.unacknowledged(line.socket) else { throw SyslogError.hungUp }
            return count
        }.get()
    }

    private func connected() async throws -> Line {
        if let line, line.channel.isActive { return line }
        await close()
        let made = try await settings.way == .udp ? datagrams() : stream()
        line = made
        return made
    }

    private func stream() async throws -> Line {
        let (settings, context) = (settings, context)
        let socket = try await NIOThreadPool.singleton.runIfActive { try TCPSocket.connect(settings.host, settings.port) }
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                guard let context else { return }
                let name = (try? SocketAddress(ipAddress: settings.host, port: 0)) == nil ? settings.host : nil
                try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: context, serverHostname: name))
            }
        }
        return Line(channel: try await bootstrap.withConnectedSocket(socket).get(), socket: socket)
    }

    private func datagrams() async throws -> Line {
        let settings = settings
        let address = try await NIOThreadPool.singleton.runIfActive {
            try SocketAddress.makeAddressResolvingHost(settings.host, port: settings.port)
        }
        let bootstrap = DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        return Line(channel: try await bootstrap.connect(to: address).get(), socket: -1)
    }

    /// See `EventSink`.
    package func close() async {
        guard let line else { return }
        self.line = nil
        try? await line.channel.close().get()
    }
}

/// Why messages were not sent.
package enum SyslogError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The authorities cannot be read.
    case badAuthorities(String)
    /// The server cannot be reached.
    case unreachable(host: String, reason: String)
    /// The server did not take the messages in time.
    case notTaken
    /// The server closed the connection.
    case hungUp

    /// One sentence that says what is wrong.
    package var description: String {
        switch self {
        case .badAuthorities(let file): "The certificate authorities in \(file) cannot be read; AUDIT_SYSLOG_URL must name a PEM file."
        case .unreachable(let host, let reason): "The syslog server \(host) cannot be reached: \(reason)."
        case .notTaken: "The syslog server did not take the messages in time."
        case .hungUp: "The syslog server closed the connection."
        }
    }
}
