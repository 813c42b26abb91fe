import ArgumentParser
import Conductor
import Foundation

/// What the commands say to people: results on standard output, everything else on standard error.
enum Console {
    /// Prints a line of a result.
    static func say(_ line: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
    }

    /// Prints a line for people on standard error.
    static func complain(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
    }

    /// The settings of the environment; with mistakes the command ends and tells all of them.
    static func settings(_ environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Settings {
        let settings = Settings(environment: environment)
        for mistake in settings.mistakes { complain("opsconductor: \(mistake)") }
        if !settings.mistakes.isEmpty { throw ExitCode(2) }
        return settings
    }

    /// Tells an error in one sentence and ends with exit code 1.
    static func failure(_ error: any Error) -> ExitCode {
        complain("opsconductor: \(error)")
        return ExitCode(1)
    }
}
