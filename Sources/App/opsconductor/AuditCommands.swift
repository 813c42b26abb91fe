import ArgumentParser
import Client
import Contracts
import Ledger
import Vocabulary
import Web

/// Commands about the audit log.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "See who did what, export it, and check that nobody changed the record.",
        subcommands: [List.self, Show.self, Export.self, Verify.self, Heads.self, Evidence.self, Check.self])

    /// Which entries.
    struct Conditions: ParsableArguments {
        @Option(help: "Who: a user's name or id, or the name of a service or worker.") var actor: String?
        @Option(help: "What was done, or how that begins, for example job. or job.updated.") var action: String?
        @Option(help: "The kind of what it was done to, for example job.") var kind: String?
        @Option(help: "The id or name of what it was done to.") var object: String?
        @Option(help: "The service that tells of it.") var source: String?
        @Option(help: "The request in which it was done.") var request: String?
        @Option(help: "A text anywhere in the entry.") var text: String?
        @Option(help: "At this time or later, for example 2026-11-27T08:00:00Z.") var since: String?
        @Option(help: "Before this time.") var until: String?

        func validate() throws {
            for (name, text) in [("since", since), ("until", until)] {
                if let text, Timestamp(text) == nil { throw ValidationError("--\(name) is not a time such as 2026-11-27T08:00:00Z.") }
            }
        }

        var query: AuditQuery {
            AuditQuery(
                actor: actor, action: action, kind: kind, object: object, source: source, requestId: request, text: text,
                since: since.flatMap { Timestamp($0) }, until: until.flatMap { Timestamp($0) })
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what was done, newest first.")

        @OptionGroup var options: ServerOptions
        @OptionGroup var conditions: Conditions
        @Option(help: "At most so many entries.") var limit = 50

        func validate() throws {
            if limit < 1 { throw ValidationError("--limit is at least 1.") }
        }

        func run() async throws {
            let server = try options.connect()
            var (query, found): (AuditQuery, [AuditRecord]) = (conditions.query, [])
            repeat {
                query.limit = min(500, limit - found.count)
                let page = try await server.call(AuditAPI.list, [:], query)
                found += page.items
                query.cursor = page.nextCursor
            } while query.cursor != nil && found.count < limit
            try options.print(found, ["Time", "Actor", "From", "Action", "Object", "Changed", "Entry"], none: "Nothing was done.") {
                record in
                [
                    record.at.description, record.actor.name, record.address ?? "", record.action,
                    record.object.name.isEmpty ? record.object.id : record.object.name, (record.changed ?? []).joined(separator: ", "),
                    "\(record.source) \(record.number)",
                ]
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show an entry with how it was before and after.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "The entry's id.") var entry: String

        func run() async throws {
            let entry = try await options.connect().call(AuditAPI.show, ["entry": entry])
            try options.print(entry) { Self.lines(entry) }
        }

        private static func lines(_ entry: AuditEntry) -> [String] {
            let record = entry.record
            var lines = FieldList.lines([
                ("Time", record.at.description), ("Action", record.action),
                ("Actor", [record.actor.name, record.actor.role?.rawValue].compactMap { $0 }.joined(separator: ", ")),
                ("From", record.address), ("With", record.userAgent), ("Request", record.requestId),
                ("Object", "\(record.object.kind) \(record.object.name) \(record.object.id)"), ("Detail", record.detail),
                ("Entry", "\(record.source) \(record.number), \(record.id)"), ("Hash", entry.hash), ("Previous", entry.previous),
                ("Signed", entry.head.map { "with the head at \($0.number) on \($0.at)" } ?? "not yet"),
            ])
            for difference in entry.differences {
                lines.append("\(TextTable.visible(difference.pointer)):")
                lines.append("  - \(text(difference.before))")
                lines.append("  + \(text(difference.after))")
            }
            if entry.before == nil || entry.after == nil {
                lines += entry.before.map { ["Before: \(text($0))"] } ?? []
                lines += entry.after.map { ["After:  \(text($0))"] } ?? []
            }
            return lines
        }

        private static func text(_ value: JSONValue?) -> String {
            value.map { TextTable.visible(String(decoding: CanonicalJSON.bytes($0), as: UTF8.self)) } ?? "(nothing)"
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Export entries chain by chain: JSON Lines, which can be verified when nothing is left out, or CSV.")

        @OptionGroup var address: ServerAddress
        @OptionGroup var conditions: Conditions
        @Option(help: "The format: jsonl or csv.") var format = AuditFormat.jsonLines
        @Option(name: .shortAndLong, help: "The file to write; standard output when absent.", completion: .file()) var output: String?

        func run() async throws {
            let query = conditions.query
            let download = try await address.connect().call(
                AuditAPI.export, [:],
                ExportAudit(
                    format: format, actor: query.actor, action: query.action, kind: query.kind, object: query.object, source: query.source,
                    requestId: query.requestId, text: query.text, since: query.since, until: query.until))
            try await AuditCommand.save(download, to: output)
        }
    }

    struct Heads: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List signed heads, newest first; or print the newest of each chain as lines that `audit verify --heads` reads.")

        @OptionGroup var options: ServerOptions
        @Option(help: "Only of the chain of this service.") var source: String?
        @Option(help: "At most so many heads.") var limit = 50
        @Flag(help: "Print the newest head of each chain as a line of a file; keep them where nobody of the installation can change them.")
        var lines = false
        @Flag(help: "Print the public keys instead.") var keys = false

        func run() async throws {
            let server = try options.connect()
            if keys {
                let keys = try await server.call(AuditAPI.keys, [:]).items
                return try options.print(keys, ["Key", "Public key"], none: "There is no key.") { [$0.id, $0.publicKey] }
            }
            if lines {
                for chain in try await server.call(AuditAPI.chains, [:]).items {
                    if let head = chain.head { Terminal.write(LedgerHead(head).line + [10]) }
                }
                return
            }
            let heads = try await server.call(AuditAPI.heads, [:], AuditHeadQuery(source: source, limit: min(500, max(1, limit)))).items
            try options.print(heads, ["Signed", "Chain", "Number", "Hash", "Key"], none: "No head is signed yet.") {
                [$0.at.description, $0.source, String($0.number), $0.hash, $0.key]
            }
        }
    }

    /// Writes a download to a new file, or to standard output.
    static func save(_ download: Download, to path: String?) async throws {
        guard let path else {
            for try await piece in download.body { Terminal.write(piece) }
            return
        }
        let file = try OutputFile(path: path)
        for try await piece in download.body { try file.write(piece) }
    }
}

extension AuditFormat: ExpressibleByArgument {}

extension LedgerHead {
    /// The head as the API tells it.
    init(_ head: AuditHead) {
        self.init(
            source: head.source, number: head.number, hash: head.hash, at: head.at, key: head.key, signature: head.signature)
    }
}

extension AuditHead {
    /// The head as it stands in a file.
    init(_ head: LedgerHead) {
        self.init(
            source: head.source, number: head.number, hash: head.hash, at: head.at, key: head.key, signature: head.signature)
    }
}
