import CLibSSH
import ConnectorPort
import Reactor

/// How the program on a channel ended, as the host reported it.
enum ChannelExit: Sendable {
    case status(Int)
    case signal(String)
}

/// One channel of a session: a command, or a way through a jump host.
///
/// `@unchecked Sendable`: used on the session's reactor only; libssh calls back from calls made there.
final class SSHChannel: @unchecked Sendable {
    let pointer: ssh_channel
    /// Fires when bytes, the end, an exit code or room to write came.
    let changed: Signal
    /// How the program ended; nil until the host says so.
    private(set) var exit: ChannelExit?
    /// Whether the host closed the channel.
    private(set) var isClosed = false
    /// Whether one side has nothing more to send to us.
    private(set) var isAtEnd = false
    /// Whether somebody waits for room to write.
    var wantsToWrite = false
    private var stored = [0, 0]
    private var isReleased = false
    private var hasEndedInput = false
    private let callbacks = UnsafeMutablePointer<ssh_channel_callbacks_struct>.allocate(capacity: 1)

    init(_ pointer: ssh_channel, _ reactor: Reactor) {
        self.pointer = pointer
        changed = Signal(reactor)
        callbacks.initialize(to: ssh_channel_callbacks_struct())
        callbacks.pointee.size = MemoryLayout<ssh_channel_callbacks_struct>.size
        callbacks.pointee.userdata = Unmanaged.passUnretained(self).toOpaque()
        // Zero says "not taken": the bytes stay in libssh and the window stays as it is until they are read.
        callbacks.pointee.channel_data_function = { _, _, _, length, isError, me in
            SSHChannel.from(me)?.hold(Int(length), isError: isError != 0)
            return 0
        }
        callbacks.pointee.channel_eof_function = { _, _, me in SSHChannel.from(me)?.note { $0.isAtEnd = true } }
        callbacks.pointee.channel_close_function = { _, _, me in SSHChannel.from(me)?.note { $0.isClosed = true } }
        callbacks.pointee.channel_exit_status_function = { _, _, status, me in
            SSHChannel.from(me)?.note { $0.exit = .status(Int(status & 0xff)) }
        }
        callbacks.pointee.channel_exit_signal_function = { _, _, name, _, _, _, me in
            let signal = name.map { String(cString: $0) } ?? "unknown"
            SSHChannel.from(me)?.note { $0.exit = .signal(signal) }
        }
        callbacks.pointee.channel_write_wontblock_function = { _, _, _, me in
            SSHChannel.from(me)?.note { _ in }
            return 0
        }
        ssh_add_channel_callbacks(pointer, callbacks)
    }

    deinit { callbacks.deallocate() }

    private static func from(_ pointer: UnsafeMutableRawPointer?) -> SSHChannel? {
        pointer.map { Unmanaged<SSHChannel>.fromOpaque($0).takeUnretainedValue() }
    }

    private func note(_ change: (SSHChannel) -> Void) {
        change(self)
        changed.fire()
    }

    /// libssh tells the length of everything that it holds for the stream.
    private func hold(_ count: Int, isError: Bool) {
        stored[isError ? 1 : 0] = count
        changed.fire()
    }

    /// Whether everything that will ever come is here or was taken.
    var isComplete: Bool { isClosed || isAtEnd && exit != nil }

    /// Takes all bytes that libssh holds for one of the streams; nil when there are none. Taking everything at once keeps the window,
    /// which libssh reopens after each read, from growing on top of bytes that nobody took.
    func take() -> (stream: OutputStream, bytes: [UInt8])? {
        guard !isReleased else { return nil }
        for index in 0...1 where stored[index] > 0 {
            let count = stored[index]
            stored[index] = 0
            var got = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                got = Int(ssh_channel_read_nonblocking(pointer, buffer.baseAddress, UInt32(count), Int32(index)))
                filled = max(0, got)
            }
            if got > 0 {
                if got < count { stored[index] = count - got }
                return (index == 0 ? .stdout : .stderr, bytes)
            }
        }
        return nil
    }

    /// Tells the host that no more input comes, once.
    func endInput() {
        if hasEndedInput || isReleased { return }
        hasEndedInput = true
        ssh_channel_send_eof(pointer)
    }

    /// Frees the channel; always before its session is freed. libssh may keep it for a while, so it must not know us any more.
    func release(saysGoodbye: Bool) {
        if isReleased { return }
        isReleased = true
        ssh_remove_channel_callbacks(pointer, callbacks)
        if saysGoodbye { ssh_channel_close(pointer) }
        ssh_channel_free(pointer)
        changed.fire()
    }
}
