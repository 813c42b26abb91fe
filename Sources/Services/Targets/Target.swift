import Contracts
import Flow
import Foundation
import Vocabulary

// The rules of a target: what may be saved and what follows from it. Pure: times and ids are arguments.

extension Target {
    /// A new target out of a description whose rules hold.
    static func made(_ save: SaveTarget, id: TargetID, serial: String, at now: Timestamp) -> Target {
        Target(
            id: id, serial: serial, name: save.name, description: save.description ?? "", type: save.type ?? .server,
            os: save.os ?? "", environment: save.environment ?? "", location: save.location ?? "",
            tags: TargetRules.ordered(save.tags ?? []), facts: save.facts ?? [:], status: save.status ?? .active,
            connections: save.connections ?? [], hostKeyPolicy: save.hostKeyPolicy ?? .strict, hostKeys: [],
            slots: save.slots, revision: 1, createdAt: now, updatedAt: now)
    }

    /// The target with its serial.
    func numbered(_ serial: String) -> Target {
        var numbered = self
        numbered.serial = serial
        return numbered
    }

    /// The target with a new description; its pinned host keys stay.
    func changed(to save: SaveTarget, at now: Timestamp) -> Target {
        var next = Target.made(save, id: id, serial: serial, at: now)
        next.hostKeys = hostKeys
        next.revision = revision + 1
        next.createdAt = createdAt
        return next
    }

    /// The description as it would be saved again.
    var saved: SaveTarget {
        SaveTarget(
            name: name, description: description, type: type, os: os, environment: environment, location: location,
            tags: tags, facts: facts, status: status, connections: connections, hostKeyPolicy: hostKeyPolicy, slots: slots)
    }

    /// What filters see of it.
    var subject: FilterSubject {
        FilterSubject(
            name: name, serial: serial, environment: environment, os: os, type: type.rawValue, status: status.rawValue,
            location: location, tags: tags, facts: facts)
    }
}

/// What may be saved of a target.
enum TargetRules {
    /// The values of the fields that take only certain ones, for the filter's parser.
    static let closedFields: [FilterField: [String]] = [
        .type: TargetType.allCases.map(\.rawValue), .status: TargetStatus.allCases.map(\.rawValue),
        .health: HealthState.allCases.map(\.rawValue),
    ]

    /// Everything that is wrong with a description by itself, without looking at other targets.
    static func mistakes(in save: SaveTarget) -> [ProblemPlace] {
        var places = nameMistakes(save.name, "target")
        let texts: [(String, String?, Int)] = [
            ("description", save.description, 2000), ("os", save.os, 64), ("environment", save.environment, 64),
            ("location", save.location, 128),
        ]
        for (field, text, most) in texts {
            guard let text else { continue }
            if text.count > most {
                places.append(ProblemPlace("The \(field) has at most \(most) characters.", pointer: "#/\(field)"))
            }
            if field != "description" && text.contains(where: \.isNewline) || text.contains("\0") {
                places.append(ProblemPlace("The \(field) has characters that cannot be shown.", pointer: "#/\(field)"))
            }
        }
        if let slots = save.slots, !(1...1000).contains(slots) {
            places.append(ProblemPlace("A target has between 1 and 1000 slots, or none given for no limit.", pointer: "#/slots"))
        }
        return places + tagMistakes(save.tags ?? []) + factMistakes(save.facts ?? [:])
            + ConnectionRules.mistakes(in: save.connections ?? [])
    }

    /// What is wrong with a name: letters, digits, `.`, `_` and `-`, at most 128, and nothing that could be taken for an id or a serial.
    static func nameMistakes(_ name: String, _ noun: String) -> [ProblemPlace] {
        func place(_ detail: String) -> [ProblemPlace] { [ProblemPlace(detail, pointer: "#/name")] }
        let shown = String(name.prefix(80))
        guard !name.isEmpty else { return place("A \(noun) needs a name.") }
        guard name.utf8.count <= 128, isPlain(name, also: "._-"), name.utf8.first.map(isAlphanumeric) == true else {
            return place(
                "The name `\(shown)` cannot be used; use up to 128 letters, digits, `.`, `_` and `-`, beginning with a letter or digit.")
        }
        let isSerial = name.uppercased().hasPrefix("T") && name.count >= 9 && name.dropFirst().allSatisfy(\.isNumber)
        guard !isSerial, TargetID(name) == nil else { return place("The name `\(shown)` looks like a serial or an id; choose another.") }
        return []
    }

    /// What is wrong with tags: letters, digits, `.`, `_`, `:`, `/` and `-`, at most 64 characters each and 100 of them.
    static func tagMistakes(_ tags: [String], pointer: String = "#/tags") -> [ProblemPlace] {
        var places = tags.enumerated().compactMap { index, tag -> ProblemPlace? in
            guard !(1...64).contains(tag.utf8.count) || !isPlain(tag, also: "._:/-") else { return nil }
            return ProblemPlace(
                "The tag `\(tag.prefix(80))` cannot be used; use up to 64 letters, digits, `.`, `_`, `:`, `/` and `-`.",
                pointer: "\(pointer)/\(index)")
        }
        if tags.count > 100 { places.append(ProblemPlace("A target has at most 100 tags.", pointer: pointer)) }
        return places
    }

    private static func factMistakes(_ facts: [String: String]) -> [ProblemPlace] {
        var places: [ProblemPlace] = []
        var seen: Set<String> = []
        for (name, value) in facts.sorted(by: { $0.key < $1.key }) {
            let pointer = "#/facts/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
            if !FilterField.isFactName(name) {
                places.append(
                    ProblemPlace(
                        "The fact `\(name.prefix(80))` cannot be used; use up to 64 letters, digits, `.`, `_` and `-`.",
                        pointer: pointer))
            }
            if !seen.insert(name.lowercased()).inserted {
                places.append(ProblemPlace("The fact `\(name.prefix(80))` is there twice.", pointer: pointer))
            }
            if value.count > 2000 || value.contains("\0") {
                places.append(ProblemPlace("The fact `\(name.prefix(80))` has at most 2000 characters.", pointer: pointer))
            }
        }
        if facts.count > 200 { places.append(ProblemPlace("A target has at most 200 facts.", pointer: "#/facts")) }
        return places
    }

    /// Tags in order, each once without regard to case.
    static func ordered(_ tags: [String]) -> [String] {
        var seen: Set<String> = []
        return tags.filter { seen.insert($0.lowercased()).inserted }.sorted { ($0.lowercased(), $0) < ($1.lowercased(), $1) }
    }

    /// The serial of the so-and-so-many-th target of a year.
    static func serial(_ number: Int, year: Int) -> String {
        let digits = String(number)
        return "T\(year)" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    private static func isPlain(_ text: String, also more: String) -> Bool {
        text.utf8.allSatisfy { isAlphanumeric($0) || more.utf8.contains($0) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
}
