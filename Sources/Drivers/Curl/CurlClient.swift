import CCurl
import Outbound
import Reactor
import Vocabulary

/// libcurl's multi-socket interface at home on a reactor: HTTP without a thread of its own but the one that resolves names. Its connections
/// serve everybody who asks it, so that its address rules are those of all of them.
package actor CurlClient {
    private struct Running {
        let transfer: CurlTransfer
        let done: Signal
        var result: CURLcode?
        var isGivenUp = false
    }
    private static let mostIdle = 64

    /// Where it lives.
    package nonisolated let reactor: Reactor
    /// See `Actor`.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
    private let settings: CurlSettings
    private var multi: UnsafeMutableRawPointer?
    private var idle: [UnsafeMutableRawPointer] = []
    private var running: [UnsafeMutableRawPointer: Running] = [:]
    private var watched: Set<Int32> = []
    private var timer: UInt64?
    private var isClosed = false

    /// Makes a client that lives on a reactor.
    package init(_ settings: CurlSettings, on reactor: Reactor) {
        self.settings = settings
        self.reactor = reactor
        multi = nil
    }

    /// Makes a request, see `Outbound`.
    package func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        try Task.checkCancellation()
        guard let multi = start(), let handle = idle.popLast() ?? curl_easy_init() else {
            throw OutboundError(.unreachable, "There is no memory left for a connection.")
        }
        let transfer = CurlTransfer(rules: settings.rules, mostBytes: request.mostBytes, keepsLastHead: true)
        defer { putBack(handle) }
        settings.apply(
            to: handle, protocols: "http,https", timeout: request.timeout, connectTimeout: request.connectTimeout)
        try request.apply(to: handle, transfer)
        running[handle] = Running(transfer: transfer, done: Signal(reactor))
        curl_multi_add_handle(multi, handle)
        defer {
            // What has not ended loses its connection here.
            if self.multi != nil { curl_multi_remove_handle(multi, handle) }
            running[handle] = nil
        }
        let result = try await ended(handle)
        if result == CURLE_OK || result == CURLE_WRITE_ERROR && transfer.isFull && request.cutsLongAnswers {
            return OutboundResponse(
                status: curl_ask_long(handle, CURLINFO_RESPONSE_CODE), headers: transfer.fields, body: transfer.body,
                isCut: transfer.isFull, newConnections: curl_ask_long(handle, CURLINFO_NUM_CONNECTS))
        }
        throw transfer.failure(result)
    }

    /// Ends all transfers and connections; later requests fail.
    package func close() {
        guard let multi else { return }
        for (handle, run) in running {
            curl_multi_remove_handle(multi, handle)
            running[handle]?.isGivenUp = true
            run.done.fire()
        }
        for handle in idle { curl_easy_cleanup(handle) }
        idle = []
        curl_multi_cleanup(multi)
        self.multi = nil
        isClosed = true
        for descriptor in watched { reactor.unwatch(descriptor) }
        watched = []
        if let timer { reactor.cancelTimer(timer) }
        timer = nil
    }

    /// Waits for the end of a transfer.
    private func ended(_ handle: UnsafeMutableRawPointer) async throws -> CURLcode {
        guard let done = running[handle]?.done else { throw CancellationError() }
        let number = UInt(bitPattern: handle)
        return try await withTaskCancellationHandler {
            while true {
                let seen = done.generation
                guard let run = running[handle], !run.isGivenUp else { throw CancellationError() }
                if let result = run.result { return result }
                await done.wait(since: seen)
            }
        } onCancel: {
            reactor.submit { self.assumeIsolated { $0.giveUp(number) } }
        }
    }

    private func giveUp(_ number: UInt) {
        guard let handle = UnsafeMutableRawPointer(bitPattern: number) else { return }
        running[handle]?.isGivenUp = true
        running[handle]?.done.fire()
    }

    private func putBack(_ handle: UnsafeMutableRawPointer) {
        curl_easy_reset(handle)
        if idle.count < Self.mostIdle, !isClosed { idle.append(handle) } else { curl_easy_cleanup(handle) }
    }

    // MARK: What libcurl asks of the reactor

    /// The multi handle, made when it is first needed.
    private func start() -> UnsafeMutableRawPointer? {
        if multi != nil || isClosed { return multi }
        guard CurlSettings.isReady, let made = curl_multi_init() else { return nil }
        let me = Unmanaged.passUnretained(self).toOpaque()
        curl_multi_on_socket(
            made,
            { _, descriptor, interest, user, _ in
                CurlClient.from(user)?.assumeIsolated { $0.watch(descriptor, interest) }
                return 0
            }, me)
        curl_multi_on_timer(
            made,
            { _, milliseconds, user in
                CurlClient.from(user)?.assumeIsolated { $0.setTimer(milliseconds) }
                return 0
            }, me)
        curl_multi_set_long(made, CURLMOPT_MAXCONNECTS, 256)
        multi = made
        return made
    }

    private static func from(_ user: UnsafeMutableRawPointer?) -> CurlClient? {
        user.map { Unmanaged.fromOpaque($0).takeUnretainedValue() }
    }

    private func watch(_ descriptor: Int32, _ interest: Int32) {
        if interest == CURL_POLL_REMOVE {
            watched.remove(descriptor)
            return reactor.unwatch(descriptor)
        }
        var wanted: Readiness = []
        if interest & CURL_POLL_IN != 0 { wanted.insert(.readable) }
        if interest & CURL_POLL_OUT != 0 { wanted.insert(.writable) }
        guard watched.insert(descriptor).inserted else { return reactor.change(descriptor, to: wanted) }
        reactor.watch(descriptor, for: wanted) { [weak self] readiness in
            self?.assumeIsolated { $0.act(on: descriptor, readiness) }
        }
    }

    private func act(on descriptor: Int32, _ readiness: Readiness) {
        var events: Int32 = 0
        if readiness.contains(.readable) { events |= CURL_CSELECT_IN }
        if readiness.contains(.writable) { events |= CURL_CSELECT_OUT }
        if !readiness.isDisjoint(with: .broken) { events |= CURL_CSELECT_ERR }
        proceed(descriptor, events)
    }

    private func setTimer(_ milliseconds: Int) {
        if let timer { reactor.cancelTimer(timer) }
        timer = nil
        guard milliseconds >= 0 else { return }
        timer = reactor.timer(at: .now() + .milliseconds(milliseconds)) { [weak self] in
            self?.assumeIsolated { client in
                client.timer = nil
                client.proceed(CURL_SOCKET_TIMEOUT, 0)
            }
        }
    }

    private func proceed(_ descriptor: Int32, _ events: Int32) {
        guard let multi else { return }
        var (stillRunning, left): (Int32, Int32) = (0, 0)
        curl_multi_socket_action(multi, descriptor, events, &stillRunning)
        while let message = curl_multi_info_read(multi, &left) {
            guard curl_message_is_done(message) != 0, let handle = message.pointee.easy_handle else { continue }
            running[handle]?.result = curl_message_result(message)
            running[handle]?.done.fire()
        }
    }
}
