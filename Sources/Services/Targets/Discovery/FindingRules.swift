import Contracts
import Vocabulary

/// What follows from what was found. Pure.
enum FindingRules {
    /// What is different from the scan before, one sentence each.
    static func differences(from old: FoundHost, to new: FoundHost) -> [String] {
        var differences: [String] = []
        let (before, after) = (Set(old.ports.map(\.port)), Set(new.ports.map(\.port)))
        for port in after.subtracting(before).sorted() { differences.append("port \(port) is open now") }
        for port in before.subtracting(after).sorted() { differences.append("port \(port) is closed now") }
        let known = Dictionary(old.ports.map { ($0.port, $0) }) { first, _ in first }
        for port in new.ports {
            guard let was = known[port.port] else { continue }
            if was.service != port.service {
                differences.append(
                    "port \(port.port) spoke \(was.service ?? "nothing known") and speaks \(port.service ?? "nothing known")")
            } else if was.banner != port.banner {
                differences.append("port \(port.port) said `\(was.banner ?? "")` and says `\(port.banner ?? "")`")
            }
            if was.certificateNames != port.certificateNames, port.certificateNames != nil || was.certificateNames != nil {
                differences.append("the certificate on port \(port.port) has other names")
            }
        }
        let (oldKeys, newKeys) = (Set(old.hostKeys.map(\.fingerprint)), Set(new.hostKeys.map(\.fingerprint)))
        if !oldKeys.isEmpty, !newKeys.isEmpty, oldKeys != newKeys { differences.append("it shows another host key") }
        if old.names != new.names { differences.append("its name was \(list(old.names)) and is \(list(new.names))") }
        if old.snmp?.name != new.snmp?.name || old.snmp?.description != new.snmp?.description {
            differences.append("its SNMP agent says something else")
        }
        if old.answersEverything != new.answersEverything {
            differences.append(new.answersEverything ? "it takes every connection now" : "it does not take every connection any more")
        }
        return differences
    }

    private static func list(_ names: [String]) -> String { names.isEmpty ? "unknown" : names.joined(separator: ", ") }

    /// The name that an import gives it: what DNS, SNMP or a certificate says, else the address.
    static func name(of host: FoundHost, _ naming: FindingNaming = .found) -> String {
        var candidates: [String] = []
        if naming == .found {
            candidates += names(of: host)
            if let name = host.snmp?.name { candidates.append(name) }
            candidates += host.ports.flatMap { $0.certificateNames ?? [] }
        }
        for candidate in candidates {
            let plain = candidate.lowercased()
            if !plain.hasPrefix("*"), TargetRules.nameMistakes(plain, "target").isEmpty { return plain }
        }
        return host.address.replacing(":", with: "-")
    }

    /// The names that DNS gives it; loopback addresses have one that says nothing.
    private static func names(of host: FoundHost) -> [String] {
        (try? AddressBlock(host.address))?.concern.local == nil ? host.names : []
    }

    /// The texts by which a host is recognised: fingerprints, its address, and its names, folded.
    static func marks(of host: FoundHost) -> [(kind: FindingMatch, mark: String)] {
        let names = Set((names(of: host) + [host.snmp?.name].compactMap { $0 }).map { $0.lowercased() }).filter { !$0.isEmpty }
        // The first part of a full name is what targets are often called.
        let short = Set(names.compactMap { $0.split(separator: ".").first.map(String.init) })
        return Set(host.hostKeys.map(\.fingerprint)).sorted().map { (.hostKey, $0) } + [(.address, host.address)]
            + names.union(short).sorted().map { (.name, $0) }
    }

    /// The connection methods of a target for it: SSH where it answers, on the first such port.
    static func methods(of host: FoundHost, name: String, _ wish: ImportFindings) -> [ConnectionMethod] {
        guard let port = host.ports.first(where: { $0.service == "ssh" })?.port else { return [] }
        let byAddress = wish.connectByAddress ?? true
        return [
            ConnectionMethod(
                kind: .ssh, host: byAddress || name == host.address ? host.address : nil, port: port == 22 ? nil : port, user: wish.user,
                credential: wish.credential)
        ]
    }

    /// The target that an import makes of it.
    static func target(of host: FoundHost, _ classification: Classification, name: String, _ wish: ImportFindings) -> SaveTarget {
        SaveTarget(
            name: name, description: "Found by discovery: \(classification.label).", type: classification.type, os: classification.os,
            environment: wish.environment, location: wish.location, tags: wish.tags,
            connections: methods(of: host, name: name, wish), hostKeyPolicy: wish.hostKeyPolicy)
    }
}
