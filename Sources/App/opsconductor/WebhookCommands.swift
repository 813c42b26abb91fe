import ArgumentParser
import Client
import Contracts
import Vocabulary
import Web

/// Commands about webhooks.
struct WebhookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook", abstract: "Let messages from outside start jobs.",
        subcommands: [
            List.self, Create.self, Show.self, Rotate.self, DryRun.self, Deliveries.self, Delivery.self, Redeliver.self, Delete.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List webhooks.")
        @OptionGroup var options: ServerOptions

        func run() async throws {
            let webhooks = try await options.connect().all(SchedulesAPI.webhooks) { PageQuery(limit: 500, cursor: $0) }
            try options.print(webhooks, ["name", "serial", "job", "format", "last", "at", "owner"], none: "There are no webhooks.") {
                [
                    $0.definition.name, $0.serial, $0.job.name,
                    $0.definition.format.rawValue + ($0.definition.enabled == false ? " (off)" : ""),
                    $0.last?.state.rawValue ?? "", $0.last?.receivedAt.description ?? "", $0.owner.name,
                ]
            }
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add a webhook; its secret is printed once.")
        @OptionGroup var options: ServerOptions
        @Argument(help: "The name.") var name: String
        @Option(help: "The job, by name, serial or id.") var job: String
        @Option(help: "How messages are signed: opsconductor, github, gitlab or stripe.") var format: WebhookFormat = .opsconductor
        @Option(help: "What it is for.") var description: String?
        @Option(name: .shortAndLong, help: "A parameter from a path, as NAME=body.ref or NAME=headers.x-name; may be repeated.")
        var parameter: [String] = []
        @Option(help: "The value of a parameter with nothing at its path, as NAME=VALUE; may be repeated.") var `default`: [String] = []
        @Option(help: "A parameter with a constant, as NAME=VALUE; may be repeated.") var constant: [String] = []
        @Option(help: "An expression over body and headers; other messages are ignored.") var filter: String?
        @Option(help: "A filter of the targets; the job's own when absent.") var on: String?
        @Option(help: "A path that is not recorded; may be repeated.") var mask: [String] = []
        @Option(help: "A path to what names a delivery, such as body.id.") var deliveryId: String?
        @Option(help: "The header with the signature, for the format stripe.") var signatureHeader: String?
        @Option(help: "Seconds that the time of a message may be off, and that it is known by if it comes again.") var replaySeconds: Int?
        @Option(help: "A file with the secret, or - for standard input; one is made up when absent.") var secretFile: String?

        func run() async throws {
            let secret = try secretFile.map { Secret(try SecretInput.line(from: $0)) }
            let server = try options.connect()
            let found = try await server.call(JobsAPI.show, ["job": job])
            let definition = WebhookDefinition(
                name: name, description: description, job: found.serial, format: format, signatureHeader: signatureHeader,
                deliveryId: deliveryId, replaySeconds: replaySeconds, filter: filter,
                run: TriggeredRun(parameters: try mapping(found.definition.parameters ?? []), targets: on), masks: mask.isEmpty ? nil : mask
            )
            let made = try await server.call(SchedulesAPI.createWebhook, [:], SaveWebhook(definition: definition, secret: secret))
            try options.print(made) {
                ["Added \(TextTable.visible(made.webhook.definition.name)) as \(made.webhook.serial)."]
                    + WebhookText.secret(made)
            }
        }

        private func mapping(_ definitions: [ParameterDefinition]) throws -> [String: MappedValue] {
            let paths = try RunInput.pairs(parameter, "a path")
            let fallbacks = try RunInput.parameters(given: `default`, secretFiles: [], definitions: definitions)
            let constants = try RunInput.parameters(given: constant, secretFiles: [], definitions: definitions)
            var values = constants.mapValues { MappedValue(value: $0) }
            for (name, path) in paths {
                guard values[name] == nil else { throw ClientFailure.usage("\(name) is given twice.") }
                values[name] = MappedValue(from: path, default: fallbacks[name])
            }
            if let stranger = fallbacks.keys.sorted().first(where: { paths[$0] == nil }) {
                throw ClientFailure.usage("\(stranger) has a default and no path; say --parameter \(stranger)=PATH too.")
            }
            return values
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a webhook.")
        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var webhook: String

        func run() async throws {
            let found = try await options.connect().call(SchedulesAPI.webhook, ["webhook": webhook])
            try options.print(found) { WebhookText.lines(found) }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Give a webhook a new secret, which is printed once.")
        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var webhook: String
        @Option(help: "Seconds that the present secret still counts; a day when absent, 0 for not at all.") var overlapSeconds: Int?
        @Option(help: "A file with the secret, or - for standard input; one is made up when absent.") var secretFile: String?

        func run() async throws {
            let secret = try secretFile.map { Secret(try SecretInput.line(from: $0)) }
            let rotated = try await options.connect().call(
                SchedulesAPI.rotateWebhook, ["webhook": webhook], RotateWebhook(overlapSeconds: overlapSeconds, secret: secret))
            try options.print(rotated) {
                [
                    rotated.webhook.oldSecretUntil.map { "The secret before counts until \($0)." }
                        ?? "The secret before does not count any more."
                ] + WebhookText.secret(rotated)
            }
        }
    }

    struct Deliveries: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the messages to a webhook, newest first.")
        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var webhook: String
        @Option(help: "Only in this state: received, started, ignored, refused or duplicate.") var state: WebhookDeliveryState?
        @Option(help: "At most so many.") var limit = 50

        func run() async throws {
            let page = try await options.connect().call(
                SchedulesAPI.deliveries, ["webhook": webhook], WebhookDeliveryQuery(state: state, limit: min(max(limit, 1), 500)))
            try options.print(page.items, ["id", "at", "state", "execution", "bytes", "from", "reason"], none: "There are no messages.") {
                [
                    $0.id.text, $0.receivedAt.description, $0.state.rawValue, $0.execution ?? "", String($0.bytes), $0.address ?? "",
                    $0.reason ?? "",
                ]
            }
        }
    }

    struct Delivery: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what came with a message.")
        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var webhook: String
        @Argument(help: "The delivery's id.") var delivery: String

        func run() async throws {
            let found = try await options.connect().call(SchedulesAPI.delivery, ["webhook": webhook, "delivery": delivery])
            try options.print(found) {
                let head = FieldList.lines([
                    ("state", found.delivery.state.rawValue), ("reason", found.delivery.reason), ("execution", found.delivery.execution),
                    ("at", found.delivery.receivedAt.description), ("from", found.delivery.address), ("note", found.note),
                ])
                let headers = found.headers.sorted { $0.key < $1.key }.map { TextTable.visible("\($0.key): \($0.value)") }
                let body = found.body.flatMap { try? JSONCodec.text($0) }.map { [TextTable.visible($0)] } ?? []
                return head + [""] + headers + [""] + body
            }
        }
    }

    struct Redeliver: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Do again what a message asked for.")
        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var webhook: String
        @Argument(help: "The delivery's id.") var delivery: String

        func run() async throws {
            let receipt = try await options.connect().call(SchedulesAPI.redeliver, ["webhook": webhook, "delivery": delivery])
            try options.print(receipt) { [WebhookText.outcome(receipt.state, receipt.execution, receipt.reason)] }
            if receipt.state == .refused { throw ExitCode.failure }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a webhook with its messages; its runs stay.")
        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var webhook: String

        func run() async throws {
            _ = try await options.connect().call(SchedulesAPI.deleteWebhook, ["webhook": webhook])
            if options.output == .table { Terminal.say("Deleted \(webhook).") }
        }
    }
}

extension WebhookFormat: ExpressibleByArgument {}
extension WebhookDeliveryState: ExpressibleByArgument {}
