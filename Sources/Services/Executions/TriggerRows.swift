import Contracts
import Vocabulary

extension RunTrigger {
    private static let separator = "\u{1f}"

    /// How it is kept, in one column that is read often.
    var text: String {
        let parts = [kind.rawValue, name, serial ?? "", id ?? "", owner ?? "", at.map { String($0.milliseconds) } ?? ""]
        return (parts + (chain ?? [])).joined(separator: Self.separator)
    }

    /// Reads `text`; nil for anything else.
    init?(text: String) {
        let parts = text.split(separator: Self.separator, omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 6, let kind = TriggerKind(rawValue: parts[0]) else { return nil }
        func part(_ index: Int) -> String? { parts[index].isEmpty ? nil : parts[index] }
        self.init(
            kind: kind, name: parts[1], serial: part(2), id: part(3), owner: part(4),
            at: Int64(parts[5]).map { Timestamp(milliseconds: $0) },
            chain: parts.count > 6 ? Array(parts[6...]) : nil)
    }
}
