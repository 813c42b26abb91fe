import ArgumentParser
import Client
import Contracts
import Vocabulary

/// Commands about users.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Add people and let them in.", subcommands: [Add.self, List.self, Link.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a user and print the one-time link with which the user sets a password.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "The name to sign in with.") var name: String
        @Option(help: "The role.") var role: Role
        @Option(help: "The name to show.") var displayName: String?

        func run() async throws {
            let server = try options.connect()
            let user = try await server.call(UsersAPI.create, [:], SaveUser(username: name, displayName: displayName, role: role))
            let link = try await server.call(AuthAPI.makeLink, [:], MakeLink(user: user.id))
            try options.print(NewUser(user: user, link: link)) {
                [
                    "Added \(user.username) (\(user.role.rawValue)).", "\(server.session.server)\(link.path)",
                    "The link is valid until \(link.expiresAt).",
                ]
            }
        }
    }

    /// A new user with the link.
    private struct NewUser: Encodable {
        let user: User
        let link: OneTimeLink
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List users.")

        @OptionGroup var options: ServerOptions

        func run() async throws {
            let users = try await options.connect().all(UsersAPI.list) { PageQuery(limit: 500, cursor: $0) }
            try options.print(users, ["user", "name", "role", "active"], none: "There are no users.") {
                [$0.username, $0.displayName, $0.role.rawValue, $0.isActive ? "yes" : "no"]
            }
        }
    }

    struct Link: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a one-time link with which a user sets a password; earlier links end.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name or id.") var user: String

        func run() async throws {
            let server = try options.connect()
            let found = try await server.call(UsersAPI.show, ["user": user])
            let link = try await server.call(AuthAPI.makeLink, [:], MakeLink(user: found.id))
            try options.print(link) { ["\(server.session.server)\(link.path)", "The link is valid until \(link.expiresAt)."] }
        }
    }
}

/// Commands about personal tokens.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make personal tokens for programs (OPSCONDUCTOR_TOKEN).",
        subcommands: [Create.self, List.self, Revoke.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a token; its text is printed this once.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "What it is for.") var name: String
        @Option(help: "Days until it ends (1 to 366).") var days = 90
        @Option(help: "A permission that it has; may be repeated; all of yours when absent.") var scope: [Permission] = []

        func run() async throws {
            let made = try await options.connect().call(
                AuthAPI.makeToken, [:], MakeToken(name: name, scope: scope.isEmpty ? nil : scope, expiresInDays: days))
            try options.print(made) { [made.token.reveal()] }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List your tokens, never their texts.")

        @OptionGroup var options: ServerOptions

        func run() async throws {
            let tokens = try await options.connect().all(AuthAPI.tokens) { PageQuery(limit: 500, cursor: $0) }
            try options.print(tokens, ["name", "id", "scope", "expires", "last used"], none: "You have no tokens.") {
                [
                    $0.name, $0.id.text, $0.scope?.map(\.rawValue).joined(separator: ", ") ?? "all", $0.expiresAt.description,
                    $0.lastUsedAt?.description ?? "never",
                ]
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End a token at once.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name or id.") var token: String

        func run() async throws {
            let server = try options.connect()
            _ = try await server.call(AuthAPI.revokeToken, ["token": try await server.token(token).text])
            if options.output == .table { Terminal.say("Revoked \(token).") }
        }
    }
}
