/// A table for people: columns as wide as their widest cell, headings in capitals.
package struct TextTable: Sendable {
    private let headings: [String]
    private var rows: [[String]] = []

    /// Starts a table.
    package init(_ headings: [String]) { self.headings = headings }

    /// Adds a row with a cell for each column.
    package mutating func add(_ cells: [String]) { rows.append(cells.map(Self.visible)) }

    /// The lines of the table; no line ends with blanks.
    package var lines: [String] {
        let all = [headings.map { $0.uppercased() }] + rows
        let widths = headings.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }

    /// A text on one line, with nothing in it that a terminal would obey.
    package static func visible(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if scalar == "\n" {
                shown += "\\n"
            } else if scalar == "\t" {
                shown += " "
            } else if isControl(scalar) {
                let hex = String(scalar.value, radix: 16)
                shown += "\\x" + (hex.count < 2 ? "0" : "") + hex
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 32 || (127..<160).contains(scalar.value) || (0x202A...0x202E).contains(scalar.value)
    }
}
