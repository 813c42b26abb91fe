import ArgumentParser
import Conductor
import Foundation

/// Runs the product.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the server until SIGTERM; settings come from the environment (see check-config).")

    @OptionGroup var services: ServicesOption

    func run() async throws {
        let settings = try Console.settings(services.environment)
        do {
            try await Conductor.serve(settings) { Console.say($0) }
        } catch {
            throw Console.failure(error)
        }
    }
}

/// Shows all settings.
struct CheckConfig: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config", abstract: "Print every setting, its value, its source and every mistake.")

    @OptionGroup var services: ServicesOption

    func run() throws {
        let settings = Settings(environment: services.environment)
        let width = settings.all.map(\.setting.key.count).max() ?? 0
        for value in settings.all {
            let key = value.setting.key.padding(toLength: width, withPad: " ", startingAt: 0)
            let source = value.isFromEnvironment ? "environment" : "default"
            Console.say("\(key)  \(value.value.isEmpty ? "(empty)" : value.value)  [\(source)]  \(value.setting.meaning)")
        }
        for mistake in settings.mistakes { Console.complain(mistake) }
        if !settings.mistakes.isEmpty { throw ExitCode(2) }
    }
}

/// Brings the databases up to date.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the databases' schemas up to date; serve does the same at its start.")

    @OptionGroup var services: ServicesOption
    @Flag(help: "Only say what is missing; exit code 1 if anything is.") var check = false

    func run() async throws {
        let settings = try Console.settings(services.environment)
        do {
            let lines = try await Conductor.migrate(settings, onlyCheck: check)
            for line in lines { Console.say(line) }
            if check, lines.contains(where: { $0.hasSuffix("to apply") }) { throw ExitCode(1) }
        } catch let code as ExitCode {
            throw code
        } catch {
            throw Console.failure(error)
        }
    }
}

/// Prints the web app's types.
struct APITypes: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api-types", abstract: "Print the TypeScript types and client of the API.")

    func run() throws { Console.say(try Conductor.typeScript()) }
}

/// Prints the API description.
struct OpenAPIDocument: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi", abstract: "Print the OpenAPI 3.1 description of the API.")

    func run() throws { Console.say(try Conductor.openAPI()) }
}

/// Makes a token for the console of this machine.
struct ConsoleToken: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console-token",
        abstract: "Print a token that acts as administrator for ten minutes; needs to read the key file of the server.")

    func run() throws {
        let settings = try Console.settings()
        do {
            Console.say(try Conductor.consoleToken(settings).reveal())
        } catch {
            throw Console.failure(error)
        }
    }
}
