import Vocabulary

/// A block of addresses such as `10.1.0.0/24`. Pure.
struct AddressBlock: Hashable, Sendable, CustomStringConvertible {
    let isV6: Bool
    let first: UInt128
    let prefix: Int

    /// Why a text is no block that may be scanned, in one sentence.
    struct Refusal: Error, Hashable {
        let sentence: String
    }

    /// The most addresses of a block: those of an IPv4 /16.
    static let mostAddresses = 65_536

    private var width: Int { isV6 ? 128 : 32 }
    /// How many addresses it has.
    var count: UInt128 { UInt128(1) << UInt128(width - prefix) }
    var last: UInt128 { first + (count - 1) }

    /// Reads a block, or one address; the bits behind the prefix have to be zero. Blocks that are too large are refused.
    init(_ text: String) throws(Refusal) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ NetworkAddress($0) }) else {
            throw Refusal(sentence: "`\(text.prefix(64))` is not a range of addresses; write for example 10.1.0.0/24.")
        }
        let width = address.isV6 ? 128 : 32
        var prefix = width
        if parts.count == 2 {
            guard let given = Int(parts[1]), (0...width).contains(given), parts[1].utf8.allSatisfy({ (48...57).contains($0) }) else {
                throw Refusal(sentence: "`/\(parts[1].prefix(16))` is not a prefix length; it is 0 to \(width).")
            }
            prefix = given
        }
        // Before anything is computed with it: a /0 of IPv6 has more addresses than can be counted here.
        let smallest = width - 16
        guard prefix >= smallest else {
            throw Refusal(
                sentence:
                    "A /\(prefix) is too large to be scanned; use /\(smallest) or smaller, which is at most \(Self.mostAddresses) addresses."
            )
        }
        let size = UInt128(1) << UInt128(width - prefix)
        guard address.number % size == 0 else {
            let begin = NetworkAddress(isV6: address.isV6, number: address.number - address.number % size)
            throw Refusal(sentence: "`\(text)` has bits behind its prefix; do you mean \(begin)/\(prefix)?")
        }
        (isV6, first, self.prefix) = (address.isV6, address.number, prefix)
    }

    var description: String { "\(NetworkAddress(isV6: isV6, number: first))/\(prefix)" }

    func contains(_ other: AddressBlock) -> Bool { isV6 == other.isV6 && first <= other.first && other.last <= last }

    func overlaps(_ other: AddressBlock) -> Bool { isV6 == other.isV6 && first <= other.last && other.first <= last }

    /// What is special about some of its addresses: `local` has to be allowed as such, `never` are none of hosts.
    var concern: (local: String?, never: String?) {
        for (text, name) in Self.neverScanned where overlaps(text) { return (nil, name) }
        for (text, name) in Self.localBlocks where overlaps(text) { return (name, nil) }
        return (nil, nil)
    }

    private init(isV6: Bool, _ first: UInt128, _ prefix: Int) { (self.isV6, self.first, self.prefix) = (isV6, first, prefix) }

    // IANA's registries of special-purpose addresses.
    private static let localBlocks: [(AddressBlock, String)] = [
        (AddressBlock(isV6: false, 0x7f00_0000, 8), "loopback addresses"),
        (AddressBlock(isV6: false, 0xa9fe_0000, 16), "link-local addresses"),
        (AddressBlock(isV6: true, 1, 128), "the loopback address"),
        (AddressBlock(isV6: true, 0xfe80 << 112, 10), "link-local addresses"),
    ]
    private static let neverScanned: [(AddressBlock, String)] = [
        (AddressBlock(isV6: false, 0, 8), "addresses of this network"), (AddressBlock(isV6: false, 0xe000_0000, 4), "multicast addresses"),
        (AddressBlock(isV6: false, 0xf000_0000, 4), "reserved addresses"), (AddressBlock(isV6: true, 0, 128), "the unspecified address"),
        (AddressBlock(isV6: true, 0xff00 << 112, 8), "multicast addresses"),
    ]
}

/// The addresses of a block without those left out, and without the network's own and its broadcast address. Pure.
struct AddressPlan: Sendable {
    let isV6: Bool
    /// What is left, as runs of numbers in order.
    private let runs: [ClosedRange<UInt128>]

    init(_ block: AddressBlock, exclude: [AddressBlock]) {
        isV6 = block.isV6
        let isNetwork = !block.isV6 && block.prefix <= 30
        var runs = isNetwork ? [block.first + 1...block.last - 1] : [block.first...block.last]
        for hole in exclude where hole.isV6 == block.isV6 {
            runs = runs.flatMap { run -> [ClosedRange<UInt128>] in
                if hole.last < run.lowerBound || hole.first > run.upperBound { return [run] }
                let before = hole.first > run.lowerBound ? [run.lowerBound...hole.first - 1] : []
                let after = hole.last < run.upperBound ? [hole.last + 1...run.upperBound] : []
                return before + after
            }
        }
        self.runs = runs
    }

    /// The plan of texts that were checked before; nothing for others.
    static func of(_ cidr: String, _ exclude: [String]) -> AddressPlan? {
        guard let block = try? AddressBlock(cidr) else { return nil }
        return AddressPlan(block, exclude: exclude.compactMap { try? AddressBlock($0) })
    }

    /// How many there are.
    var count: Int { runs.reduce(0) { $0 + Int($1.upperBound - $1.lowerBound) + 1 } }

    /// So many of them in order, from a place on.
    func addresses(from start: Int, count: Int) -> [NetworkAddress] {
        var (left, skip, found): (Int, Int, [NetworkAddress]) = (count, start, [])
        for run in runs where left > 0 {
            let length = Int(run.upperBound - run.lowerBound) + 1
            if skip >= length {
                skip -= length
                continue
            }
            let some = min(left, length - skip)
            found += (0..<some).map { NetworkAddress(isV6: isV6, number: run.lowerBound + UInt128(skip + $0)) }
            (left, skip) = (left - some, 0)
        }
        return found
    }
}

/// How many addresses a worker gets at once. Pure.
enum ScanPace {
    /// The longest that one address may take that nobody answers on.
    static let mostSeconds = 60.0

    /// How long one address takes at most where nothing answers: every port, an echo request, and each SNMP credential.
    static func seconds(_ settings: ScanSettings) -> Double {
        let (ports, rate, timeoutMilliseconds) = (questions(settings), settings.ratePerSecond, settings.timeoutMilliseconds)
        return Double(ports) * (Double(timeoutMilliseconds) / 1000 + 1 / Double(rate))
    }

    private static func questions(_ settings: ScanSettings) -> Int { settings.ports.count + 3 * settings.snmpCredentials.count + 2 }

    /// So many addresses that a worker is done with them within about half a minute.
    static func chunk(_ settings: ScanSettings) -> Int {
        let byRate = 30.0 * Double(settings.ratePerSecond) / Double(questions(settings))
        let byTime = 30.0 * Double(settings.concurrency) / seconds(settings)
        return max(1, min(64, Int(min(byRate, byTime))))
    }
}
