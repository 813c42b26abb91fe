import Contracts
import Ledger
import Store
import Vocabulary
import Web

/// Checks every entry.
struct VerifyOperations: Sendable {
    let room: AuditRoom

    /// Checks all chains against their hashes, seals and heads, and tells how far it is: JSON Lines of `AuditProgress`.
    func verify(_ wish: VerifyAudit) async throws -> Download {
        try await room.note(
            "audit.verified", .init("audit", "audit", "audit log"), after: .object(["heads": .integer(Int64(wish.heads?.count ?? 0))]))
        let check = Check(room: room, heads: (wish.heads ?? []).map { LedgerHead($0) })
        return Download(
            contentType: "application/jsonl",
            body: AsyncThrowingStream(unfolding: {
                try await check.next().map { lines in
                    try lines.flatMap { try JSONCodec.encode($0) + [UInt8(ascii: "\n")] }
                }
            }))
    }

    /// Checks everything at once and returns what is wrong; `progress` hears of it meanwhile.
    func run(heads: [LedgerHead], _ progress: @Sendable (AuditProgress) async -> Void) async throws -> [AuditFault] {
        let check = Check(room: room, heads: heads)
        var faults: [AuditFault] = []
        while let lines = try await check.next() {
            for line in lines {
                if let fault = line.fault { faults.append(fault) }
                await progress(line)
            }
        }
        return faults
    }
}

/// One verification on its way.
private actor Check {
    private let room: AuditRoom
    private let entries: EntryStream
    private let outside: [LedgerHead]
    private var verifier: ChainVerifier?
    private var (total, told, toldFaults) = (0, 0, 0)
    private var ends: [ChainEnd] = []
    private var isDone = false
    private static let step = 20_000

    init(room: AuditRoom, heads: [LedgerHead]) {
        self.room = room
        outside = heads
        entries = EntryStream(room: room)
    }

    /// What is new to tell; nil when everything was told.
    func next() async throws -> [AuditProgress]? {
        if isDone { return nil }
        if verifier == nil { try await begin() }
        while let page = try await entries.next() {
            for stored in page { verifier?.check(FoundEntry(stored)) }
            let lines = news(of: page.last?.source)
            if !lines.isEmpty { return lines }
        }
        isDone = true
        verifier?.finish()
        let found = verifier?.ends ?? [:]
        var lines = news(of: nil, mustTellFaults: true)
        let broken = Set((verifier?.faults ?? []).filter { $0.kind != .badHead }.map(\.source))
        for end in ends where !broken.contains(end.source) {
            // More may have come meanwhile, fewer are too few.
            guard end.number > found[end.source]?.number ?? 0 else { continue }
            let fault = AuditFault(
                source: end.source, number: (found[end.source]?.number ?? 0) + 1, kind: .truncated,
                detail: "The chain of \(end.source) had \(end.number) entries when it was written last.")
            lines.append(AuditProgress(source: end.source, checked: verifier?.checked ?? 0, total: total, fault: fault))
        }
        let checked = verifier?.checked ?? 0
        let chains = found.sorted { $0.key < $1.key }.map { source, last in
            AuditChain(
                source: source, number: last.number, hash: last.hash, at: ends.first { $0.source == source }?.at ?? room.clock.now())
        }
        return lines + [AuditProgress(checked: checked, total: max(total, checked), isDone: true, chains: chains)]
    }

    private func begin() async throws {
        ends = try await room.store.chains(in: room.database)
        total = ends.reduce(0) { $0 + $1.number }
        let own = try await room.store.lastHeads(in: room.database).values
        verifier = ChainVerifier(heads: outside + own.filter { !outside.contains($0) }, keys: room.keys)
    }

    private func news(of source: String?, mustTellFaults: Bool = false) -> [AuditProgress] {
        guard let verifier else { return [] }
        var lines = verifier.faults.dropFirst(toldFaults).map {
            AuditProgress(source: $0.source, checked: verifier.checked, total: max(total, verifier.checked), fault: AuditFault($0))
        }
        toldFaults = verifier.faults.count
        if verifier.checked - told >= Self.step {
            told = verifier.checked
            lines.append(AuditProgress(source: source, checked: told, total: max(total, told)))
        }
        return lines
    }
}

extension AuditFault {
    init(_ fault: ChainFault) {
        self.init(
            source: fault.source, number: fault.number, kind: Kind(rawValue: fault.kind.rawValue) ?? .edited, detail: fault.detail)
    }
}

extension FoundEntry {
    /// An entry of the table. What its columns say must be what its text says.
    fileprivate init(_ stored: StoredEntry) {
        let content = Array(stored.content.utf8)
        self.init(
            source: stored.source, number: stored.number, content: content, hash: stored.hash, seal: stored.seal,
            oddity: Self.oddity(of: stored, LedgerScan(content[...])))
    }

    private static func oddity(of stored: StoredEntry, _ scan: LedgerScan?) -> String? {
        guard let scan, let actor = scan.value("actor").flatMap(LedgerScan.init), let object = scan.value("object").flatMap(LedgerScan.init)
        else { return "it is not an entry." }
        let told = [
            text(scan, "action"), text(actor, "id"), text(actor, "name"), text(object, "kind"), text(object, "id"), text(object, "name"),
            text(scan, "request_id"),
        ]
        let at = text(scan, "at").flatMap { Timestamp($0) }
        let expected = [SQLValue.of(at)] + told.map { .of($0?.filter { $0 != "\0" }) }
        if text(scan, "id") != stored.id { return "the column id says something else." }
        for (index, name) in SQLAuditStore.columns.enumerated() where expected[index] != stored.columns[index] {
            return "the column \(name) says something else."
        }
        return nil
    }

    private static func text(_ scan: LedgerScan, _ name: StaticString) -> String? {
        if let plain = scan.plain(name) { return String(decoding: plain, as: UTF8.self) }
        return scan.value(name).flatMap { try? JSONCodec.decode(String.self, from: $0) }
    }
}
