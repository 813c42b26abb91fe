import Contracts
import Foundation
import Vocabulary
import Web

/// Targets as a JSON array of objects; credentials and jump targets by name.
enum JSONTargets {
    private static let fields = ["name", "tags", "facts", "connections"] + ImportEntry.Field.allCases.map(\.rawValue)

    /// The entries of a text.
    /// - Throws: `ImportFault` when it is no array of objects.
    static func read(_ text: String) throws(ImportFault) -> [ImportEntry] {
        let node: JSONNode
        do {
            node = try JSONParser.parse(text.utf8)
        } catch let fault as JSONFault {
            throw ImportFault(
                message: "This is not JSON: \(fault.reason) (line \(fault.line), character \(fault.column)).", line: fault.line)
        } catch {
            throw ImportFault(message: "This is not JSON.")
        }
        guard case .array(let items) = node else {
            throw ImportFault(message: "The list must be a JSON array of targets, not \(node.kind).", line: 1)
        }
        return zip(items, lines(text)).map { entry($0, line: $1) }
    }

    private static func entry(_ node: JSONNode, line: Int) -> ImportEntry {
        var entry = ImportEntry(line: line, name: "")
        guard case .object(let members) = node else {
            entry.problems = ["A target must be an object, not \(node.kind)."]
            return entry
        }
        for member in members {
            switch member.key {
            case "name": entry.name = text(member, &entry.problems)
            case "tags": entry.tags = texts(member, &entry.problems)
            case "facts":
                entry.keepsFacts = false
                entry.facts = facts(member, &entry.problems)
            case "connections":
                entry.keepsMethods = false
                entry.methods = methods(member, &entry.problems)
            default:
                if let field = ImportEntry.Field(rawValue: member.key) {
                    entry.values[field] = text(member, &entry.problems)
                } else {
                    entry.problems.append(unknown(member.key, "field", among: fields))
                }
            }
        }
        return entry
    }

    private static func unknown(_ key: String, _ what: String, among known: [String]) -> String {
        let near = Likeness.nearest(to: key, among: known).map { "did you mean `\($0)`?" }
        return "There is no \(what) `\(key.prefix(80))`; " + (near ?? "there are \(known.joined(separator: ", ")).")
    }

    private static func scalar(_ node: JSONNode) -> String? { node == .null ? "" : node.value.text }

    private static func text(_ member: JSONMember, _ problems: inout [String]) -> String {
        if let text = scalar(member.value) { return text }
        problems.append("`\(member.key.prefix(80))` must be a text, not \(member.value.kind).")
        return ""
    }

    private static func texts(_ member: JSONMember, _ problems: inout [String]) -> [String] {
        guard case .array(let items) = member.value else {
            problems.append("`\(member.key)` must be a list of texts, not \(member.value.kind).")
            return []
        }
        let texts = items.compactMap(scalar)
        if texts.count != items.count { problems.append("`\(member.key)` must be a list of texts.") }
        return texts
    }

    private static func facts(_ member: JSONMember, _ problems: inout [String]) -> [String: String] {
        guard case .object(let members) = member.value else {
            problems.append("`facts` must be an object, not \(member.value.kind).")
            return [:]
        }
        return Dictionary(members.map { ($0.key, text($0, &problems)) }) { first, _ in first }
    }

    private static func methods(_ member: JSONMember, _ problems: inout [String]) -> [ImportMethod] {
        guard case .array(let items) = member.value else {
            problems.append("`connections` must be a list of objects, not \(member.value.kind).")
            return []
        }
        return items.map { item in
            var method = ImportMethod(values: Dictionary(uniqueKeysWithValues: ImportMethod.Field.allCases.map { ($0, "") }))
            method.values[.kind] = ConnectionKind.ssh.rawValue
            guard case .object(let members) = item else {
                problems.append("A connection must be an object, not \(item.kind).")
                return method
            }
            for member in members {
                if let field = ImportMethod.Field(rawValue: member.key) {
                    method.values[field] = text(member, &problems)
                } else {
                    problems.append(unknown(member.key, "part of a connection", among: ImportMethod.Field.allCases.map(\.rawValue)))
                }
            }
            return method
        }
    }

    /// The lines where the elements of the outermost array begin. The text is known to be JSON.
    private static func lines(_ text: String) -> [Int] {
        var (lines, line, depth): ([Int], Int, Int) = ([], 1, 0)
        var (isQuoted, isEscaped, awaits) = (false, false, false)
        for byte in text.utf8 {
            if byte == 10 { line += 1 }
            if isQuoted {
                if !isEscaped, byte == UInt8(ascii: "\"") { isQuoted = false }
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                continue
            }
            let isSpace = [9, 10, 13, 32].contains(byte)
            if awaits, depth == 1, !isSpace {
                lines.append(line)
                awaits = false
            }
            switch byte {
            case UInt8(ascii: "\""): isQuoted = true
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                if depth == 1 { awaits = true }
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ","): if depth == 1 { awaits = true }
            default: break
            }
        }
        return lines
    }

    private struct Exported: Encodable {
        let name, description, type, os, environment, location, status, hostKeyPolicy: String
        let slots: Int?
        let tags: [String]
        /// An object, whose members are written in the order of their names.
        let facts: JSONValue
        let connections: [Connection]
    }

    private struct Connection: Encodable {
        let kind: String
        let host: String?
        let port: Int?
        let user, credential, jump: String?
        let connectTimeoutSeconds: Int?
    }

    /// Targets as JSON that imports again unchanged, one target a line.
    static func write(_ targets: [Target], credentials: [CredentialID: String], names: [TargetID: String]) throws -> String {
        let lines = try targets.map { target in
            let connections = target.connections.map { method -> Connection in
                let texts = ExportTexts.values(method, credentials, names)
                return Connection(
                    kind: method.kind.rawValue, host: method.host, port: method.port, user: method.user,
                    credential: texts[.credential], jump: texts[.jump], connectTimeoutSeconds: method.connectTimeoutSeconds)
            }
            let exported = Exported(
                name: target.name, description: target.description, type: target.type.rawValue, os: target.os,
                environment: target.environment, location: target.location, status: target.status.rawValue,
                hostKeyPolicy: target.hostKeyPolicy.rawValue, slots: target.slots, tags: target.tags,
                facts: .object(target.facts.mapValues { .string($0) }), connections: connections)
            return String(decoding: try JSONCodec.encode(exported), as: UTF8.self)
        }
        return lines.isEmpty ? "[]\n" : "[\n" + lines.joined(separator: ",\n") + "\n]\n"
    }
}
