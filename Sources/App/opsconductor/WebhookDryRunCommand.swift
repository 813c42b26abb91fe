import ArgumentParser
import Client
import Contracts
import Vocabulary
import Web

extension WebhookCommand {
    struct DryRun: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what a message would do, without doing it; exit code 0 when it would start a run or be ignored.")
        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var webhook: String
        @Option(help: "The id of a message that came.") var delivery: String?
        @Option(help: "A file with a body in JSON, or - for standard input.", completion: .file()) var body: String?
        @Option(help: "A header field of that message, as NAME=VALUE; may be repeated.") var header: [String] = []

        func validate() throws {
            if (delivery == nil) == (body == nil) { throw ValidationError("Give either --delivery or --body.") }
        }

        func run() async throws {
            var input = TryWebhook(webhook: webhook)
            if let delivery {
                guard let id = WebhookDeliveryID(delivery) else { throw ClientFailure.usage("\(delivery) is no id of a delivery.") }
                input.delivery = id
            }
            if let body { input.sample = WebhookSample(headers: try RunInput.pairs(header, "a header field"), body: try Self.json(body)) }
            let tried = try await options.connect().call(SchedulesAPI.tryWebhook, [:], input)
            try options.print(tried) {
                var table = TextTable(["parameter", "from", "value", "problem"])
                for parameter in tried.parameters {
                    let value = parameter.value.flatMap { try? JSONCodec.text($0) } ?? ""
                    table.add([parameter.name, parameter.source, value, parameter.error ?? ""])
                }
                return ["It would be \(tried.state.rawValue)." + (tried.reason.map { " \(TextTable.visible($0))" } ?? "")]
                    + (tried.targets.map { ["targets: \(TextTable.visible($0))"] } ?? []) + (tried.parameters.isEmpty ? [] : table.lines)
            }
            if tried.state == .refused { throw ExitCode.failure }
        }

        private static func json(_ path: String) throws -> JSONValue {
            do {
                return try JSONParser.parse(Array(try SecretInput.text(from: path).utf8)).value
            } catch let fault as JSONFault {
                throw ClientFailure.usage("\(path) is not JSON: in line \(fault.line), column \(fault.column) \(fault.reason).")
            }
        }
    }
}

/// Webhooks as text.
enum WebhookText {
    /// The lines about a secret that is told once.
    static func secret(_ made: WebhookWithSecret) -> [String] {
        ["path    \(made.webhook.path)"] + (made.secret.map { ["secret  \($0)", "The secret is not shown again."] } ?? [])
    }

    /// What became of a message.
    static func outcome(_ state: WebhookDeliveryState, _ execution: String?, _ reason: String?) -> String {
        let reason = reason.map { " \(TextTable.visible($0))" } ?? ""
        return switch state {
        case .started: "Started\(execution.map { " \($0)" } ?? "")."
        case .received: "It was taken.\(reason)"
        case .ignored: "Ignored.\(reason)"
        case .refused: "Refused.\(reason)"
        case .duplicate: "The same came before.\(reason)"
        }
    }

    /// A webhook, a line for each field.
    static func lines(_ webhook: Webhook) -> [String] {
        let definition = webhook.definition
        var lines = FieldList.lines([
            ("name", definition.name), ("serial", webhook.serial), ("description", definition.description), ("job", webhook.job.name),
            ("path", webhook.path), ("format", definition.format.rawValue), ("enabled", definition.enabled == false ? "no" : "yes"),
            ("filter", definition.filter), ("targets", definition.run?.targets), ("masks", definition.masks?.joined(separator: ", ")),
            ("owner", webhook.owner.name), ("secret since", webhook.secretSince.description),
            ("old secret until", webhook.oldSecretUntil?.description),
            ("last message", webhook.last.map { "\($0.receivedAt) \($0.state.rawValue)" }),
        ])
        let parameters = (definition.run?.parameters ?? [:]).sorted { $0.key < $1.key }
        if !parameters.isEmpty {
            var table = TextTable(["parameter", "from", "constant", "default"])
            for (name, value) in parameters {
                table.add([name, value.from ?? "", value.value?.text ?? "", value.default?.text ?? ""])
            }
            lines += [""] + table.lines
        }
        return lines
    }
}
