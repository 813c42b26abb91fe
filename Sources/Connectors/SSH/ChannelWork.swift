import CLibSSH
import ConnectorPort
import Reactor

extension SSHSession {
    /// Makes a channel that is not open yet.
    func newChannel() throws(ConnectorError) -> SSHChannel {
        guard let pointer = ssh_channel_new(try session) else {
            throw ConnectorError(.couldNotStart, "There is not enough memory for a channel to \(place).")
        }
        let channel = SSHChannel(pointer, reactor)
        enlist(channel)
        return channel
    }

    /// Opens a channel and has the login shell run a text. `endsInput` says that there is no input: its end then travels with the request
    /// instead of after the answer. The caller dismisses the channel.
    /// - Throws: `ConnectorError` when the host refuses; `nil` is returned when `isOver` became true first.
    func start(
        _ text: String, endsInput: Bool, mayBegin: () -> Bool = { true }, orUntil isOver: () -> Bool
    ) async throws(ConnectorError) -> SSHChannel? {
        let channel = try newChannel()
        do throws(ConnectorError) {
            let opened = try await openChannel(channel, orUntil: isOver)
            var started = opened
            if opened == SSH_OK {
                guard mayBegin() else { throw .withdrawn(place.target) }
                started = try await settle(orUntil: isOver) { _ in
                    let code = ssh_channel_request_exec(channel.pointer, text)
                    if endsInput, code == SSH_AGAIN || code == SSH_OK { channel.endInput() }
                    return code
                }
            }
            if started == SSH_OK { return channel }
            guard started != nil else {
                dismiss(channel)
                return nil
            }
            let what = opened == SSH_OK ? "the command" : "another channel (MaxSessions)"
            throw ConnectorError(.couldNotStart, "\(place) refused \(what): \(handle.failure).")
        } catch {
            dismiss(channel)
            throw error
        }
    }

    /// Gives libssh some of the bytes, as many as it takes now without piling them up. Returns their number.
    func feed(_ bytes: [UInt8], from start: Int, to channel: SSHChannel) throws(ConnectorError) -> Int {
        _ = try session
        guard !channel.isClosed else { throw ConnectorError(.connectionLost, "\(place) closed the channel.") }
        if isCongested { return 0 }
        let before = handle.bytesIn
        let count = bytes.withUnsafeBytes { buffer in
            ssh_channel_write(channel.pointer, buffer.baseAddress?.advanced(by: start), UInt32(min(bytes.count - start, 32_768)))
        }
        adjustInterest()
        if handle.bytesIn != before { activity.fire() }
        if count == SSH_ERROR { throw ConnectorError(.connectionLost, "\(place) took no more input: \(handle.failure).") }
        return max(0, Int(count))
    }

    /// Returns when something about the channel changed, room to write included.
    func roomToWrite(_ channel: SSHChannel, since seen: UInt64) async {
        channel.wantsToWrite = true
        await channel.changed.wait(since: seen)
        channel.wantsToWrite = false
    }

    /// Runs a short text and returns the beginning of its output; nil when `isOver` became true first.
    func ask(_ text: String, orUntil isOver: () -> Bool) async throws(ConnectorError) -> String? {
        guard let channel = try await start(text, endsInput: true, orUntil: isOver) else { return nil }
        defer { dismiss(channel) }
        var answer: [UInt8] = []
        while true {
            let seen = channel.changed.generation
            if let (stream, bytes) = channel.take() {
                if stream == .stdout, answer.count < 4096 { answer += bytes }
                continue
            }
            if channel.isComplete { return String(decoding: answer, as: UTF8.self) }
            _ = try session
            if isOver() { return nil }
            adjustInterest()
            await channel.changed.wait(since: seen)
        }
    }
}
