import ArgumentParser
import Client
import Contracts
import Vocabulary

/// Commands about channels.
struct ChannelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "channel", abstract: "Say where notifications can go: mail, webhooks, Slack, Teams.",
        subcommands: [List.self, Create.self, Test.self, Delete.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List channels, never their secrets.")
        @OptionGroup var options: ServerOptions

        func run() async throws {
            let channels = try await options.connect().all(NotificationsAPI.channels) { PageQuery(limit: 500, cursor: $0) }
            try options.print(channels, ["name", "kind", "to", "routes", "state"], none: "There are no channels.") { channel in
                let to = channel.destination ?? channel.recipients.joined(separator: ", ")
                let state =
                    !channel.enabled
                    ? "disabled"
                    : channel.health.pausedUntil.map { "rests until \($0)" } ?? (channel.health.lastError == nil ? "" : "failing")
                return [channel.name, channel.kind.rawValue, to, String(channel.usedBy), state]
            }
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a channel.", discussion: "Secrets come from files or from standard input (-), never from the command line.")
        @OptionGroup var options: ServerOptions
        @Argument(help: "The name.") var name: String
        @Option(help: "What it is.") var kind: NotificationChannelKind
        @Option(help: "What it is for.") var description: String?
        @Option(name: .customLong("recipient"), help: "A mail address; may be repeated.") var recipients: [String] = []
        @Option(help: "The file with the URL; - is standard input.", completion: .file()) var urlFile: String?
        @Option(help: "The file with the secret that a webhook is signed with; - is standard input.", completion: .file()) var secretFile:
            String?
        @Option(help: "The file with further header fields of a webhook, such as `X-Key: value`, one a line.", completion: .file())
        var headersFile: String?
        @Option(help: "The file with the template of a webhook's body.", completion: .file()) var templateFile: String?
        @Option(help: "The method of a webhook.") var method: WebhookMethod?

        func validate() throws {
            if [urlFile, secretFile, headersFile, templateFile].filter({ $0 == "-" }).count > 1 {
                throw ValidationError("Only one of the files can be standard input.")
            }
        }

        func run() async throws {
            let input = SaveNotificationChannel(
                name: name, kind: kind, description: description, recipients: recipients.isEmpty ? nil : recipients,
                url: try urlFile.map { Secret(try SecretInput.line(from: $0)) }, method: method,
                headers: try headersFile.map { try headers(in: SecretInput.text(from: $0)) },
                signingSecret: try secretFile.map { Secret(try SecretInput.line(from: $0)) },
                template: try templateFile.map { try SecretInput.text(from: $0) })
            let made = try await options.connect().call(NotificationsAPI.createChannel, [:], input)
            try options.print(made) { ["Added \(made.name); test it with: opsconductor channel test \(made.name)"] }
        }

        private func headers(in text: String) throws -> [String: Secret] {
            var headers: [String: Secret] = [:]
            for line in text.split(whereSeparator: \.isNewline) {
                guard let colon = line.firstIndex(of: ":") else {
                    throw ClientFailure.usage("A header field is written as `Name: value`, one a line.")
                }
                headers[String(line[..<colon])] = Secret(String(line[line.index(after: colon)...].drop { $0 == " " }))
            }
            return headers
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Send a test message and say what came of it.")
        @OptionGroup var options: ServerOptions
        @Argument(help: "Name or id.") var channel: String

        func run() async throws {
            let test = try await options.connect().call(NotificationsAPI.testChannel, ["channel": channel])
            try NotificationLines.print(test, options)
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a channel that no route uses.")
        @OptionGroup var options: ServerOptions
        @Argument(help: "Name or id.") var channel: String

        func run() async throws {
            _ = try await options.connect().call(NotificationsAPI.deleteChannel, ["channel": channel])
            if options.output == .table { Terminal.say("Deleted \(channel).") }
        }
    }
}

/// Commands about the mail server.
struct MailServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail-server", abstract: "Say through which server mail is sent.",
        subcommands: [Show.self, Change.self, Test.self, Delete.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the mail server, never its password.")
        @OptionGroup var options: ServerOptions

        func run() async throws {
            let state = try await options.connect().call(NotificationsAPI.mailServer, [:])
            try options.print(state) { MailServerCommand.lines(state) }
        }
    }

    struct Change: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Set the mail server.", discussion: "The password comes from a file or standard input (-).")
        @OptionGroup var options: ServerOptions
        @Argument(help: "The host name or address.") var host: String
        @Option(help: "The TCP port.") var port = 587
        @Option(help: "How the connection is protected.") var security = MailSecurity.startTLS
        @Option(help: "The account; none logs in to none.") var user: String?
        @Option(help: "The file with the password; - is standard input; absent keeps it.", completion: .file()) var passwordFile: String?
        @Option(help: "The address that mail comes from.") var from: String
        @Option(help: "The name that mail comes from.") var fromName: String?

        func run() async throws {
            let input = SaveMailServer(
                host: host, port: port, security: security, username: user,
                password: try passwordFile.map { Secret(try SecretInput.line(from: $0)) }, sender: from, senderName: fromName)
            let state = try await options.connect().call(NotificationsAPI.saveMailServer, [:], input)
            try options.print(state) { MailServerCommand.lines(state) }
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Send a test mail and say what came of it.")
        @OptionGroup var options: ServerOptions
        @Argument(help: "A mail address.") var recipient: String

        func run() async throws {
            let test = try await options.connect().call(NotificationsAPI.testMailServer, [:], TestMailServer(recipient: recipient))
            try NotificationLines.print(test, options)
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Forget the mail server.")
        @OptionGroup var options: ServerOptions

        func run() async throws {
            _ = try await options.connect().call(NotificationsAPI.deleteMailServer, [:])
            if options.output == .table { Terminal.say("There is no mail server now.") }
        }
    }

    private static func lines(_ state: MailServerState) -> [String] {
        guard let server = state.server else { return ["There is no mail server."] }
        let sender = server.senderName.map { "\($0) <\(server.sender)>" } ?? server.sender
        return FieldList.lines([
            ("host", server.host), ("port", String(server.port)), ("security", server.security.rawValue), ("user", server.username),
            ("password", server.hasPassword ? "kept" : "none"), ("from", sender), ("changed by", server.updatedBy),
        ])
    }
}
