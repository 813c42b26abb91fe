import ArgumentParser
import Client
import Contracts
import Vocabulary

extension SNMPAuthentication: ExpressibleByArgument {}

/// Commands about credentials.
struct CredentialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credential", abstract: "Keep passwords and SSH keys for targets.",
        subcommands: [Add.self, List.self, Delete.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a password, an SSH key, or what SNMP agents want to know.",
            discussion: "Secrets come from files, from standard input (-) or from the terminal, never from the command line.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "The name.") var name: String
        @Option(help: "The account that it is for.") var user: String?
        @Option(help: "What it is for.") var description: String?
        @Option(help: "The file with the private key; - is standard input.", completion: .file()) var keyFile: String?
        @Option(help: "The file with the key's passphrase; - is standard input.", completion: .file()) var passphraseFile: String?
        @Flag(help: "Ask for the key's passphrase on the terminal.") var askPassphrase = false
        @Option(help: "The file with the key's OpenSSH certificate.", completion: .file()) var certificateFile: String?
        @Option(help: "The file with the password; - is standard input; asked for when there is no key.", completion: .file())
        var passwordFile: String?
        @Flag(help: "It is a community of SNMP v2c, for discovery.") var snmpCommunity = false
        @Option(help: "It is a user of SNMP v3 who proves who asks with this hash, for discovery.") var snmpUser: SNMPAuthentication?

        func validate() throws {
            if keyFile != nil, passwordFile != nil { throw ValidationError("A credential is a key or a password, not both.") }
            if snmpUser != nil || snmpCommunity {
                if keyFile != nil || certificateFile != nil || snmpUser != nil && snmpCommunity {
                    throw ValidationError("A credential is for SNMP v2c, for SNMP v3 or for logging in, one of them.")
                }
                return
            }
            if keyFile == nil, passphraseFile != nil || certificateFile != nil || askPassphrase {
                throw ValidationError("A passphrase or a certificate needs --key-file.")
            }
            if keyFile == "-", passphraseFile == "-" { throw ValidationError("Only one of the files can be standard input.") }
        }

        func run() async throws {
            let server = try options.connect()
            var input = SaveCredential(name: name, kind: .password, username: user, description: description)
            if let keyFile {
                input.kind = .sshKey
                input.privateKey = Secret(try SecretInput.text(from: keyFile))
                input.passphrase = try passphraseFile.map { Secret(try SecretInput.line(from: $0)) }
                if askPassphrase { input.passphrase = Secret(try Terminal.askSecretly("Passphrase of the key: ")) }
                input.certificate = try certificateFile.map { try SecretInput.line(from: $0) }
            } else {
                let password = try passwordFile.map { try SecretInput.line(from: $0) } ?? Terminal.askSecretly("Password: ")
                input.password = Secret(password)
                if snmpCommunity { input.kind = .snmpCommunity }
                if let snmpUser {
                    (input.kind, input.snmpAuthentication) = (.snmpUser, snmpUser)
                    input.passphrase = try passphraseFile.map { Secret(try SecretInput.line(from: $0)) }
                }
            }
            let credential = try await server.call(TargetsAPI.createCredential, [:], input)
            try options.print(credential) {
                ["Added \(credential.name)."] + (credential.publicKey.map { ["Public key: \($0)"] } ?? [])
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List credentials, never their secrets.")

        @OptionGroup var options: ServerOptions

        func run() async throws {
            let credentials = try await options.connect().all(TargetsAPI.credentials) { PageQuery(limit: 500, cursor: $0) }
            try options.print(
                credentials, ["name", "kind", "user", "used by", "description"], none: "There are no credentials."
            ) {
                [$0.name, $0.kind.rawValue.replacing("_", with: " "), $0.username, String($0.usedBy), $0.description]
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a credential that no target uses.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name or id.") var credential: String

        func run() async throws {
            _ = try await options.connect().call(TargetsAPI.deleteCredential, ["credential": credential])
            if options.output == .table { Terminal.say("Deleted \(credential).") }
        }
    }
}
