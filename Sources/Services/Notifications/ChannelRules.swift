import Contracts
import Foundation
import Vocabulary

/// What may be saved of channels and the mail server. Pure.
enum ChannelRules {
    /// Names of header fields that are this program's own to set.
    private static let ownHeaders: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "expect", "upgrade", "x-opsconductor-delivery",
        "x-opsconductor-timestamp", "x-opsconductor-signature",
    ]

    /// Everything that is wrong with a channel. `hasURL` says whether one is kept already.
    static func mistakes(in save: SaveNotificationChannel, hasURL: Bool) -> [ProblemPlace] {
        var places: [ProblemPlace] = []
        let name = "[A-Za-z0-9][A-Za-z0-9._-]{0,127}"
        if save.name.range(of: "^\(name)$", options: .regularExpression) == nil {
            places.append(
                ProblemPlace("A name begins with a letter or digit and holds these, dots, hyphens and underscores.", pointer: "#/name"))
        }
        places += save.kind == .email ? mailMistakes(save) : httpMistakes(save, hasURL: hasURL)
        if save.kind != .webhook {
            let foreign: [(String, Bool)] = [
                ("method", save.method != nil), ("headers", save.headers?.isEmpty == false), ("template", save.template?.isEmpty == false),
                ("signing_secret", save.signingSecret?.reveal().isEmpty == false),
            ]
            places += foreign.filter(\.1).map {
                ProblemPlace("A channel of the kind \(save.kind.rawValue) has no \($0.0).", pointer: "#/\($0.0)")
            }
        }
        return places
    }

    private static func mailMistakes(_ save: SaveNotificationChannel) -> [ProblemPlace] {
        var places: [ProblemPlace] = []
        let recipients = save.recipients ?? []
        if recipients.isEmpty { places.append(ProblemPlace("Mail needs at least one recipient.", pointer: "#/recipients")) }
        for (index, recipient) in recipients.enumerated() where !MailFormat.isAddress(recipient) {
            places.append(ProblemPlace("This is no mail address such as ops@example.org.", pointer: "#/recipients/\(index)"))
        }
        if save.url?.reveal().isEmpty == false { places.append(ProblemPlace("A channel of the kind email has no URL.", pointer: "#/url")) }
        return places
    }

    private static func httpMistakes(_ save: SaveNotificationChannel, hasURL: Bool) -> [ProblemPlace] {
        var places: [ProblemPlace] = []
        if save.recipients?.isEmpty == false {
            places.append(ProblemPlace("A channel of the kind \(save.kind.rawValue) has no recipients.", pointer: "#/recipients"))
        }
        if let url = save.url?.reveal(), !url.isEmpty {
            if origin(of: url) == nil {
                places.append(ProblemPlace("This is no URL with the scheme https or http.", pointer: "#/url"))
            }
        } else if !hasURL {
            places.append(ProblemPlace("The URL is missing.", pointer: "#/url"))
        }
        places += headerMistakes(save.headers ?? [:])
        if let template = save.template, !template.isEmpty { places += templateMistakes(template) }
        return places
    }

    private static func headerMistakes(_ headers: [String: Secret]) -> [ProblemPlace] {
        var places: [ProblemPlace] = []
        if headers.count > 50 { places.append(ProblemPlace("There are at most 50 header fields.", pointer: "#/headers")) }
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
            let pointer = "#/headers/\(name.replacing("~", with: "~0").replacing("/", with: "~1"))"
            if name.range(of: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$", options: .regularExpression) == nil {
                places.append(ProblemPlace("This is no name of a header field.", pointer: pointer))
            } else if ownHeaders.contains(name.lowercased()) {
                places.append(ProblemPlace("The header field \(name) is set by OpsConductor itself.", pointer: pointer))
            }
            let text = value.reveal()
            if text.utf8.count > 4000 || text.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7f }) {
                places.append(ProblemPlace("A header field has at most 4000 bytes and no line breaks.", pointer: pointer))
            }
        }
        return places
    }

    /// What is wrong with the template of a webhook's body: with sample values, one that begins like JSON has to be JSON.
    static func templateMistakes(_ template: String) -> [ProblemPlace] {
        let kind = NotificationEventKind.failed
        let event = TellableEvent(
            summary: NotificationEvent(
                id: "", kind: kind, severity: .warning, title: "A job failed", at: .sample),
            content: EventContent.sample(kind, publicURL: nil))
        let notice = NoticeWriter.notice(id: "sample", events: [event], kinds: [kind: 1], subject: nil, body: nil)
        do throws(NoticeMistake) {
            let text = try ChannelFormats.webhook(notice, template: template)
            let begin = template.first { !$0.isWhitespace }
            guard begin == "{" || begin == "[" else { return [] }
            guard (try? JSONSerialization.jsonObject(with: Data(text.utf8))) != nil else {
                return [
                    ProblemPlace(
                        "With sample values this begins like JSON but is none; texts need quotes around them.", pointer: "#/template")
                ]
            }
            return []
        } catch {
            return [error.place("#/template")]
        }
    }

    /// Scheme, host and port of a URL; nil for what is none that is sent to.
    static func origin(of url: String) -> String? {
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), let parts = URLComponents(string: url),
            let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty
        else { return nil }
        return "\(scheme)://\(host)" + (parts.port.map { ":\($0)" } ?? "")
    }

    /// Everything that is wrong with a mail server. `hasPassword` says whether one is kept already.
    static func mistakes(in save: SaveMailServer, hasPassword: Bool) -> [ProblemPlace] {
        var places: [ProblemPlace] = []
        let isPlain: (UInt8) -> Bool = { $0 > 0x20 && $0 < 0x7f && !"/?#@<>\\%".utf8.contains($0) }
        if !save.host.utf8.allSatisfy(isPlain) {
            places.append(ProblemPlace("This is no host name or address.", pointer: "#/host"))
        }
        if !MailFormat.isAddress(save.sender) {
            places.append(ProblemPlace("This is no mail address such as ops@example.org.", pointer: "#/sender"))
        }
        let controls: (String) -> Bool = { $0.utf8.contains { $0 < 0x20 || $0 == 0x7f } }
        if controls(save.senderName ?? "") { places.append(ProblemPlace("A name holds no control characters.", pointer: "#/sender_name")) }
        let hasUser = save.username?.isEmpty == false
        if hasUser, controls(save.username ?? "") {
            places.append(ProblemPlace("An account holds no control characters.", pointer: "#/username"))
        }
        let willHavePassword = save.password.map { !$0.reveal().isEmpty } ?? hasPassword
        if hasUser, !willHavePassword { places.append(ProblemPlace("The account needs a password.", pointer: "#/password")) }
        if !hasUser, save.password?.reveal().isEmpty == false {
            places.append(ProblemPlace("A password without an account is of no use.", pointer: "#/username"))
        }
        if hasUser, save.security == .none {
            places.append(
                ProblemPlace(
                    "Without TLS the password would be sent for all to read; use starttls or tls, or no account.", pointer: "#/security"))
        }
        return places
    }
}
