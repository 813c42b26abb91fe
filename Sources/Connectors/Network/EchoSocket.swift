import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// Sends ICMP echo requests and hears who answers. There is none where the system allows neither a raw nor a ping socket.
final class EchoSocket: Sendable {
    private let channel: any Channel
    private let answers: EchoAnswers
    private let next = Atomic<UInt16>(1)

    private init(_ channel: any Channel, _ answers: EchoAnswers) {
        (self.channel, self.answers) = (channel, answers)
    }

    /// Opens one; nil where that is not allowed.
    static func open(_ group: any EventLoopGroup) async -> EchoSocket? {
        let answers = EchoAnswers()
        let raw = NIORawSocketBootstrap(group: group).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(EchoHandler(answers)) }
        }
        if let channel = try? await raw.bind(host: Talk.anyAddress, ipProtocol: .icmp).get() { return EchoSocket(channel, answers) }
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), Int32(IPPROTO_ICMP))
        guard descriptor >= 0 else { return nil }
        let ping = DatagramBootstrap(group: group).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(EchoHandler(answers)) }
        }
        if let channel = try? await ping.withBoundSocket(descriptor).get() { return EchoSocket(channel, answers) }
        Foundation.close(descriptor)
        return nil
    }

    /// How long a host took to answer; nil when it did not in time, or is not an IPv4 address.
    func echo(_ address: String, within timeout: Duration) async -> Duration? {
        guard let target = try? SocketAddress(ipAddress: address, port: 0), case .v4 = target else { return nil }
        let start = ContinuousClock.now
        let deadline = channel.eventLoop.scheduleTask(in: .milliseconds(timeout.wholeMilliseconds)) { [answers] in answers.give(up: address)
        }
        let answered = await withCheckedContinuation { continuation in
            answers.wait(for: address, continuation)
            let packet = Self.request(next.wrappingAdd(1, ordering: .relaxed).newValue)
            channel.writeAndFlush(AddressedEnvelope(remoteAddress: target, data: ByteBuffer(bytes: packet)), promise: nil)
        }
        deadline.cancel()
        return answered ? ContinuousClock.now - start : nil
    }

    /// An echo request (RFC 792).
    static func request(_ number: UInt16) -> [UInt8] {
        var packet: [UInt8] = [8, 0, 0, 0, 0x4f, 0x43, UInt8(number >> 8), UInt8(number & 0xff)]
        packet += [UInt8](repeating: 0, count: 24)
        var sum: UInt32 = 0
        for place in stride(from: 0, to: packet.count, by: 2) { sum += UInt32(packet[place]) << 8 | UInt32(packet[place + 1]) }
        while sum > 0xffff { sum = (sum & 0xffff) + sum >> 16 }
        let check = ~UInt16(truncatingIfNeeded: sum)
        (packet[2], packet[3]) = (UInt8(check >> 8), UInt8(check & 0xff))
        return packet
    }

    func close() async { try? await channel.close().get() }
}

/// Who waits for whose answer.
private final class EchoAnswers: Sendable {
    private let waiting = Mutex<[String: CheckedContinuation<Bool, Never>]>([:])

    func wait(for address: String, _ continuation: CheckedContinuation<Bool, Never>) {
        waiting.withLock { $0.updateValue(continuation, forKey: address) }?.resume(returning: false)
    }

    func answer(from address: String) { waiting.withLock { $0.removeValue(forKey: address) }?.resume(returning: true) }

    func give(up address: String) { waiting.withLock { $0.removeValue(forKey: address) }?.resume(returning: false) }
}

private final class EchoHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    private let answers: EchoAnswers

    init(_ answers: EchoAnswers) { self.answers = answers }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        var bytes = envelope.data
        // A raw socket also gives the header of the IP packet.
        if let first = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self), first >> 4 == 4 {
            bytes.moveReaderIndex(forwardBy: min(bytes.readableBytes, Int(first & 15) * 4))
        }
        guard bytes.readInteger(as: UInt8.self) == 0, let address = envelope.remoteAddress.ipAddress else { return }
        answers.answer(from: address)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}

extension Duration {
    /// Whole milliseconds.
    var wholeMilliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
