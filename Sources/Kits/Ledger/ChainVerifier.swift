import Crypto

/// One entry as it was found somewhere.
package struct FoundEntry: Sendable {
    /// The chain in which it was found.
    package let source: String
    /// The number under which it was found.
    package let number: Int
    /// Its text.
    package let content: [UInt8]
    /// Its hash as it was found.
    package let hash: String
    /// Its seal; nil where there are none, as in an export.
    package let seal: String?
    /// What else does not say what the entry says, such as a column of the table; nil when all does.
    package let oddity: String?

    /// Takes what was found.
    package init(source: String, number: Int, content: [UInt8], hash: String, seal: String? = nil, oddity: String? = nil) {
        self.source = source
        self.number = number
        self.content = content
        self.hash = hash
        self.seal = seal
        self.oddity = oddity
    }
}

/// What is wrong with a chain, and where first.
package struct ChainFault: Error, Sendable, Hashable {
    /// The kinds.
    package enum Kind: String, Sendable, CaseIterable {
        /// The entry does not have the hash, or a column does not have the value, that it should.
        case edited
        /// There is no entry of this number, but there are later ones.
        case missing
        /// It does not follow the entry before it.
        case unlinked
        /// It was not written by this installation.
        case forged
        /// A signed head says another hash.
        case rewritten
        /// The chain ends before a signed head.
        case truncated
        /// A head was not signed by this installation.
        case badHead = "bad_head"
    }
    /// The chain.
    package let source: String
    /// The number of the first wrong entry.
    package let number: Int
    /// The kind.
    package let kind: Kind
    /// It in one sentence.
    package let detail: String

    /// Makes a fault.
    package init(_ source: String, _ number: Int, _ kind: Kind, _ detail: String) {
        self.source = source
        self.number = number
        self.kind = kind
        self.detail = detail
    }
}

/// Checks chains entry by entry, all of one chain in order of their numbers and then those of the next. It keeps nothing but the place where it is and the heads.
package struct ChainVerifier: Sendable {
    /// How many entries were looked at.
    package private(set) var checked = 0
    /// What is wrong, at most one fault for each chain.
    package private(set) var faults: [ChainFault] = []
    /// The last good entry of each chain.
    package private(set) var ends: [String: (number: Int, hash: String)] = [:]
    private let keys: LedgerKeys?
    private var heads: [String: [LedgerHead]]
    private var source: String?
    private var number = 0
    private var hash = LedgerEntry.firstPrevious
    private var isBroken = false
    private var nextHead = 0

    /// With `heads` also what was cut off or written anew is found; those that none of `publicKeys` signed are faults. With `keys`, which only the installation
    /// has, also what somebody else wrote.
    package init(heads: [LedgerHead] = [], publicKeys: [PublicKey] = [], keys: LedgerKeys? = nil) {
        self.keys = keys
        let known = keys?.publicKeys ?? publicKeys
        var sound: [LedgerHead] = []
        for head in heads {
            if head.isSigned(by: known) {
                sound.append(head)
            } else if !faults.contains(where: { $0.source == head.source && $0.kind == .badHead }) {
                faults.append(
                    ChainFault(
                        head.source, head.number, .badHead,
                        "The head of \(head.source) at \(head.number) was not signed with a key of this installation."))
            }
        }
        self.heads = Dictionary(grouping: sound, by: \.source).mapValues { $0.sorted { $0.number < $1.number } }
    }

    /// Looks at the next entry. Behind the first wrong one of a chain nothing of it is looked at.
    package mutating func check(_ entry: FoundEntry) {
        checked += 1
        if entry.source != source {
            endChain()
            (source, number, hash, isBroken, nextHead) = (entry.source, 0, LedgerEntry.firstPrevious, false, 0)
        }
        if isBroken { return }
        if let fault = fault(in: entry) {
            faults.append(fault)
            isBroken = true
            return
        }
        (number, hash) = (entry.number, entry.hash)
    }

    /// Says that there are no more entries.
    package mutating func finish() {
        endChain()
        source = nil
        for (source, heads) in heads.sorted(by: { $0.key < $1.key }) where ends[source] == nil {
            guard !heads.isEmpty, !faults.contains(where: { $0.source == source && $0.kind != .badHead }) else { continue }
            faults.append(ChainFault(source, 1, .truncated, "All entries of \(source) are gone, but there are signed heads of it."))
        }
    }

    private mutating func endChain() {
        guard let source, !isBroken else { return }
        ends[source] = (number, hash)
        guard let last = heads[source]?.last, last.number > number else { return }
        faults.append(
            ChainFault(
                source, number + 1, .truncated,
                "The chain of \(source) ends at \(number), but a signed head says that it had \(last.number) entries."))
    }

    private mutating func fault(in entry: FoundEntry) -> ChainFault? {
        func fault(_ kind: ChainFault.Kind, _ detail: String, at place: Int? = nil) -> ChainFault {
            ChainFault(entry.source, place ?? entry.number, kind, detail)
        }
        let name = "Entry \(entry.number) of \(entry.source)"
        if entry.number > number + 1 {
            return fault(.missing, "Entry \(number + 1) of \(entry.source) is missing.", at: number + 1)
        }
        if entry.number <= number { return fault(.unlinked, "\(name) stands behind entry \(number).") }
        guard LedgerEntry.hash(of: entry.content) == entry.hash else {
            return fault(.edited, "\(name) was changed: its hash is another one.")
        }
        guard let scan = LedgerScan(entry.content[...]), let previous = scan.plain("previous"), let place = scan.number("number"),
            let source = scan.plain("source")
        else { return fault(.edited, "\(name) is not an entry.") }
        guard place == entry.number, source.elementsEqual(entry.source.utf8) else {
            return fault(.unlinked, "\(name) belongs elsewhere.")
        }
        guard previous.elementsEqual(hash.utf8) else { return fault(.unlinked, "\(name) does not follow the entry before it.") }
        if let keys, let seal = entry.seal, !keys.recognises(seal, of: entry.hash) {
            return fault(.forged, "\(name) was not written by this installation.")
        }
        if let oddity = entry.oddity { return fault(.edited, "\(name) was changed: \(oddity)") }
        return head(at: entry).map { fault(.rewritten, $0) }
    }

    /// What a signed head has against an entry.
    private mutating func head(at entry: FoundEntry) -> String? {
        guard let heads = heads[entry.source] else { return nil }
        while nextHead < heads.count, heads[nextHead].number < entry.number { nextHead += 1 }
        while nextHead < heads.count, heads[nextHead].number == entry.number {
            if heads[nextHead].hash != entry.hash {
                return
                    "Entry \(entry.number) of \(entry.source), or one before it, is not what the head says that was signed on \(heads[nextHead].at)."
            }
            nextHead += 1
        }
        return nil
    }
}
