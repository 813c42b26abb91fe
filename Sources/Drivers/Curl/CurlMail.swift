import CCurl
import Outbound
import Reactor
import Synchronization
import Vocabulary

/// Hands mail to servers. It runs on threads of its own, because libcurl says goodbye to a mail server by waiting for its answer.
struct CurlMail: Sendable {
    private static let threads = BlockingThreads(limit: 8)
    /// A mail server that says nothing for so long is left.
    private static let silence = 30

    /// Whether the task was cancelled.
    private final class Cancellation: Sendable {
        let isCancelled = Atomic<Bool>(false)
    }

    let settings: CurlSettings

    /// Hands over a message, see `Outbound`.
    func send(_ mail: OutboundMail) async throws -> MailReceipt {
        let cancellation = Cancellation()
        let result: Result<MailReceipt, OutboundError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                Self.threads.submit { continuation.resume(returning: perform(mail, cancellation)) }
            }
        } onCancel: {
            cancellation.isCancelled.store(true, ordering: .relaxed)
        }
        if case .failure = result { try Task.checkCancellation() }
        return try result.get()
    }

    private func perform(_ mail: OutboundMail, _ cancellation: Cancellation) -> Result<MailReceipt, OutboundError> {
        if cancellation.isCancelled.load(ordering: .relaxed) { return .failure(OutboundError(.timeout, "It was cancelled.")) }
        guard mail.isWellFormed else {
            return .failure(OutboundError(.malformed, "An address or the name of the mail server holds what it cannot hold."))
        }
        guard CurlSettings.isReady, let handle = curl_easy_init() else {
            return .failure(OutboundError(.unreachable, "There is no memory left for a connection."))
        }
        defer { curl_easy_cleanup(handle) }
        let transfer = CurlTransfer(rules: settings.rules, mostBytes: 0, keepsLastHead: false)
        settings.apply(
            to: handle, protocols: "smtp,smtps", timeout: mail.timeout, connectTimeout: mail.connectTimeout)
        mail.apply(to: handle, transfer)
        curl_set_long(handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, min(Self.silence, max(1, Int(mail.timeout.seconds.rounded(.up)))))
        curl_set_progress_callback(handle) { user, _, _, _, _ in
            guard let user else { return 1 }
            return Unmanaged<Cancellation>.fromOpaque(user).takeUnretainedValue().isCancelled.load(ordering: .relaxed) ? 1 : 0
        }
        curl_set_pointer(handle, CURLOPT_XFERINFODATA, Unmanaged.passUnretained(cancellation).toOpaque())
        curl_set_long(handle, CURLOPT_NOPROGRESS, 0)
        let result = withExtendedLifetime((transfer, cancellation)) { curl_easy_perform(handle) }
        guard result == CURLE_OK else {
            return .failure(transfer.failure(result, code: curl_ask_long(handle, CURLINFO_RESPONSE_CODE)))
        }
        return .success(transfer.receipt)
    }
}

extension OutboundMail {
    /// Whether nothing in it could be taken for another command.
    fileprivate var isWellFormed: Bool {
        let isPlain: (String) -> Bool = { text in
            !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
        }
        return !recipients.isEmpty && ([sender, host] + recipients).allSatisfy(isPlain) && !host.contains { "/?#@".contains($0) }
    }

    /// Sets the options of a handle.
    fileprivate func apply(to handle: UnsafeMutableRawPointer, _ transfer: CurlTransfer) {
        transfer.attach(to: handle)
        let scheme = if case .tls = protection { "smtps" } else { "smtp" }
        let place = host.contains(":") ? "[\(host)]" : host
        // What we call ourselves: the domain that we write for.
        let domain = sender.split(separator: "@").last.map(String.init) ?? ""
        let isDomain = !domain.isEmpty && domain.utf8.allSatisfy { $0 < 0x80 } && !domain.contains { "/?#%".contains($0) }
        curl_set_text(handle, CURLOPT_URL, "\(scheme)://\(place):\(port)" + (isDomain ? "/\(domain)" : ""))
        if case .none = protection {} else { curl_set_long(handle, CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
        if let login {
            curl_set_text(handle, CURLOPT_USERNAME, login.username)
            curl_set_text(handle, CURLOPT_PASSWORD, login.password.reveal())
        }
        curl_set_text(handle, CURLOPT_MAIL_FROM, sender)
        curl_set_list(handle, CURLOPT_MAIL_RCPT, transfer.list(recipients))
        // One address that is gone does not keep the message from the others.
        curl_set_long(handle, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1)
        transfer.sends(message, over: handle)
    }
}

extension CurlTransfer {
    /// What a mail server said, out of all its lines: it asked for the message with 354, and its next line is about that.
    fileprivate var receipt: MailReceipt {
        let asked = lines.lastIndex { $0.hasPrefix("354") }
        let answer = asked.flatMap { $0 + 1 < lines.count ? lines[$0 + 1] : nil }
        let refusals = lines[..<(asked ?? lines.count)].filter { $0.hasPrefix("4") || $0.hasPrefix("5") }
        return MailReceipt(answer: answer ?? "The message was taken.", refusals: refusals)
    }
}
