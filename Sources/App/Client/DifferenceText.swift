import Contracts

/// A comparison of two outputs as people and `patch` know it: a sign before each line.
package enum DifferenceText {
    /// The lines; stretches that are left out are one line.
    package static func lines(_ difference: [DifferenceLine]) -> [String] {
        difference.map { line in
            switch line.kind {
            case .same: "  " + TextTable.visible(line.text)
            case .added: "+ " + TextTable.visible(line.text)
            case .removed: "- " + TextTable.visible(line.text)
            case .gap: "@ \(line.count ?? 0) unchanged lines"
            }
        }
    }

    /// Names of some targets and how many more there are, for example `web-1, web-2 and 5 more`.
    package static func names(_ names: [String], of count: Int, most: Int = 5) -> String {
        let shown = names.prefix(most)
        let rest = count - shown.count
        return TextTable.visible(shown.joined(separator: ", ")) + (rest > 0 ? " and \(rest) more" : "")
    }
}
