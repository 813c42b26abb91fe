import Contracts
import Foundation

/// Finds files of jobs.
package enum JobFiles {
    /// The files at paths: a file as it is, of a folder every `.yaml` and `.yml` in it and below, by name; `-` is standard input.
    /// - Throws: `ClientFailure` when a path cannot be read or a folder holds none.
    package static func read(_ paths: [String]) throws -> [ApplyFile] {
        var files: [ApplyFile] = []
        for path in paths {
            var isFolder: ObjCBool = false
            if path != "-", FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
                let names = (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? [])
                    .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
                guard !names.isEmpty else { throw ClientFailure.usage("There is no .yaml file in \(path).") }
                for name in names.sorted() { files.append(try file(path.hasSuffix("/") ? path + name : "\(path)/\(name)")) }
            } else {
                files.append(try file(path))
            }
        }
        return files
    }

    /// The documents of a text, each with as many empty lines before it as it had lines before it, so that lines keep their numbers.
    package static func documents(_ text: String) -> [String] {
        var documents: [[Substring]] = [[]]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let isSeparator = line.hasPrefix("---") && line.dropFirst(3).allSatisfy { $0 == " " || $0 == "\t" || $0 == "\r" }
            if isSeparator {
                documents.append(Array(repeating: "", count: documents[documents.count - 1].count + 1))
            } else {
                documents[documents.count - 1].append(line)
            }
        }
        return documents.filter { !$0.allSatisfy(isBlank) }.map { $0.joined(separator: "\n") }
    }

    private static func isBlank(_ line: Substring) -> Bool {
        let text = line.drop { $0 == " " || $0 == "\t" || $0 == "\r" }
        return text.isEmpty || text.hasPrefix("#")
    }

    private static func file(_ path: String) throws -> ApplyFile {
        ApplyFile(name: path == "-" ? "standard input" : path, yaml: try SecretInput.text(from: path))
    }
}
