import NIOCore
import NIOTLS
import Synchronization

/// Collects what comes, for one who asks.
final class ListeningHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private var (bytes, promise, most): ([UInt8], EventLoopPromise<[UInt8]>?, Int) = ([], nil, 0)
    private var enough: @Sendable ([UInt8]) -> Bool = { _ in true }
    private var number = 0

    /// Begins to collect for somebody; the number is for `stop`.
    func listen(_ promise: EventLoopPromise<[UInt8]>, most: Int, _ enough: @escaping @Sendable ([UInt8]) -> Bool) -> Int {
        stop()
        (bytes, self.promise, self.most, self.enough) = ([], promise, most, enough)
        number += 1
        return number
    }

    /// The time of a collection is over.
    func stop(_ number: Int) {
        if number == self.number { stop() }
    }

    /// Nothing more is waited for.
    func stop() {
        promise?.succeed(bytes)
        promise = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        bytes += buffer.readBytes(length: min(buffer.readableBytes, max(0, most - bytes.count))) ?? []
        if bytes.count >= most || enough(bytes) { stop() }
    }

    func channelInactive(context: ChannelHandlerContext) { stop() }

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
