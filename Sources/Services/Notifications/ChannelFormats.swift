import Contracts
import Crypto
import Foundation
import Vocabulary

/// How messages look over HTTP.
enum ChannelFormats {
    /// The documented JSON of webhooks.
    static func webhook(_ notice: Notice) -> JSONValue {
        .object([
            "id": .string(notice.id), "subject": .string(notice.subject), "text": .string(notice.body),
            "severity": .string(notice.severity.rawValue), "event_count": .integer(Int64(notice.count)),
            "reminder": .integer(Int64(notice.reminder)),
            "events": .array(notice.events.map { .object($0.content(count: notice.count, reminder: notice.reminder)) }),
        ])
    }

    /// The body of a webhook with a template of its own. It reads what route templates read of the first event, and `message`.
    /// - Throws: `NoticeMistake`.
    static func webhook(_ notice: Notice, template: String) throws(NoticeMistake) -> String {
        var content = notice.events.first?.content(count: notice.count, reminder: notice.reminder) ?? [:]
        content["message"] = .object([
            "id": .string(notice.id), "subject": .string(notice.subject), "text": .string(notice.body),
            "severity": .string(notice.severity.rawValue),
        ])
        let begin = template.first { !$0.isWhitespace }
        return try NoticeTemplate(parsing: template).render(
            content, escaping: begin == "{" || begin == "[" ? .json : .none, most: 4 * NoticeLimit.body)
    }

    /// An incoming webhook of Slack: blocks, with the subject as the text of notifications.
    static func slack(_ notice: Notice) -> JSONValue {
        let mark = notice.severity == .critical ? ":red_circle: " : notice.severity == .warning ? ":warning: " : ""
        var blocks: [JSONValue] = [
            .object(["type": "section", "text": .object(["type": "mrkdwn", "text": .string("\(mark)*\(slackText(notice.subject))*")])])
        ]
        for piece in pieces(slackText(notice.body), of: 2900).prefix(10) {
            blocks.append(.object(["type": "section", "text": .object(["type": "mrkdwn", "text": .string("```\(piece)```")])]))
        }
        if let link = notice.link {
            let button: JSONValue = .object([
                "type": "button", "text": .object(["type": "plain_text", "text": "Open"]), "url": .string(link),
            ])
            blocks.append(.object(["type": "actions", "elements": .array([button])]))
        }
        return .object(["text": .string(slackText(notice.subject)), "blocks": .array(blocks)])
    }

    /// An incoming webhook of Microsoft Teams: an adaptive card.
    static func teams(_ notice: Notice) -> JSONValue {
        let colour: JSONValue = notice.severity == .critical ? "attention" : notice.severity == .warning ? "warning" : "default"
        var card: [String: JSONValue] = [
            "type": "AdaptiveCard", "version": "1.4",
            "body": .array([
                .object([
                    "type": "TextBlock", "size": "medium", "weight": "bolder", "wrap": true, "color": colour,
                    "text": .string(plain(notice.subject)),
                ]),
                .object(["type": "TextBlock", "wrap": true, "fontType": "monospace", "text": .string(plain(notice.body))]),
            ]),
        ]
        if let link = notice.link {
            card["actions"] = .array([.object(["type": "Action.OpenUrl", "title": "Open", "url": .string(link)])])
        }
        return .object([
            "type": "message",
            "attachments": .array([
                .object(["contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": .null, "content": .object(card)])
            ]),
        ])
    }

    /// The header fields that every message over HTTP has; with a secret it is signed: HMAC-SHA256 over the time, a dot and the body, in hexadecimal digits.
    static func headers(id: String, body: [UInt8], secret: Secret?, at now: Timestamp) -> [(name: String, value: String)] {
        let seconds = String(now.milliseconds / 1000)
        var headers = [("X-OpsConductor-Delivery", id), ("X-OpsConductor-Timestamp", seconds)]
        if let secret {
            let key = SymmetricKey(data: Data(secret.reveal().utf8))
            let code = HMAC<SHA256>.authenticationCode(for: Data(seconds.utf8) + Data(".".utf8) + Data(body), using: key)
            headers.append(
                ("X-OpsConductor-Signature", "v1=" + code.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()))
        }
        return headers.map { (name: $0.0, value: $0.1) }
    }

    /// What Slack takes for syntax is written so that it is none.
    private static func slackText(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("```", with: "'''")
    }

    /// What Markdown takes for syntax is written so that it is none; line breaks stay.
    private static func plain(_ text: String) -> String {
        var plain = ""
        for letter in text {
            if "\\`*_[]()#!<>~".contains(letter) { plain.append("\\") }
            plain.append(letter)
            if letter == "\n" { plain.append("\n") }
        }
        return plain
    }

    private static func pieces(_ text: String, of length: Int) -> [Substring] {
        var (pieces, rest): ([Substring], Substring) = ([], text[...])
        while !rest.isEmpty {
            pieces.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return pieces
    }
}
