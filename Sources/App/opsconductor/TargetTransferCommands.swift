import ArgumentParser
import Client
import Contracts
import Vocabulary

extension TargetCommand {
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Import targets from CSV, JSON, an OpenSSH config or an Ansible inventory; all or nothing.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "The file; - is standard input.", completion: .file()) var file: String
        @Option(help: "The format; by the file's ending when absent.") var format: ImportFormat?
        @Option(help: "The credential for connections that name none, by name or id.") var credential: String?
        @Flag(help: "Accept the host keys of new targets that are seen first.") var pinOnFirstUse = false
        @Flag(help: "Only show what would change.") var dryRun = false

        func run() async throws {
            let server = try options.connect()
            guard let format = format ?? guess() else {
                throw ClientFailure.usage("The format of \(file) is not known by its name; say it with --format.")
            }
            var id: CredentialID?
            if let credential { id = try await server.credential(credential) }
            let receipt = try await server.call(
                TargetsAPI.importTargets, [:],
                ImportTargets(
                    format: format, text: try SecretInput.text(from: file), dryRun: dryRun, credential: id,
                    hostKeyPolicy: pinOnFirstUse ? .pinOnFirstUse : nil))
            try options.print(receipt) { Self.lines(receipt) }
            if receipt.refused > 0 { throw ExitCode(1) }
        }

        private func guess() -> ImportFormat? {
            let name = file.lowercased()
            if name.hasSuffix(".csv") { return .csv }
            if name.hasSuffix(".json") { return .json }
            if name.hasSuffix(".ini") { return .ansibleIni }
            if name.hasSuffix(".yaml") || name.hasSuffix(".yml") { return .ansibleYaml }
            return name.hasSuffix("config") ? .sshConfig : nil
        }

        private static func lines(_ receipt: ImportReceipt) -> [String] {
            var lines: [String] = []
            for row in receipt.rows where row.action != .unchanged {
                let name = row.name.flatMap { $0.isEmpty ? nil : " \(TextTable.visible($0))" } ?? ""
                lines.append("line \(row.line): \(row.action.rawValue)\(name)")
                lines += (row.changes + row.problems).map { "  \(TextTable.visible($0))" }
            }
            let (create, update) = receipt.applied ? ("created", "updated") : ("to create", "to update")
            let counts =
                "\(receipt.created) \(create), \(receipt.updated) \(update), \(receipt.unchanged) unchanged, \(receipt.refused) refused"
            let end = receipt.applied ? "." : receipt.dryRun ? "; a dry run, nothing was changed." : "; nothing was imported."
            return lines + [counts + end]
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print targets in a form that can be imported again.")

        @OptionGroup var address: ServerAddress
        @Option(help: "The format.") var format = ExportFormat.csv
        @Option(help: "Only targets that match this filter.") var filter: String?

        func run() async throws {
            let download = try await address.connect().call(TargetsAPI.export, [:], ExportTargets(format: format, filter: filter))
            for try await piece in download.body { Terminal.write(piece) }
        }
    }
}
