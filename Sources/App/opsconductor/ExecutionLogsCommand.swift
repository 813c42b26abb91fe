import ArgumentParser
import Client
import Contracts
import Vocabulary

extension ExecutionCommand {
    struct Logs: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the output of a run byte by byte, or write it to a file.")

        @OptionGroup var address: ServerAddress
        @Argument(help: "Serial or id.") var execution: String
        @Option(help: "Only of this branch, from 1.") var branch: Int?
        @Option(help: "Only of this target, by name or serial.") var target: String?
        @Option(help: "Only of this step, from 1.") var step: Int?
        @Option(help: "Only this stream.") var stream: OutputStreamName?
        @Option(help: "Only what comes after so many bytes; goes with a branch or target and a step.") var from: Int?
        @Option(help: "At most so many bytes; goes with a branch or target and a step.") var length: Int?
        @Option(help: "Write to this new file and show how far it is.") var file: String?

        func validate() throws {
            if branch != nil, target != nil { throw ValidationError("Say either --branch or --target.") }
            if from != nil || length != nil, step == nil || (branch == nil && target == nil) {
                throw ValidationError("--from and --length go with --step and with --branch or --target.")
            }
            if from ?? 0 < 0 || length ?? 1 < 1 { throw ValidationError("--from is at least 0 and --length at least 1.") }
        }

        func run() async throws {
            let server = try address.connect()
            let number = try await branchNumber(server)
            let query = LogQuery(branch: number, step: step, stream: stream, from: from, length: length)
            let log = try await server.call(ExecutionsAPI.log, ["execution": execution], query)
            guard let file else {
                for try await piece in log.body { Terminal.write(piece) }
                return
            }
            let total = try await expected(server, number)
            let output = try OutputFile(path: file)
            var (done, shown) = (0, 0)
            for try await piece in log.body {
                try output.write(piece)
                done += piece.count
                guard Terminal.hasError, done - shown >= 1_000_000 else { continue }
                shown = done
                Terminal.complain("\r\(ByteText.words(done))\(total.map { " of \(ByteText.words($0))" } ?? "")   ")
            }
            Terminal.complain(
                "\(Terminal.hasError && shown > 0 ? "\r" : "")\(ByteText.words(done)) written to \(TextTable.visible(file)).\n")
        }

        private func branchNumber(_ server: ServerConnection) async throws -> Int? {
            guard let target else { return branch }
            let wanted = target.lowercased()
            let found = try await server.branches(of: execution).first {
                $0.targetName.lowercased() == wanted || $0.targetSerial.lowercased() == wanted
            }
            guard let found else { throw ClientFailure.usage("\(execution) did not run on \(target).") }
            return found.number
        }

        /// How many bytes will come, where that is known.
        private func expected(_ server: ServerConnection, _ branch: Int?) async throws -> Int? {
            guard let branch, let step else { return nil }
            let lines = try await server.call(
                ExecutionsAPI.lines, ["execution": execution], LinesQuery(branch: branch, step: step, stream: stream, limit: 0))
            return min(max(0, lines.totalBytes - (from ?? 0)), length ?? .max)
        }
    }
}
