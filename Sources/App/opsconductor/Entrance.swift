import ArgumentParser
import Client
import Foundation
import Vocabulary

extension OpsConductor {
    /// Reads the command line and runs the command; every error is told on standard error and ends with its exit code.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            Foundation.exit(tell(error))
        }
    }

    /// Tells an error; answers the exit code: 0 for help, 2 for wrong usage.
    private static func tell(_ error: any Error) -> Int32 {
        if let code = error as? ExitCode { return code.rawValue }
        if error is ClientFailure || error is any ProblemConvertible || error is CancellationError {
            let failure = ClientFailure(error)
            Terminal.complain("opsconductor: \(failure.description)\n")
            return failure.code
        }
        switch exitCode(for: error) {
        case .success:
            Terminal.say(fullMessage(for: error))
            return 0
        case .validationFailure:
            Terminal.complain("opsconductor: \(CommandText.hinted(message(for: error)))\n")
            return 2
        default:
            Terminal.complain("opsconductor: \(message(for: error))\n")
            return 1
        }
    }
}
