import Contracts
import Vocabulary

/// Tells where two JSON values differ.
enum Differences {
    private static let (mostPlaces, mostNames) = (500, 20)

    /// Every place that changed, in order of the names.
    static func between(_ before: JSONValue, _ after: JSONValue) -> [AuditDifference] {
        var found: [AuditDifference] = []
        compare(before, after, at: "", &found)
        return found
    }

    /// The outermost names whose values differ; nil when it was not there before or is not now.
    static func names(_ before: JSONValue?, _ after: JSONValue?) -> [String]? {
        guard case .object(let before)? = before, case .object(let after)? = after else { return nil }
        return Array(Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted().prefix(mostNames))
    }

    private static func compare(_ before: JSONValue?, _ after: JSONValue?, at pointer: String, _ found: inout [AuditDifference]) {
        guard before != after, found.count < mostPlaces else { return }
        switch (before, after) {
        case (.object(let old)?, .object(let new)?):
            for name in Set(old.keys).union(new.keys).sorted() {
                let escaped = name.replacing("~", with: "~0").replacing("/", with: "~1")
                compare(old[name], new[name], at: "\(pointer)/\(escaped)", &found)
            }
        case (.array(let old)?, .array(let new)?):
            for index in 0..<max(old.count, new.count) {
                compare(
                    index < old.count ? old[index] : nil, index < new.count ? new[index] : nil, at: "\(pointer)/\(index)", &found)
            }
        default: found.append(AuditDifference(pointer: pointer, before: before, after: after))
        }
    }
}
