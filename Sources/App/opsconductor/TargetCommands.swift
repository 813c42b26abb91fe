import ArgumentParser
import Client
import Contracts
import Vocabulary

/// Commands about targets.
struct TargetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "target", abstract: "Add, show, test and exchange targets.",
        subcommands: [Add.self, List.self, Show.self, Test.self, Pin.self, Import.self, Export.self, Delete.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add a target.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "The name, for example web-01.") var name: String
        @Option(help: "Connect over SSH to this name or address; the target's name when absent.") var host: String?
        @Option(help: "The SSH port.") var port: Int?
        @Option(help: "The account; the credential's when absent.") var user: String?
        @Option(help: "The credential, by name or id.") var credential: String?
        @Option(help: "Connect through this target, by name, serial or id.") var jump: String?
        @Flag(help: "Run on the machine of the worker instead of over SSH.") var local = false
        @Flag(help: "Accept the host key that is seen first, and only that one afterwards.") var pinOnFirstUse = false
        @Option(help: "The type.") var type: TargetType?
        @Option(help: "What it is for.") var description: String?
        @Option(help: "The operating system.") var os: String?
        @Option(help: "The environment, for example production.") var environment: String?
        @Option(help: "Where it is.") var location: String?
        @Option(help: "The most runs that work on it at the same time; no limit when absent.") var slots: Int?
        @Option(help: "A tag; may be repeated.") var tag: [String] = []
        @Option(help: "A fact as NAME=VALUE; may be repeated.") var fact: [String] = []

        func validate() throws {
            if local, host != nil || port != nil || user != nil || credential != nil || jump != nil {
                throw ValidationError("--local needs no host, port, user, credential or jump.")
            }
        }

        func run() async throws {
            let server = try options.connect()
            var method = ConnectionMethod(kind: local ? .local : .ssh)
            if !local {
                method.host = host
                method.port = port
                method.user = user
                if let credential { method.credential = try await server.credential(credential) }
                if let jump { method.jump = try await server.target(jump) }
            }
            let target = try await server.call(
                TargetsAPI.create, [:],
                SaveTarget(
                    name: name, description: description, type: type, os: os, environment: environment, location: location,
                    tags: tag.isEmpty ? nil : tag, facts: fact.isEmpty ? nil : try RunInput.pairs(fact, "a fact"),
                    connections: [method], hostKeyPolicy: pinOnFirstUse ? .pinOnFirstUse : nil, slots: slots))
            try options.print(target) { ["Added \(target.name) (\(target.serial))."] }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List targets that match a filter.")

        @OptionGroup var options: ServerOptions
        @Option(help: "A filter, for example 'tag = web and environment = production'.") var filter: String?
        @Option(help: "Only targets of this status.") var status: TargetStatus?

        func run() async throws {
            let server = try options.connect()
            let targets = try await server.all(TargetsAPI.list) { TargetQuery(filter: filter, status: status, limit: 500, cursor: $0) }
            let none = filter == nil && status == nil ? "There are no targets." : "No targets match."
            try options.print(targets, ["name", "serial", "status", "environment", "os", "connections", "tags"], none: none) { target in
                [
                    target.name, target.serial, target.status.rawValue, target.environment, target.os,
                    target.connections.map(TargetText.method).joined(separator: ", "), target.tags.joined(separator: ", "),
                ]
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a target.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var target: String

        func run() async throws {
            let found = try await options.connect().call(TargetsAPI.show, ["target": target])
            try options.print(found) { TargetText.lines(found) }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a target; its runs stay.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var target: String

        func run() async throws {
            _ = try await options.connect().call(TargetsAPI.delete, ["target": target])
            if options.output == .table { Terminal.say("Deleted \(target).") }
        }
    }
}

/// Targets as text.
enum TargetText {
    /// A connection method, for example `ssh root@10.0.0.1:22`.
    static func method(_ method: ConnectionMethod) -> String {
        guard method.kind == .ssh else { return method.kind.rawValue }
        let address = "\(method.user.map { "\($0)@" } ?? "")\(method.host ?? "")\(method.port.map { ":\($0)" } ?? "")"
        return address.isEmpty ? "ssh" : "ssh \(address)"
    }

    /// Everything about a target.
    static func lines(_ target: Target) -> [String] {
        FieldList.lines(
            [
                ("name", target.name), ("serial", target.serial), ("id", target.id.text), ("description", target.description),
                ("type", target.type.rawValue), ("status", target.status.rawValue), ("os", target.os),
                ("environment", target.environment), ("location", target.location),
                ("slots", target.slots.map(String.init) ?? ""), ("tags", target.tags.joined(separator: ", ")),
            ] + target.facts.sorted { $0.key < $1.key }.map { ("fact \($0.key)", $0.value) }
                + target.connections.enumerated().map { ("connection \($0 + 1)", method($1)) } + [
                    ("host keys", target.hostKeyPolicy.rawValue.replacing("_", with: " "))
                ] + target.hostKeys.map { ("pinned", "\($0.algorithm) \($0.fingerprint) by \($0.pinnedBy)") })
    }

    /// The trace of a connection test.
    static func lines(_ test: ConnectionTest, of name: String) -> [String] {
        var lines = ["\(name): \(test.succeeded ? "reached" : "not reached") in \(Int(test.milliseconds.rounded())) ms"]
        for attempt in test.attempts {
            lines.append("  \(attempt.method + 1). \(attempt.kind.rawValue)")
            for stage in attempt.stages {
                let time = "\((stage.milliseconds * 10).rounded() / 10) ms"
                let name = stage.name.rawValue.replacing("_", with: " ")
                lines.append("     \(stage.succeeded ? "ok  " : "FAIL") \(name) \(stage.host) \(time) \(TextTable.visible(stage.detail))")
            }
            if let cause = attempt.cause, !attempt.stages.contains(where: { $0.detail == cause }) {
                lines.append("     \(TextTable.visible(cause))")
            }
            if let key = attempt.presentedKey {
                lines.append(
                    "     the host showed \(key.algorithm) \(key.fingerprint)"
                        + (key.isChange ? ", which is NOT the pinned key" : "; pin it with: opsconductor target pin \(name)"))
            }
        }
        return lines
    }
}
