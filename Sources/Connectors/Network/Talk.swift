import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// Short conversations over TCP and UDP, each within a time and with so many bytes at most.
struct Talk: Sendable {
    let group: any EventLoopGroup
    let timeout: Duration

    /// A connection, with what it heard.
    struct Conversation: Sendable {
        let channel: any Channel
        let listening: NIOLoopBoundBox<ListeningHandler>

        /// Ends the connection.
        func close() async { try? await channel.close().get() }
    }

    /// How a connection attempt ended.
    enum Attempt {
        case open(Conversation)
        /// Somebody is there and does not want it.
        case refused
        case silent
    }

    private var limit: TimeAmount { .milliseconds(timeout.wholeMilliseconds) }
    /// Whatever address this machine sends from.
    static let anyAddress = [UInt8](repeating: 0, count: 4).map(String.init).joined(separator: ".")

    /// Tries to connect.
    func connect(_ address: String, _ port: Int) async -> Attempt {
        guard let target = try? SocketAddress(ipAddress: address, port: port) else { return .silent }
        let (loop, listening) = listening()
        do {
            let channel = try await ClientBootstrap(group: loop).connectTimeout(limit)
                .channelOption(.autoRead, value: false)
                .channelInitializer { channel in
                    loop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(listening.value) }
                }
                .connect(to: target).get()
            return .open(Conversation(channel: channel, listening: listening))
        } catch let error as IOError where error.errnoCode == ECONNREFUSED || error.errnoCode == ECONNRESET {
            return .refused
        } catch {
            return .silent
        }
    }

    /// A thread for a connection, and what hears it.
    private func listening() -> (any EventLoop, NIOLoopBoundBox<ListeningHandler>) {
        let loop = group.next()
        return (loop, .makeBoxSendingValue(ListeningHandler(), eventLoop: loop))
    }

    /// Sends something, if there is something, and returns what comes, or came already, until there is enough, the other side ends it, or the time is over.
    func ask(
        _ conversation: Conversation, _ question: [UInt8] = [], enough: @escaping @Sendable ([UInt8]) -> Bool
    ) async -> [UInt8] {
        let (channel, listening, limit) = (conversation.channel, conversation.listening, limit)
        let answer = channel.eventLoop.makePromise(of: [UInt8].self)
        channel.eventLoop.execute {
            let number = listening.value.listen(answer, enough)
            if !question.isEmpty { channel.writeAndFlush(ByteBuffer(bytes: question), promise: nil) }
            channel.setOption(.autoRead, value: true).whenComplete { _ in channel.read() }
            channel.eventLoop.scheduleTask(in: limit) { listening.value.stop(number) }
        }
        return (try? await answer.futureResult.get()) ?? []
    }

    /// The names in the certificate that a server shows, in order; nil when it does not speak TLS. Nothing is trusted, only looked at.
    func certificateNames(_ address: String, _ port: Int) async -> (names: [String], conversation: Conversation)? {
        guard let target = try? SocketAddress(ipAddress: address, port: port) else { return nil }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .noHostnameVerification
        configuration.minimumTLSVersion = .tlsv1
        guard let context = try? NIOSSLContext(configuration: configuration) else { return nil }
        let box = CertificateBox()
        let (loop, listening) = listening()
        do {
            let channel = try await ClientBootstrap(group: loop).connectTimeout(limit)
                .channelInitializer { channel in
                    loop.makeCompletedFuture {
                        let tls = try NIOSSLClientHandler(context: context, serverHostname: nil) { certificates, verified in
                            box.names = certificates.first.map(Self.names)
                            verified.succeed(.certificateVerified)
                        }
                        try channel.pipeline.syncOperations.addHandlers([tls, HandshakeHandler(box), listening.value])
                    }
                }
                .connect(to: target).get()
            channel.eventLoop.scheduleTask(in: limit) { box.end(false) }
            guard await box.isDone(), let names = box.names else {
                try? await channel.close().get()
                return nil
            }
            return (names, Conversation(channel: channel, listening: listening))
        } catch {
            return nil
        }
    }

    private static func names(_ certificate: NIOSSLCertificate) -> [String] {
        var names: [String] = []
        for name in certificate._subjectAlternativeNames() where name.nameType == .dnsName {
            names.append(BannerText.clean(Array(name.contents), most: 253))
        }
        if names.isEmpty, let bytes = try? certificate.toDERBytes(), let common = BannerText.commonName(bytes) { names = [common] }
        return Array(names.prefix(20))
    }

    /// Sends a datagram and returns the first one that comes back; nil when none does in time.
    func exchange(_ message: [UInt8], with address: String, _ port: Int) async -> [UInt8]? {
        guard let target = try? SocketAddress(ipAddress: address, port: port) else { return nil }
        let local = target.protocol == .inet6 ? "::" : Self.anyAddress
        let box = DatagramBox()
        guard
            let channel = try? await DatagramBootstrap(group: group).channelInitializer({ channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(DatagramHandler(box)) }
            }).bind(host: local, port: 0).get()
        else { return nil }
        channel.eventLoop.scheduleTask(in: limit) { box.give(nil) }
        channel.writeAndFlush(AddressedEnvelope(remoteAddress: target, data: ByteBuffer(bytes: message)), promise: nil)
        let answer = await box.answer()
        try? await channel.close().get()
        return answer
    }
}
