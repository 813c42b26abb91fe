import NIOCore
import NIOWebSocket

/// One text message as it goes over the wire: encoded once, then shared by all readers without a copy.
package struct LiveMessage: Sendable {
    /// The whole frame; frames from the server are not masked (RFC 6455 section 5.1), so they are the same for everybody.
    let frame: ByteBuffer

    /// A message of the JSON text of a value.
    /// - Throws: `EncodingError` for numbers that JSON has not.
    package init(json value: some Encodable) throws { frame = LiveFrame.encode(.text, try JSONCodec.encode(value)) }

    /// A message of UTF-8 text that is at hand as bytes.
    package init(utf8 bytes: some Collection<UInt8>) { frame = LiveFrame.encode(.text, bytes) }

    /// A message of text.
    package init(text: String) { frame = LiveFrame.encode(.text, text.utf8) }

    /// The bytes that it takes on the wire.
    package var byteCount: Int { frame.readableBytes }
}

/// Thrown by `send` after the connection was closed by either side.
package struct LiveClosed: Error {}

/// Frames as servers write them (RFC 6455 section 5.2).
enum LiveFrame {
    static func encode(_ opcode: WebSocketOpcode, _ payload: some Collection<UInt8>) -> ByteBuffer {
        let count = payload.count
        var buffer = ByteBufferAllocator().buffer(capacity: count + 10)
        buffer.writeInteger(UInt8(0x80) | UInt8(webSocketOpcode: opcode))
        switch count {
        case 0...125: buffer.writeInteger(UInt8(count))
        case 126...65_535:
            buffer.writeInteger(UInt8(126))
            buffer.writeInteger(UInt16(count))
        default:
            buffer.writeInteger(UInt8(127))
            buffer.writeInteger(UInt64(count))
        }
        buffer.writeBytes(payload)
        return buffer
    }

    /// A close frame; the reason is cut to what a control frame can carry.
    static func close(_ code: UInt16, _ reason: String) -> ByteBuffer {
        var text = reason
        while text.utf8.count > 120 { text.removeLast() }
        return encode(.connectionClose, [UInt8(code >> 8), UInt8(code & 255)] + Array(text.utf8))
    }
}
