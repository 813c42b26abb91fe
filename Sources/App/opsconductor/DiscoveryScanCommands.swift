import ArgumentParser
import Client
import Contracts
import Foundation
import Vocabulary

extension DiscoveryCommand {
    struct Scan: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Scan a range, or some of its addresses.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "The range, by name or id.") var range: String
        @Option(help: "Only these of its addresses.") var cidr: String?
        @Flag(help: "Wait for the end. Exit code 1 when it did not complete.") var wait = false

        func run() async throws {
            let server = try options.connect()
            var scan = try await server.call(TargetsAPI.startDiscoveryScan, [:], StartDiscoveryScan(range: range, cidr: cidr))
            while wait, !scan.state.isFinal {
                try await SystemClock().sleep(for: .seconds(1))
                scan = try await server.call(TargetsAPI.discoveryScan, ["scan": scan.id.text])
            }
            try options.print(scan) { [DiscoveryText.line(scan)] }
            if wait, scan.state != .completed { throw ExitCode(1) }
        }
    }

    struct Findings: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the hosts that scans found, by address.")

        @OptionGroup var options: ServerOptions
        @Option(help: "Only of this range.") var range: String?
        @Option(help: "Only new, known, changed or gone ones; may be repeated.") var status: [FindingStatus] = []
        @Option(help: "Only where the address, a name or what it is contains this.") var search: String?
        @Flag(help: "Those that were left out of review.") var ignored = false

        func run() async throws {
            let found = try await options.connect().all(TargetsAPI.discoveryFindings) {
                FindingQuery(range: range, status: status.isEmpty ? nil : status, ignored: ignored, search: search, limit: 500, cursor: $0)
            }
            try options.print(found, ["address", "status", "what", "name", "ports", "target", "why"], none: "Nothing was found.") {
                finding in
                [
                    finding.host.address, finding.status.rawValue, finding.classification.label, finding.suggestedName,
                    DiscoveryText.ports(finding.host), finding.target?.name ?? "",
                    (finding.differences + finding.classification.evidence).joined(separator: "; "),
                ]
            }
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make targets of findings, all or nothing; with --dry-run show what would be made.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "The addresses of the findings.") var addresses: [String]
        @Option(help: "The range that they were found in; all ranges when absent.") var range: String?
        @Flag(help: "Only show what would be made.") var dryRun = false
        @Option(help: "The credential to log in with, by name or id.") var credential: String?
        @Option(help: "The account; the credential's when absent.") var user: String?
        @Option(help: "The environment.") var environment: String?
        @Option(help: "A tag; may be repeated.") var tag: [String] = []
        @Flag(help: "Name them by their addresses instead of what was found.") var nameByAddress = false
        @Flag(help: "Pin the host keys that were found.") var pin = false
        @Flag(help: "Accept the host key that is seen first, and only that one afterwards.") var pinOnFirstUse = false

        func run() async throws {
            let server = try options.connect()
            let found = try await server.all(TargetsAPI.discoveryFindings) { FindingQuery(range: range, limit: 500, cursor: $0) }
            var wanted: [FindingID] = []
            for address in addresses {
                guard let finding = found.first(where: { $0.host.address == address }) else {
                    throw ValidationError("Nothing was found at \(address); look at `opsconductor discovery findings`.")
                }
                wanted.append(finding.id)
            }
            let wish = ImportFindings(
                findings: wanted, dryRun: dryRun, naming: nameByAddress ? .address : .found, tags: tag.isEmpty ? nil : tag,
                environment: environment, credential: try await credential(server), user: user,
                hostKeyPolicy: pinOnFirstUse ? .pinOnFirstUse : nil, pinHostKeys: pin ? true : nil)
            let receipt = try await server.call(TargetsAPI.importFindings, [:], wish)
            try options.print(receipt) { Self.lines(receipt) }
            if receipt.refused > 0 { throw ExitCode(1) }
        }

        private func credential(_ server: ServerConnection) async throws -> CredentialID? {
            if let credential { try await server.credential(credential) } else { nil }
        }

        private static func lines(_ receipt: FindingImport) -> [String] {
            let rows = receipt.rows.flatMap { row in
                ["\(row.action.rawValue) \(row.name) (\(row.address))"] + row.problems.map { "  \(TextTable.visible($0))" }
                    + row.pinned.map { "  pins \($0)" }
            }
            let done = receipt.applied ? "Made" : receipt.refused > 0 ? "Nothing was made; would make" : "Would make"
            return rows + ["\(done) \(receipt.created) targets; \(receipt.unchanged) are there already, \(receipt.refused) refused."]
        }
    }
}

extension FindingStatus: ExpressibleByArgument {}
