import Contracts
import Vocabulary

/// What may be saved of ranges. Pure.
enum RangeRules {
    /// The ports that are tried where none are named: those that say most about what a host is, first.
    static let usualPorts = [
        22, 443, 80, 3389, 445, 23, 161, 21, 25, 135, 139, 5985, 8080, 8443, 3306, 5432, 1433, 6379, 9100, 587,
    ].filter { $0 != 161 }

    /// A range as it would be after it was saved.
    static func made(_ save: SaveDiscoveryRange, id: DiscoveryRangeID, revision: Int, at now: Timestamp) -> DiscoveryRange {
        DiscoveryRange(
            id: id, name: save.name, cidr: (try? AddressBlock(save.cidr))?.description ?? save.cidr, exclude: save.exclude ?? [],
            description: save.description ?? "", allowLocal: save.allowLocal ?? false, ports: save.ports ?? usualPorts,
            ratePerSecond: save.ratePerSecond ?? 100, concurrency: save.concurrency ?? 16,
            timeoutMilliseconds: save.timeoutMilliseconds ?? 1000, snmpCredentials: save.snmpCredentials ?? [],
            rescanHours: save.rescanHours, addresses: AddressPlan.of(save.cidr, save.exclude ?? [])?.count ?? 0, hosts: 0,
            nextScanAt: save.rescanHours.map { now + .seconds(3600 * $0) }, revision: revision, updatedAt: now)
    }

    /// Everything that is wrong with a range by itself.
    static func mistakes(in save: SaveDiscoveryRange) -> [ProblemPlace] {
        var places = TargetRules.nameMistakes(save.name, "range")
        do throws(AddressBlock.Refusal) {
            let block = try AddressBlock(save.cidr)
            let concern = block.concern
            if let never = concern.never {
                places.append(ProblemPlace("`\(save.cidr)` has \(never), where no hosts are; nothing is scanned there.", pointer: "#/cidr"))
            } else if let local = concern.local, save.allowLocal != true {
                places.append(
                    ProblemPlace(
                        "`\(save.cidr)` has \(local), which are the worker's own machine or link; say `allow_local` if that is meant.",
                        pointer: "#/cidr"))
            }
        } catch {
            places.append(ProblemPlace(error.sentence, pointer: "#/cidr"))
        }
        for (index, text) in (save.exclude ?? []).enumerated() {
            do throws(AddressBlock.Refusal) { _ = try AddressBlock(text) } catch {
                places.append(ProblemPlace(error.sentence, pointer: "#/exclude/\(index)"))
            }
        }
        if (save.exclude ?? []).count > 100 { places.append(ProblemPlace("At most 100 ranges are left out.", pointer: "#/exclude")) }
        return places + portMistakes(save.ports) + numberMistakes(save) + paceMistakes(save)
    }

    private static func portMistakes(_ ports: [Int]?) -> [ProblemPlace] {
        guard let ports else { return [] }
        var places = ports.enumerated().filter { !(1...65535).contains($1) }.map { index, port in
            ProblemPlace("The port \(port) does not exist; ports are 1 to 65535.", pointer: "#/ports/\(index)")
        }
        if Set(ports).count != ports.count { places.append(ProblemPlace("A port is there twice.", pointer: "#/ports")) }
        if !(1...200).contains(ports.count) { places.append(ProblemPlace("Name 1 to 200 ports.", pointer: "#/ports")) }
        return places
    }

    private static func numberMistakes(_ save: SaveDiscoveryRange) -> [ProblemPlace] {
        let numbers: [(String, Int?, ClosedRange<Int>, String)] = [
            ("rate_per_second", save.ratePerSecond, 1...2000, "The rate is 1 to 2000 packets in a second."),
            ("concurrency", save.concurrency, 1...64, "1 to 64 addresses are looked at at the same time."),
            ("timeout_milliseconds", save.timeoutMilliseconds, 50...10_000, "The time for an answer is 50 to 10000 milliseconds."),
            ("rescan_hours", save.rescanHours, 1...8760, "There are 1 to 8760 hours between scans."),
        ]
        return numbers.compactMap { field, number, allowed, sentence in
            guard let number, !allowed.contains(number) else { return nil }
            return ProblemPlace(sentence, pointer: "#/\(field)")
        }
    }

    private static func paceMistakes(_ save: SaveDiscoveryRange) -> [ProblemPlace] {
        let range = made(save, id: .sample, revision: 1, at: .sample)
        guard range.ratePerSecond > 0 else { return [] }
        let seconds = ScanPace.seconds(range.settings)
        guard seconds > ScanPace.mostSeconds else { return [] }
        return [
            ProblemPlace(
                "With \(range.ports.count) ports, \(range.timeoutMilliseconds) ms and \(range.ratePerSecond) packets in a second one silent "
                    + "address takes \(Int(seconds)) s; use fewer ports, less time or a higher rate, so that it is at most "
                    + "\(Int(ScanPace.mostSeconds)) s.", pointer: "#/ports")
        ]
    }
}

extension DiscoveryRange {
    /// How its addresses are looked at.
    var settings: ScanSettings {
        ScanSettings(
            exclude: exclude, ports: ports, ratePerSecond: ratePerSecond, concurrency: concurrency,
            timeoutMilliseconds: timeoutMilliseconds, snmpCredentials: snmpCredentials)
    }

    /// What the audit log keeps of it.
    var audited: JSONValue {
        var fields: [String: JSONValue] = [
            "name": .string(name), "cidr": .string(cidr), "exclude": .array(exclude.map { .string($0) }),
            "allow_local": .boolean(allowLocal), "ports": .array(ports.map { .integer(Int64($0)) }),
            "rate_per_second": .integer(Int64(ratePerSecond)), "concurrency": .integer(Int64(concurrency)),
            "timeout_milliseconds": .integer(Int64(timeoutMilliseconds)),
            "snmp_credentials": .array(snmpCredentials.map { .string($0.text) }),
        ]
        if let rescanHours { fields["rescan_hours"] = .integer(Int64(rescanHours)) }
        return .object(fields)
    }
}
