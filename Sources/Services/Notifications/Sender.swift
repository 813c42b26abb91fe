import Contracts
import Flow
import Outbound
import Vault
import Vocabulary

/// What came of handing a message over.
struct SendOutcome: Sendable, Hashable {
    /// Whether the other side took it.
    var isSent: Bool
    /// What the other side said, or why nothing came of it, without secrets.
    var answer: String
    /// Whether trying again may help.
    var mayHelp = true
    /// Whether it says something about the channel as a whole.
    var isOfChannel = true
    /// How long the other side wants us to wait.
    var asked: Duration?
}

/// Hands messages over, in the form of their channel.
struct Sender: Sendable {
    let room: NotificationsRoom

    private static let answerLength = 300

    /// Sends a message over a channel. Only a cancelled task throws; everything else is an outcome.
    func send(_ notice: Notice, over stored: StoredChannel, server: StoredMailServer?) async throws(CancellationError) -> SendOutcome {
        if stored.channel.kind == .email {
            guard let server else { return SendOutcome(isSent: false, answer: "There is no mail server; set one first.") }
            return try await mail(notice, to: stored.channel.recipients, through: server)
        }
        let request: (request: OutboundRequest, secrets: [Secret])
        do {
            request = try self.request(notice, stored)
        } catch let mistake as NoticeMistake {
            return SendOutcome(
                isSent: false, answer: "The template of the channel could not be used, line \(mistake.line): \(mistake.detail)",
                mayHelp: false,
                isOfChannel: false)
        } catch {
            return SendOutcome(isSent: false, answer: "The secrets of the channel do not open: \(error)", mayHelp: false)
        }
        let redaction = Redaction(request.secrets)
        do {
            return Self.outcome(try await room.outbound.send(request.request), redaction)
        } catch {
            return try Self.outcome(error, redaction)
        }
    }

    /// Sends a message as mail.
    func mail(_ notice: Notice, to recipients: [String], through stored: StoredMailServer) async throws(CancellationError) -> SendOutcome {
        let server = stored.server
        var secrets: [Secret] = []
        var login: OutboundMail.Login?
        if let username = server.username, let sealed = stored.password {
            do throws(VaultError) {
                let password = Secret(String(decoding: try room.vault.open(sealed, for: NotificationSecret.mailPassword), as: UTF8.self))
                secrets = [password]
                login = OutboundMail.Login(username: username, password: password)
            } catch {
                return SendOutcome(isSent: false, answer: "The password of the mail server does not open: \(error)", mayHelp: false)
            }
        }
        let protection: OutboundMail.Protection =
            switch server.security {
            case .startTLS: .startTLS
            case .tls: .tls
            case .none: .none
            }
        let message = MailFormat.message(notice, from: server.sender, named: server.senderName, to: recipients, at: notice.at)
        let mail = OutboundMail(
            host: server.host, port: server.port, protection: protection, login: login, sender: server.sender, recipients: recipients,
            message: message)
        let redaction = Redaction(secrets)
        do {
            let receipt = try await room.outbound.send(mail)
            let refused = receipt.refusals.isEmpty ? "" : " But not for everybody: \(receipt.refusals.joined(separator: "; "))"
            return SendOutcome(isSent: true, answer: Self.short(receipt.answer + refused, redaction))
        } catch {
            return try Self.outcome(error, redaction)
        }
    }

    private func request(_ notice: Notice, _ stored: StoredChannel) throws -> (request: OutboundRequest, secrets: [Secret]) {
        let channel = stored.channel
        guard let sealed = stored.url else { throw VaultError.malformed }
        let url = try open(sealed, NotificationSecret.url(channel.id))
        let secret = try stored.signingSecret.map { try open($0, NotificationSecret.signingSecret(channel.id)) }
        let own: [String: String] =
            try stored.headers.map { try StoredJSON.value(try open($0, NotificationSecret.headers(channel.id)).reveal()) } ?? [:]
        let body: String =
            switch (channel.kind, channel.template) {
            case (.slack, _): NoticeTemplate.json(ChannelFormats.slack(notice))
            case (.teams, _): NoticeTemplate.json(ChannelFormats.teams(notice))
            case (_, let template?): try ChannelFormats.webhook(notice, template: template)
            default: NoticeTemplate.json(ChannelFormats.webhook(notice))
            }
        let bytes = Array(body.utf8)
        var headers = ChannelFormats.headers(id: notice.id, body: bytes, secret: secret, at: room.clock.now())
        let hasType = own.keys.contains { $0.lowercased() == "content-type" }
        if !hasType { headers.append((name: "Content-Type", value: "application/json")) }
        headers += own.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        let path = url.reveal().split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).dropFirst(3).first.map(String.init)
        return (
            OutboundRequest(
                channel.method?.rawValue ?? "POST", url.reveal(), headers: headers, body: bytes, mostBytes: 4096, cutsLongAnswers: true),
            [url, path.map(Secret.init), secret].compactMap { $0 } + own.values.map(Secret.init)
        )
    }

    private func open(_ sealed: [UInt8], _ place: String) throws(VaultError) -> Secret {
        Secret(String(decoding: try room.vault.open(sealed, for: place), as: UTF8.self))
    }

    private static func outcome(_ response: OutboundResponse, _ redaction: Redaction) -> SendOutcome {
        let said = String(decoding: response.body.prefix(1000), as: UTF8.self)
        let answer = short("HTTP \(response.status)" + (said.isEmpty ? "" : ": \(said)"), redaction)
        switch response.status {
        case 200..<300: return SendOutcome(isSent: true, answer: answer)
        case 300..<400:
            return SendOutcome(
                isSent: false, answer: "HTTP \(response.status): it leads elsewhere, which is not followed; set the URL that it leads to.",
                mayHelp: false)
        case 401, 403, 404, 407, 408, 425, 429, 500...:
            let seconds = response.header("retry-after").flatMap { Int($0) }.map { min(max($0, 0), 86_400) }
            return SendOutcome(isSent: false, answer: answer, asked: seconds.map { .seconds($0) })
        default: return SendOutcome(isSent: false, answer: answer, mayHelp: false, isOfChannel: false)
        }
    }

    private static func outcome(_ error: any Error, _ redaction: Redaction) throws(CancellationError) -> SendOutcome {
        guard let error = error as? OutboundError else { throw CancellationError() }
        let answer = short(error.description, redaction)
        switch error.kind {
        case .forbiddenAddress, .malformed: return SendOutcome(isSent: false, answer: answer, mayHelp: false)
        case .refused(let code):
            return SendOutcome(isSent: false, answer: answer, mayHelp: code < 500 || code == 530 || code == 535, isOfChannel: code < 500)
        case .unknownHost, .unreachable, .timeout, .tls, .tooLong, .login: return SendOutcome(isSent: false, answer: answer)
        }
    }

    /// In one line, without secrets, and not too long.
    private static func short(_ text: String, _ redaction: Redaction) -> String {
        let plain = redaction.text(text).split { $0.isNewline || $0 == "\0" }.joined(separator: " ")
        return plain.count <= answerLength ? plain : plain.prefix(answerLength - 1) + "…"
    }
}
