import Contracts
import Flow
import Store
import Vocabulary

/// What can be done with ranges: they are the allow-list of discovery.
struct RangeOperations: Sendable {
    let database: any Database
    let discovery: any DiscoveryStore
    let credentials: any CredentialStore
    let scans: ScanOperations
    let news: NewsDesk
    let clock: any WallClock
    let ids: any IDSource

    /// Ranges by name.
    func list(_ query: PageQuery) async throws -> Page<DiscoveryRange> {
        let after = try NameCursor.read(query.cursor)
        let limit = min(max(query.limit ?? NameCursor.usualLimit, 1), 500)
        return try await database.read { transaction in
            let found = try await discovery.ranges(after: after, limit: limit + 1, in: transaction)
            let total = after == nil ? try await discovery.rangeCount(in: transaction) : nil
            return NameCursor.page(found, limit: limit, total: total) { FilterText.folded($0.name) }
        }
    }

    /// One range.
    /// - Throws: `TargetError.notFound`.
    func show(_ reference: String) async throws -> DiscoveryRange { try await find(reference, in: database) }

    /// Allows a range.
    /// - Throws: `TargetError.invalid`, `nameTaken`.
    func create(_ save: SaveDiscoveryRange) async throws -> DiscoveryRange {
        let now = clock.now()
        let range = RangeRules.made(save, id: .make(ids), revision: 1, at: now)
        try await database.transact { transaction in
            try await requireSound(save, in: transaction)
            guard try await discovery.range(save.name, in: transaction) == nil else { throw TargetError.nameTaken(.range, save.name) }
            try await discovery.insert(range, in: transaction)
            try await note("created", before: nil, after: range, at: now, in: transaction)
        }
        news.ring()
        return range
    }

    /// Changes a range. A scan of it that runs is ended when other addresses are meant.
    /// - Throws: as `create`; `TargetError.notFound`, `staleRevision`.
    func update(_ reference: String, to save: SaveDiscoveryRange) async throws -> DiscoveryRange {
        let now = clock.now()
        let (saved, ended) = try await database.transact { transaction in
            let current = try await find(reference, in: transaction)
            if let sent = save.revision, sent != current.revision {
                throw TargetError.staleRevision(sent: sent, current: current.revision)
            }
            try await requireSound(save, in: transaction)
            let namesake = try await discovery.range(save.name, in: transaction)
            guard namesake == nil || namesake?.id == current.id else { throw TargetError.nameTaken(.range, save.name) }
            var next = RangeRules.made(save, id: current.id, revision: current.revision + 1, at: now)
            (next.hosts, next.scannedAt) = (current.hosts, current.scannedAt)
            if next.rescanHours == current.rescanHours { next.nextScanAt = current.nextScanAt }
            try await discovery.save(next, in: transaction)
            try await note("updated", before: current, after: next, at: now, in: transaction)
            let isOther = next.cidr != current.cidr || next.exclude != current.exclude
            let ended = isOther ? try await scans.end(current.id, "Its range was changed.", at: now, in: transaction) : nil
            return (next, ended)
        }
        news.ring()
        await scans.tellWorker(ended)
        return saved
    }

    /// Deletes a range with what was found in it.
    /// - Throws: `TargetError.notFound`.
    func delete(_ reference: String) async throws {
        let now = clock.now()
        let ended = try await database.transact { transaction in
            let current = try await find(reference, in: transaction)
            let running = try await discovery.running(current.id, in: transaction)
            try await discovery.delete(current.id, in: transaction)
            try await note("deleted", before: current, after: nil, at: now, in: transaction)
            return running?.lease
        }
        news.ring()
        await scans.tellWorker(ended)
    }

    private func find(_ reference: String, in reading: any Reading) async throws -> DiscoveryRange {
        guard let range = try await discovery.range(reference, in: reading) else { throw TargetError.notFound(.range, reference) }
        return range
    }

    private func requireSound(_ save: SaveDiscoveryRange, in transaction: any Transaction) async throws {
        var places = RangeRules.mistakes(in: save)
        let wanted = save.snmpCredentials ?? []
        let stored = try await credentials.credentials(wanted, in: transaction)
        let known = Dictionary(stored.map { ($0.credential.id, $0.credential) }) { first, _ in first }
        for (index, id) in wanted.enumerated() {
            if let credential = known[id], credential.kind.logsIn {
                places.append(
                    ProblemPlace("The credential `\(credential.name)` is not for SNMP.", pointer: "#/snmp_credentials/\(index)"))
            } else if known[id] == nil {
                places.append(ProblemPlace("There is no credential `\(id)`.", pointer: "#/snmp_credentials/\(index)"))
            }
        }
        guard places.isEmpty else { throw TargetError.invalid(.range, places) }
    }

    private func note(
        _ verb: String, before: DiscoveryRange?, after: DiscoveryRange?, at now: Timestamp, in transaction: any Transaction
    ) async throws {
        guard let range = after ?? before else { return }
        try await news.note(
            AuditNote(
                "discovery_range.\(verb)", .init("discovery_range", range.id.text, range.name), before: before?.audited,
                after: after?.audited, by: TargetsService.name, at: now), in: transaction)
    }
}
