import Contracts
import Vocabulary

/// Says what a host seems to be, and why, by a table of rules. Pure. The first rule that has evidence decides what it is called; the evidence of all
/// that agree with it is shown.
enum Classifier {
    /// What was found, with the words lower-case.
    struct Clues {
        let host: FoundHost
        let ports: Set<Int>
        let services: Set<String>

        init(_ host: FoundHost) {
            self.host = host
            ports = Set(host.ports.map(\.port))
            services = Set(host.ports.compactMap(\.service))
        }

        /// The first text that contains one of the words, with where it stands.
        func mention(of words: [String]) -> String? {
            if let snmp = host.snmp, words.contains(where: { snmp.description.lowercased().contains($0) }) {
                return "SNMP: \(snmp.description.prefix(100))"
            }
            for port in host.ports {
                for (what, text) in [("banner", port.banner), ("page title", port.title)] {
                    guard let text, words.contains(where: { text.lowercased().contains($0) }) else { continue }
                    return "port \(port.port): \(what) \(text.prefix(100))"
                }
            }
            return nil
        }

        func open(_ wanted: [Int]) -> String? {
            let found = wanted.filter(ports.contains)
            if found.isEmpty { return nil }
            return found.count == 1 ? "port \(found[0]) open" : "ports \(found.map(String.init).joined(separator: ", ")) open"
        }

        func speaks(_ service: String) -> String? {
            host.ports.first { $0.service == service }.map { "port \($0.port) speaks \(service)" }
        }
    }

    /// One rule: the evidence that it finds, if any.
    struct Rule: Sendable {
        let label: String
        let type: TargetType
        var os = ""
        let evidence: @Sendable (Clues) -> [String]
    }

    /// What a host seems to be.
    static func classify(_ host: FoundHost) -> Classification {
        let clues = Clues(host)
        if host.answersEverything {
            return Classification(
                label: "Takes every connection", type: .other, os: "",
                evidence: ["it takes connections on ports where nothing can be, so nothing it shows says anything"])
        }
        for rule in rules {
            let evidence = rule.evidence(clues)
            guard !evidence.isEmpty else { continue }
            let more = systems.first { $0.words.contains { word in clues.mention(of: [word]) != nil } }
            return Classification(
                label: rule.label, type: rule.type, os: rule.os.isEmpty ? more?.os ?? "" : rule.os, evidence: evidence)
        }
        return Classification(label: "Unknown host", type: .other, os: "", evidence: ["it answers: \(host.reachedBy)"])
    }

    /// Operating systems by the words that give them away.
    private static let systems: [(words: [String], os: String)] = [
        (["ubuntu"], "ubuntu"), (["debian", "+deb"], "debian"), (["raspbian"], "raspbian"), (["rocky"], "rocky"), (["centos"], "centos"),
        (["red hat", ".el7", ".el8", ".el9"], "rhel"), (["suse"], "suse"), (["freebsd"], "freebsd"), (["openbsd "], "openbsd"),
        (["windows"], "windows"), (["linux"], "linux"),
    ]

    private static func both(_ first: String?, _ second: String?) -> [String] {
        guard let first else { return [] }
        return [first] + (second.map { [$0] } ?? [])
    }

    private static let network = [
        "cisco", "junos", "juniper", "mikrotik", "routeros", "arista", "procurve", "aruba", "fortigate", "ubiquiti", "edgeos",
    ]
    private static let printers = ["jetdirect", "laserjet", "printer", "kyocera", "brother", "xerox", "ricoh"]
    private static let linux = [
        "ubuntu", "debian", "linux", "raspbian", "centos", "red hat", "rocky", "suse", "+deb", ".el7", ".el8", ".el9",
    ]

    static let rules: [Rule] = [
        Rule(label: "Printer", type: .other) { clues in
            both(clues.mention(of: printers), clues.open([515, 631, 9100]))
        },
        Rule(label: "Network device", type: .networkDevice) { clues in both(clues.mention(of: network), clues.open([22, 23, 443])) },
        Rule(label: "Windows server", type: .server, os: "windows") { clues in
            let said = clues.mention(of: ["windows", "microsoft-iis", "microsoft-httpapi", "openssh_for_windows"])
            let doors = clues.open([135, 445, 3389, 5985, 5986])
            if said == nil, clues.open([3389, 5985, 5986]) == nil, !(clues.ports.isSuperset(of: [135, 445])) { return [] }
            return [said, doors].compactMap { $0 }
        },
        Rule(label: "Linux server", type: .server) { clues in
            both(clues.mention(of: linux), clues.services.contains("ssh") ? clues.speaks("ssh") : clues.open([22]))
        },
        Rule(label: "Unix server", type: .server) { clues in
            both(clues.mention(of: ["openssh", "freebsd", "openbsd", "sunos", "aix"]), clues.speaks("ssh"))
        },
        Rule(label: "Database server", type: .database) { clues in
            clues.open([1433, 1521, 3306, 5432, 6379, 27_017]).map { [$0] } ?? []
        },
        Rule(label: "Mail server", type: .server) { clues in clues.speaks("smtp").map { [$0] } ?? [] },
        Rule(label: "SSH server", type: .server) { clues in clues.speaks("ssh").map { [$0] } ?? [] },
        Rule(label: "Network device", type: .networkDevice) { clues in
            guard let snmp = clues.host.snmp else { return [] }
            return ["SNMP: \(snmp.description.prefix(100))"]
        },
        Rule(label: "Web server", type: .api) { clues in
            [clues.speaks("https"), clues.speaks("http")].compactMap { $0 }
        },
    ]
}
