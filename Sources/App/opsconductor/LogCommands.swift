import ArgumentParser
import Client
import Contracts
import Vocabulary

/// Commands about the output of runs.
struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Look through the output of runs.", subcommands: [Search.self])

    struct Search: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find lines with a text in them, without regard to case: in one run, or in all of them, newest first.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "The text.") var text: String
        @Option(help: "Only in this run, by serial or id.") var execution: String?
        @Option(help: "Only in runs of this job, by name, serial or id.") var job: String?
        @Option(help: "Only in runs since this time, for example 2026-11-27T08:00:00Z.") var since: String?
        @Option(help: "At most so many lines.") var limit = 100

        func validate() throws {
            if execution != nil, job != nil || since != nil { throw ValidationError("--execution goes without --job and --since.") }
            if limit < 1 { throw ValidationError("--limit is at least 1.") }
            if let since, Timestamp(since) == nil { throw ValidationError("--since is not a time such as 2026-11-27T08:00:00Z.") }
        }

        func run() async throws {
            let server = try options.connect()
            var query = AllOutputSearch(text: text, since: since.flatMap { Timestamp($0) })
            if let job { query.job = try await server.call(JobsAPI.show, ["job": job]).id }
            var found = FoundLines(items: [], searchedBytes: 0)
            repeat {
                query.cursor = found.nextCursor
                query.limit = min(500, limit - found.items.count)
                let more = try await ask(server, query)
                found.items += more.items
                found.nextCursor = more.nextCursor
                found.searchedBytes += more.searchedBytes
                found.searchedBackTo = more.searchedBackTo ?? found.searchedBackTo
            } while found.nextCursor != nil && found.items.count < limit
            try options.print(found) {
                let lines = found.items.map { line in
                    "\(line.serial) \(TextTable.visible(line.targetName)) step \(line.step) line \(line.line): \(TextTable.visible(line.text))"
                }
                let rest = found.nextCursor == nil ? [] : ["There may be more; say a higher --limit."]
                return (lines.isEmpty ? ["No line has \(TextTable.visible(text)) in it."] : lines) + rest
            }
        }

        private func ask(_ server: ServerConnection, _ query: AllOutputSearch) async throws -> FoundLines {
            guard let execution else { return try await server.call(ExecutionsAPI.searchAll, [:], query) }
            return try await server.call(
                ExecutionsAPI.search, ["execution": execution],
                OutputSearch(text: query.text, limit: query.limit, cursor: query.cursor))
        }
    }
}
