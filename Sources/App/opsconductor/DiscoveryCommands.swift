import ArgumentParser
import Client
import Contracts
import Foundation
import Vocabulary

/// Commands about finding hosts in networks.
struct DiscoveryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discovery", abstract: "Find hosts in networks and make targets of them.",
        subcommands: [Ranges.self, Allow.self, Forbid.self, Scan.self, Scans.self, Cancel.self, Findings.self, Import.self])

    struct Ranges: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the ranges that may be scanned.")

        @OptionGroup var options: ServerOptions

        func run() async throws {
            let server = try options.connect()
            let found = try await server.all(TargetsAPI.discoveryRanges) { PageQuery(limit: 500, cursor: $0) }
            let headings = ["name", "addresses", "count", "ports", "rate", "hosts", "scanned", "next"]
            try options.print(found, headings, none: "Nothing may be scanned.") { range in
                [
                    range.name, range.cidr, String(range.addresses), String(range.ports.count), "\(range.ratePerSecond)/s",
                    String(range.hosts),
                    range.scannedAt?.description ?? "never", range.nextScanAt?.description ?? "",
                ]
            }
        }
    }

    struct Allow: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Allow a range to be scanned, or change the one of this name; what is not said stays as it is.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "The name of the range.") var name: String
        @Argument(help: "The addresses, for example 10.1.0.0/24.") var cidr: String?
        @Option(help: "An address or range that is left out; may be repeated.") var exclude: [String] = []
        @Option(help: "What it is for.") var description: String?
        @Flag(help: "The addresses are the worker's own machine or link, and that is meant.") var allowLocal = false
        @Option(help: "The TCP ports to try, separated by commas.") var ports: String?
        @Option(help: "The most packets that are begun in a second.") var rate: Int?
        @Option(help: "The most addresses at the same time.") var concurrency: Int?
        @Option(help: "How long an answer is waited for, in milliseconds.") var timeout: Int?
        @Option(help: "A credential to ask for the SNMP system group with, by name or id; may be repeated.") var snmp: [String] = []
        @Option(help: "Hours from one scan to the next that begins by itself; 0 for never.") var rescanHours: Int?

        func run() async throws {
            let server = try options.connect()
            let all = try await server.all(TargetsAPI.discoveryRanges) { PageQuery(limit: 500, cursor: $0) }
            let present = all.first { $0.name.lowercased() == name.lowercased() }
            guard let cidr = cidr ?? present?.cidr else { throw ValidationError("Say which addresses, for example 10.1.0.0/24.") }
            var save = present?.saved ?? SaveDiscoveryRange(name: name, cidr: cidr)
            save.cidr = cidr
            if !exclude.isEmpty { save.exclude = exclude }
            if let description { save.description = description }
            if allowLocal { save.allowLocal = true }
            if let ports { save.ports = try DiscoveryText.ports(ports) }
            if let rate { save.ratePerSecond = rate }
            if let concurrency { save.concurrency = concurrency }
            if let timeout { save.timeoutMilliseconds = timeout }
            if let rescanHours { save.rescanHours = rescanHours == 0 ? nil : rescanHours }
            if !snmp.isEmpty {
                save.snmpCredentials = []
                for name in snmp { save.snmpCredentials?.append(try await server.credential(name)) }
            }
            let saved =
                if let present {
                    try await server.call(TargetsAPI.updateDiscoveryRange, ["range": present.id.text], save)
                } else {
                    try await server.call(TargetsAPI.createDiscoveryRange, [:], save)
                }
            try options.print(saved) { ["\(saved.name): \(saved.addresses) addresses of \(saved.cidr) may be scanned."] }
        }
    }

    struct Forbid: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Allow a range no longer; what was found in it is forgotten, targets stay.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name or id.") var range: String

        func run() async throws {
            _ = try await options.connect().call(TargetsAPI.deleteDiscoveryRange, ["range": range])
            if options.output == .table { Terminal.say("\(range) is not scanned any more.") }
        }
    }

    struct Scans: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List scans, the newest first.")

        @OptionGroup var options: ServerOptions
        @Option(help: "Only of this range.") var range: String?

        func run() async throws {
            let found = try await options.connect().call(TargetsAPI.discoveryScans, [:], DiscoveryScanQuery(range: range)).items
            try options.print(
                found, ["id", "range", "state", "done", "found", "new", "changed", "gone", "by"], none: "There were no scans."
            ) {
                [
                    $0.id.text, $0.rangeName, $0.state.rawValue, "\($0.hostsDone)/\($0.hostsTotal)", String($0.found), String($0.appeared),
                    String($0.changed), String($0.gone), $0.startedBy ?? "interval",
                ]
            }
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End a scan; what was found until then is kept.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "The scan's id.") var scan: String

        func run() async throws {
            let ended = try await options.connect().call(TargetsAPI.cancelDiscoveryScan, ["scan": scan])
            try options.print(ended) { [DiscoveryText.line(ended)] }
        }
    }
}

/// How scans and findings read.
enum DiscoveryText {
    /// How far a scan is, in a line.
    static func line(_ scan: DiscoveryScan) -> String {
        let cause = scan.cause.map { " (\($0))" } ?? ""
        return "\(scan.rangeName): \(scan.state.rawValue)\(cause), \(scan.hostsDone) of \(scan.hostsTotal) addresses, \(scan.found) hosts, "
            + "\(scan.appeared) new, \(scan.changed) changed, \(scan.gone) gone"
    }

    /// Ports separated by commas.
    static func ports(_ text: String) throws -> [Int] {
        try text.split(separator: ",").map { part in
            guard let port = Int(part.trimmingCharacters(in: .whitespaces)) else {
                throw ValidationError("\"\(part)\" is not a port; write for example 22,80,443.")
            }
            return port
        }
    }

    /// What was found on the ports of a host, in one line.
    static func ports(_ host: FoundHost) -> String {
        host.ports.map { "\($0.port)\($0.service.map { " \($0)" } ?? "")" }.joined(separator: ", ")
    }
}

extension DiscoveryRange {
    /// The range as it would be saved again.
    fileprivate var saved: SaveDiscoveryRange {
        SaveDiscoveryRange(
            name: name, cidr: cidr, exclude: exclude, description: description, allowLocal: allowLocal, ports: ports,
            ratePerSecond: ratePerSecond, concurrency: concurrency, timeoutMilliseconds: timeoutMilliseconds,
            snmpCredentials: snmpCredentials, rescanHours: rescanHours, revision: revision)
    }
}
