import ArgumentParser
import Client
import Contracts
import Vocabulary
import Web

/// Commands about who hears of what.
struct NotificationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notification", abstract: "Say who hears of what, and see what was sent.",
        subcommands: [RouteCommand.self, Deliveries.self, Again.self])

    struct RouteCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "route", abstract: "Say which events go to which channels.",
            subcommands: [List.self, Apply.self, Preview.self, Delete.self])
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List routes.")
        @OptionGroup var options: ServerOptions

        func run() async throws {
            let routes = try await options.connect().all(NotificationsAPI.routes) { PageQuery(limit: 500, cursor: $0) }
            try options.print(routes, ["name", "events", "jobs", "to", "state"], none: "There are no routes.") { route in
                [
                    route.name, route.filter.kinds.map(\.rawValue).joined(separator: ", "),
                    route.filter.jobs?.joined(separator: ", ") ?? "", route.channels.joined(separator: ", "),
                    route.enabled ? "" : "disabled",
                ]
            }
        }
    }

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create or change routes by name, from JSON.",
            discussion: "A file holds one route or a list of them, as `route list --output json` prints them; - is standard input.")
        @OptionGroup var options: ServerOptions
        @Argument(help: "Files.", completion: .file()) var files: [String]

        func run() async throws {
            let server = try options.connect()
            var saved: [NotificationRoute] = []
            for route in try files.flatMap({ try read($0) }) {
                do {
                    saved.append(try await server.call(NotificationsAPI.updateRoute, ["route": route.name], route))
                } catch let problem as Problem where problem.status == 404 {
                    saved.append(try await server.call(NotificationsAPI.createRoute, [:], route))
                }
            }
            try options.print(saved) { saved.map { "\($0.name): revision \($0.revision)" } }
        }

        private func read(_ file: String) throws -> [SaveNotificationRoute] {
            let bytes = Array(try SecretInput.text(from: file).utf8)
            let isList = bytes.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) } == UInt8(ascii: "[")
            do {
                return isList
                    ? try JSONCodec.decode([SaveNotificationRoute].self, from: bytes)
                    : [try JSONCodec.decode(SaveNotificationRoute.self, from: bytes)]
            } catch let problem as Problem {
                throw ClientFailure.usage("\(file): \(problem.detail)")
            } catch is DecodingError {
                throw ClientFailure.usage("\(file) holds no route as JSON, with name, filter.kinds and channels.")
            }
        }
    }

    struct Preview: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what a message would look like, without sending it.")
        @OptionGroup var options: ServerOptions
        @Argument(help: "A route by name or id; the usual words when absent.") var route: String?
        @Option(help: "The kind of a sample event.") var event: NotificationEventKind?
        @Option(help: "An execution by id or serial, instead of a sample.") var execution: String?
        @Option(help: "The kind of channel whose format is shown.") var channel: NotificationChannelKind?

        func run() async throws {
            let server = try options.connect()
            var ask = PreviewNotification(kind: event, execution: execution, channel: channel)
            if let route {
                let found = try await server.call(NotificationsAPI.showRoute, ["route": route])
                (ask.subject, ask.body) = (found.subject, found.body)
            }
            let shown = try await server.call(NotificationsAPI.preview, [:], ask)
            try options.print(shown) {
                let text = shown.payload ?? "\(shown.subject)\n\n\(shown.body)"
                return text.split(separator: "\n", omittingEmptySubsequences: false).map { TextTable.visible(String($0)) }
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a route; what it had not sent yet is dropped.")
        @OptionGroup var options: ServerOptions
        @Argument(help: "Name or id.") var route: String

        func run() async throws {
            _ = try await options.connect().call(NotificationsAPI.deleteRoute, ["route": route])
            if options.output == .table { Terminal.say("Deleted \(route).") }
        }
    }

    struct Deliveries: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what was sent, waits or failed, the latest first.")
        @OptionGroup var options: ServerOptions
        @Option(help: "Only in this state.") var state: DeliveryState?
        @Option(help: "Only over this channel.") var channel: String?
        @Option(help: "Only of this route.") var route: String?
        @Option(help: "Only about this execution, by serial.") var execution: String?
        @Option(help: "At most so many.") var limit = 50

        func run() async throws {
            let page = try await options.connect().call(
                NotificationsAPI.deliveries, [:],
                DeliveryQuery(state: state, channel: channel, route: route, execution: execution, limit: limit))
            try options.print(page.items, ["id", "when", "channel", "state", "tries", "subject", "answer"], none: "Nothing was sent.") {
                delivery in
                [
                    delivery.id, delivery.createdAt.description, delivery.channel, delivery.state.rawValue, String(delivery.attempts),
                    delivery.subject, delivery.reason ?? delivery.history.last?.answer ?? "",
                ]
            }
        }
    }

    struct Again: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "send-again", abstract: "Send a delivery again, under the id that it had.")
        @OptionGroup var options: ServerOptions
        @Argument(help: "The id of the delivery.") var delivery: String

        func run() async throws {
            let sent = try await options.connect().call(NotificationsAPI.sendAgain, ["delivery": delivery])
            try options.print(sent) { ["\(sent.subject) is sent again over \(sent.channel)."] }
        }
    }
}

/// Commands about alerts.
struct AlertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alert", abstract: "See what is wrong, and say that somebody takes care of it.",
        subcommands: [List.self, Acknowledge.self, Resolve.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List alerts, the latest first.")
        @OptionGroup var options: ServerOptions
        @Flag(help: "With those that are over.") var all = false

        func run() async throws {
            let alerts = try await options.connect().all(NotificationsAPI.alerts) { AlertQuery(all: all, limit: 500, cursor: $0) }
            try options.print(alerts, ["id", "state", "severity", "about", "since", "events", "last"], none: "Nothing is wrong.") { alert in
                [
                    alert.id.text, alert.state.rawValue, alert.severity.rawValue, alert.subject, alert.openedAt.description,
                    String(alert.events),
                    alert.title,
                ]
            }
        }
    }

    struct Acknowledge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say that you take care of an alert, which ends its reminders.")
        @OptionGroup var options: ServerOptions
        @Argument(help: "The id of the alert.") var alert: String
        @Option(help: "A sentence for others.") var note: String?

        func run() async throws {
            let changed = try await options.connect().call(NotificationsAPI.acknowledge, ["alert": alert], AlertNote(note: note))
            try options.print(changed) { ["\(changed.subject) is acknowledged."] }
        }
    }

    struct Resolve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End an alert by hand.")
        @OptionGroup var options: ServerOptions
        @Argument(help: "The id of the alert.") var alert: String
        @Option(help: "A sentence for others.") var note: String?

        func run() async throws {
            let changed = try await options.connect().call(NotificationsAPI.resolve, ["alert": alert], AlertNote(note: note))
            try options.print(changed) { ["\(changed.subject) is resolved."] }
        }
    }
}

/// How results of notifications are printed.
enum NotificationLines {
    /// Prints what came of a test; one that was not taken is a failure of the command.
    static func print(_ test: NotificationTest, _ options: ServerOptions) throws {
        try options.print(test) { [test.sent ? "Sent as \(test.messageId): \(test.answer)" : "Not sent: \(test.answer)"] }
        if !test.sent { throw ExitCode(1) }
    }
}

extension NotificationChannelKind: ExpressibleByArgument {}
extension NotificationEventKind: ExpressibleByArgument {}
extension WebhookMethod: ExpressibleByArgument {}
extension MailSecurity: ExpressibleByArgument {}
extension DeliveryState: ExpressibleByArgument {}
