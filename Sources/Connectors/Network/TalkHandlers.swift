import NIOCore
import NIOTLS
import Synchronization

/// Collects what comes, for one who asks; what comes before anybody does is kept.
final class ListeningHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private var (bytes, promise): ([UInt8], EventLoopPromise<[UInt8]>?) = ([], nil)
    private var enough: @Sendable ([UInt8]) -> Bool = { _ in true }
    private var (number, isOver) = (0, false)
    private static let mostBytes = 16_384

    /// Begins to collect for somebody; the number is for `stop`.
    func listen(_ promise: EventLoopPromise<[UInt8]>, _ enough: @escaping @Sendable ([UInt8]) -> Bool) -> Int {
        stop()
        (self.promise, self.enough) = (promise, enough)
        number += 1
        stopIfEnough()
        return number
    }

    /// The time of a collection is over.
    func stop(_ number: Int) {
        if number == self.number { stop() }
    }

    /// Nothing more is waited for.
    func stop() {
        guard let promise else { return }
        promise.succeed(bytes)
        (self.promise, bytes) = (nil, [])
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        bytes += buffer.readBytes(length: min(buffer.readableBytes, max(0, Self.mostBytes - bytes.count))) ?? []
        stopIfEnough()
    }

    private func stopIfEnough() {
        if isOver || bytes.count >= Self.mostBytes || !bytes.isEmpty && enough(bytes) { stop() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isOver = true
        stop()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        stop()
        context.close(promise: nil)
    }
}

/// Whether a handshake was done, and the names in the certificate.
final class CertificateBox: Sendable {
    private struct State {
        var names: [String]?
        var done: Bool?
        var waiting: CheckedContinuation<Bool, Never>?
    }
    private let state = Mutex(State())

    var names: [String]? {
        get { state.withLock { $0.names } }
        set { state.withLock { $0.names = newValue } }
    }

    func end(_ done: Bool) {
        let waiting = state.withLock { state in
            if state.done == nil { state.done = done }
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: done)
    }

    func isDone() async -> Bool {
        await withCheckedContinuation { continuation in
            let done = state.withLock { state in
                if state.done == nil { state.waiting = continuation }
                return state.done
            }
            if let done { continuation.resume(returning: done) }
        }
    }
}

final class HandshakeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    private let box: CertificateBox

    init(_ box: CertificateBox) { self.box = box }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.handshakeCompleted) = event as? TLSUserEvent { box.end(true) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        box.end(false)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        box.end(false)
        context.close(promise: nil)
    }
}

/// The first datagram that came.
final class DatagramBox: Sendable {
    private struct State {
        var result: [UInt8]??
        var waiting: CheckedContinuation<[UInt8]?, Never>?
    }
    private let state = Mutex(State())

    func give(_ bytes: [UInt8]?) {
        let waiting = state.withLock { state in
            if state.result == nil { state.result = .some(bytes) }
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: bytes)
    }

    func answer() async -> [UInt8]? {
        await withCheckedContinuation { continuation in
            let result = state.withLock { state in
                if state.result == nil { state.waiting = continuation }
                return state.result
            }
            if let result { continuation.resume(returning: result) }
        }
    }
}

final class DatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    private let box: DatagramBox

    init(_ box: DatagramBox) { self.box = box }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var envelope = unwrapInboundIn(data)
        box.give(envelope.data.readBytes(length: envelope.data.readableBytes))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { box.give(nil) }
}
