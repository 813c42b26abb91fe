import ArgumentParser
import Client
import Contracts
import Foundation
import Vocabulary

/// Watches a run in the terminal.
struct RunWatch {
    let server: ServerConnection
    let options: ServerOptions

    /// Tells that a run was accepted, and watches it if that was asked for.
    func started(_ receipt: RunReceipt, follow: Bool) async throws {
        if !receipt.leftOut.isEmpty {
            Terminal.complain("Left out because of their status: \(receipt.leftOut.joined(separator: ", "))\n")
        }
        let what = "\(receipt.serial) on \(CommandText.count(receipt.targets, "target"))"
        guard follow else {
            return try options.print(receipt) {
                ["Started \(what). Watch it with: opsconductor execution show \(receipt.serial) --follow"]
            }
        }
        Terminal.complain("\(what)\n")
        try await watch(receipt.id, serial: receipt.serial)
    }

    /// Watches a run to its end; ends the process with 1 unless all succeeded. Ctrl-C stops watching, not the run.
    func watch(_ id: ExecutionID, serial: String) async throws {
        let (server, showsOutput) = (server, options.output == .table)
        let watching = Task {
            var printer = FollowPrinter(branches: try await server.branches(of: id.text), showsOutput: showsOutput)
            return try await Follower(server, id).follow(with: &printer)
        }
        signal(SIGINT, SIG_IGN)
        let interrupts = DispatchSource.makeSignalSource(signal: SIGINT)
        interrupts.setEventHandler { watching.cancel() }
        interrupts.resume()
        defer {
            interrupts.cancel()
            signal(SIGINT, SIG_DFL)
        }
        let execution: Execution
        do {
            execution = try await watching.value
        } catch {
            Terminal.complain(Terminal.hasError ? "\r\u{1B}[K" : "")
            guard watching.isCancelled else { throw error }
            Terminal.complain(
                "Stopped watching; the run goes on. Watch it again with: opsconductor execution show \(serial) --follow\n"
                    + "Cancel it with: opsconductor execution cancel \(serial)\n")
            throw ExitCode(130)
        }
        Terminal.complain(Terminal.hasError ? "\r\u{1B}[K" : "")
        try await tell(execution)
    }

    /// Prints the result; ends the process with 1 unless all succeeded.
    func tell(_ execution: Execution) async throws {
        let result = RunResult(execution: execution, branches: try await server.branches(of: execution.id.text))
        if options.output == .json {
            try options.print(result) { [] }
        } else if Terminal.hasOutput {
            for line in result.table.lines { Terminal.say(line) }
            Terminal.say(result.sentence)
        } else {
            Terminal.complain("\(result.sentence)\n")
        }
        if execution.state != .succeeded { throw ExitCode(1) }
    }
}
