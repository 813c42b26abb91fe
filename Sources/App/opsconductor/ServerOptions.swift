import ArgumentParser
import Client
import Contracts
import Foundation
import Vocabulary
import Web

/// How results are printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
}

/// The option of every command that talks to a server.
struct ServerAddress: ParsableArguments {
    @Option(help: "The server's address; else OPSCONDUCTOR_SERVER, else the one you signed in at.") var server: String?

    /// A connection as the signed-in user.
    func connect() throws -> ServerConnection {
        try ServerConnection(option: server, environment: ProcessInfo.processInfo.environment)
    }
}

/// The options of commands that print what a server answered.
struct ServerOptions: ParsableArguments {
    @OptionGroup var address: ServerAddress
    @Option(help: "Print a table for people or JSON for programs.") var output = OutputFormat.table

    /// A connection as the signed-in user.
    func connect() throws -> ServerConnection { try address.connect() }

    /// Prints a result: JSON, or the lines of a closure.
    func print(_ value: some Encodable, _ lines: () -> [String]) throws {
        switch output {
        case .json: Terminal.say(try JSONCodec.text(value))
        case .table: for line in lines() { Terminal.say(line) }
        }
    }

    /// Prints a list: JSON, or a table; a sentence when there is nothing.
    func print<Item: Encodable>(_ items: [Item], _ headings: [String], none: String, _ cells: (Item) -> [String]) throws {
        try print(items) {
            var table = TextTable(headings)
            for item in items { table.add(cells(item)) }
            return items.isEmpty ? [none] : table.lines
        }
    }
}

/// Fields of one thing, a line each.
enum FieldList {
    /// Lines such as `name    web-01`; fields without a value are left out.
    static func lines(_ fields: [(String, String?)]) -> [String] {
        let shown = fields.compactMap { name, value in value.flatMap { $0.isEmpty ? nil : (name, $0) } }
        let width = shown.map(\.0.count).max() ?? 0
        return shown.map { name, value in
            name + String(repeating: " ", count: width - name.count + 2) + TextTable.visible(value)
        }
    }
}

extension Permission: ExpressibleByArgument {
    /// Only what a token can have; the others are about who calls.
    public static var allValueStrings: [String] { grantable.map(\.rawValue) }

    public init?(argument: String) {
        guard let permission = Permission(rawValue: argument), Permission.grantable.contains(permission) else { return nil }
        self = permission
    }
}
extension Role: ExpressibleByArgument {}
extension TargetType: ExpressibleByArgument {}
extension TargetStatus: ExpressibleByArgument {}
extension ImportFormat: ExpressibleByArgument {}
extension ExportFormat: ExpressibleByArgument {}
extension ExecutionState: ExpressibleByArgument {}
extension OutputStreamName: ExpressibleByArgument {}
extension RunPriority: ExpressibleByArgument {}
extension ApprovalState: ExpressibleByArgument {}
