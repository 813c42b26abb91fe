import ArgumentParser
import Client
import Contracts
import Vocabulary

/// Signs in and keeps the tokens.
struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "login", abstract: "Sign in at a server and keep the sign-in.")

    @OptionGroup var options: ServerOptions
    @Option(help: "The user name; asked for when absent.") var username: String?
    @Flag(help: "Read the password from standard input.") var passwordStdin = false

    func run() async throws {
        let server = try options.connect()
        let config = try await server.session.stranger.call(AuthAPI.config, as: .anonymous)
        if config.needsSetup {
            throw ClientFailure.signIn("Nobody can sign in yet: open the one-time set-up link that the server printed at its start.")
        }
        let name = try username ?? askName()
        let password = try passwordStdin ? SecretInput.line(from: "-") : Terminal.askSecretly("Password of \(name): ")
        let login = Login(username: name, password: Secret(password), kind: .token)
        do {
            let signedIn = try await server.session.stranger.call(AuthAPI.login, [:], login, as: .anonymous)
            try await server.session.keep(signedIn)
            try options.print(signedIn.me) {
                ["Signed in at \(server.session.server) as \(signedIn.me.username) (\(signedIn.me.role.rawValue))."]
            }
        } catch let problem as Problem where problem.status == 401 || problem.status == 429 {
            throw ClientFailure.signIn(problem.detail)
        }
    }

    private func askName() throws -> String {
        guard Terminal.hasInput, let name = Terminal.ask("User name: "), !name.isEmpty else {
            throw ClientFailure.usage("Say who signs in with --username.")
        }
        return name
    }
}

/// Ends the sign-in.
struct LogoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "logout", abstract: "End the sign-in, here and at the server.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let server = try options.connect()
        defer { server.session.file.remove() }
        do {
            _ = try await server.call(AuthAPI.logout)
        } catch let failure as ClientFailure where failure.code == 3 {
            return Terminal.complain("opsconductor: Signed out here; there was no sign-in at the server to end.\n")
        } catch let problem as Problem where problem.status == 401 || problem.status == 503 {
            return Terminal.complain("opsconductor: Signed out here; the server was not told (\(problem.detail))\n")
        }
        if options.output == .table { Terminal.say("Signed out.") }
    }
}

/// Says who is signed in.
struct WhoAmICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "whoami", abstract: "Show who you are and what you may do.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let server = try options.connect()
        let me = try await server.call(AuthAPI.me)
        try options.print(me) {
            FieldList.lines([
                ("server", server.session.server), ("user", me.username), ("name", me.displayName), ("role", me.role.rawValue),
                ("may", me.permissions.map(\.rawValue).joined(separator: ", ")),
            ])
        }
    }
}
