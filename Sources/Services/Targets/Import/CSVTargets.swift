import Contracts
import Flow
import Foundation
import Vocabulary

/// Targets as CSV with a header. Further connection methods have their number in the header: `host.2`, `user.2`.
enum CSVTargets {
    private enum Column: Hashable {
        case name
        case tags
        case field(ImportEntry.Field)
        case fact(String)
        case method(Int, ImportMethod.Field)
    }

    /// The words of the header, for suggestions and for the export.
    private static let words: [String] =
        ["name", "tags"] + ImportEntry.Field.allCases.map(\.rawValue) + ImportMethod.Field.allCases.map(\.rawValue)
    private static let aliases = ["env": "environment", "username": "user", "tag": "tags", "address": "host", "hostname": "host"]

    /// The entries of a text.
    /// - Throws: `ImportFault` when the header is wrong.
    static func read(_ text: String) throws(ImportFault) -> [ImportEntry] {
        let table = CSVTable(text)
        guard let header = table.records.first else { throw ImportFault(message: "The list is empty.") }
        if let problem = header.problem { throw ImportFault(message: problem, line: header.line) }
        let columns = try columns(header)
        return table.records.dropFirst().map { entry($0, columns) }
    }

    private static func columns(_ header: CSVTable.Record) throws(ImportFault) -> [Column] {
        var columns: [Column] = []
        for field in header.fields {
            let word = field.trimmingCharacters(in: .whitespaces)
            guard let column = column(word) else {
                let near = Likeness.nearest(to: word, among: words)
                let hint =
                    near.map { "did you mean `\($0)`?" }
                    ?? "the columns are \(words.joined(separator: ", ")) and fact.NAME."
                throw ImportFault(message: "There is no column `\(word.prefix(80))`; \(hint)", line: header.line)
            }
            guard !columns.contains(column) else {
                throw ImportFault(message: "The column `\(word)` is there twice.", line: header.line)
            }
            columns.append(column)
        }
        guard columns.contains(.name) else {
            throw ImportFault(message: "There is no column `name`; the first line names the columns.", line: header.line)
        }
        return columns
    }

    private static func column(_ word: String) -> Column? {
        let lower = word.lowercased()
        if lower.hasPrefix("fact."), FilterField.isFactName(String(word.dropFirst(5))) { return .fact(String(word.dropFirst(5))) }
        let parts = lower.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let plain = aliases[parts[0]] ?? parts[0]
        if let method = ImportMethod.Field(rawValue: plain) {
            if parts.count == 1 { return .method(0, method) }
            guard parts.count == 2, let number = Int(parts[1]), (1...10).contains(number) else { return nil }
            return .method(number - 1, method)
        }
        guard parts.count == 1 else { return nil }
        switch plain {
        case "name": return .name
        case "tags": return .tags
        default: return ImportEntry.Field(rawValue: plain).map { .field($0) }
        }
    }

    private static func entry(_ record: CSVTable.Record, _ columns: [Column]) -> ImportEntry {
        var entry = ImportEntry(line: record.line, name: "")
        if let problem = record.problem { entry.problems.append(problem) }
        var fields = record.fields
        if fields.count != columns.count {
            entry.problems.append("The row and the header have different numbers of fields, \(fields.count) and \(columns.count).")
            fields = Array(fields.prefix(columns.count))
        }
        var methods = [Int: ImportMethod]()
        for (column, field) in zip(columns, fields) {
            let value = field.trimmingCharacters(in: .whitespaces)
            switch column {
            case .name: entry.name = value
            case .tags: entry.tags = value.split { $0 == ";" || $0 == "," || $0.isWhitespace }.map(String.init)
            case .field(.description): entry.values[.description] = field
            case .field(let name): entry.values[name] = value
            case .fact(let name): entry.facts[name] = field
            case .method(let position, let name): methods[position, default: ImportMethod()].values[name] = value
            }
        }
        let count = (methods.keys.max() ?? -1) + 1
        entry.methods = (0..<count).map { methods[$0] ?? ImportMethod() }
        return entry
    }

    /// Targets as CSV that imports again unchanged.
    static func write(_ targets: [Target], credentials: [CredentialID: String], names: [TargetID: String]) -> String {
        let facts = Dictionary(targets.flatMap(\.facts.keys).map { ($0.lowercased(), $0) }) { first, _ in first }
        let factNames = facts.sorted { $0.key < $1.key }
        let methodCount = max(1, targets.map(\.connections.count).max() ?? 1)
        var header = ["name"] + ImportEntry.Field.allCases.map(\.rawValue) + ["tags"]
        for position in 0..<methodCount {
            header += ImportMethod.Field.allCases.map { position == 0 ? $0.rawValue : "\($0.rawValue).\(position + 1)" }
        }
        header += factNames.map { "fact.\($0.value)" }
        var lines = [header.map(CSVTable.field).joined(separator: ",")]
        for target in targets {
            let values = ExportTexts.values(target)
            var row = [target.name] + ImportEntry.Field.allCases.map { values[$0] ?? "" } + [target.tags.joined(separator: ";")]
            for position in 0..<methodCount {
                let method = target.connections.indices.contains(position) ? target.connections[position] : nil
                let texts = method.map { ExportTexts.values($0, credentials, names) } ?? [:]
                row += ImportMethod.Field.allCases.map { texts[$0] ?? "" }
            }
            let byKey = Dictionary(target.facts.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
            row += factNames.map { byKey[$0.key] ?? "" }
            lines.append(row.map(CSVTable.field).joined(separator: ","))
        }
        return lines.joined(separator: "\r\n") + "\r\n"
    }
}

/// The texts of a target as lists have them.
enum ExportTexts {
    static func values(_ target: Target) -> [ImportEntry.Field: String] {
        [
            .description: target.description, .type: target.type.rawValue, .os: target.os, .environment: target.environment,
            .location: target.location, .status: target.status.rawValue, .hostKeyPolicy: target.hostKeyPolicy.rawValue,
            .slots: target.slots.map(String.init) ?? "",
        ]
    }

    static func values(
        _ method: ConnectionMethod, _ credentials: [CredentialID: String], _ names: [TargetID: String]
    ) -> [ImportMethod.Field: String] {
        let all: [ImportMethod.Field: String?] = [
            .kind: method.kind.rawValue, .host: method.host, .port: method.port.map(String.init), .user: method.user,
            .credential: method.credential.map { credentials[$0] ?? $0.text }, .jump: method.jump.map { names[$0] ?? $0.text },
            .connectTimeoutSeconds: method.connectTimeoutSeconds.map(String.init),
        ]
        return all.compactMapValues { $0 }
    }
}
