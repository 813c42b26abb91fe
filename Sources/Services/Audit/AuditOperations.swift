import Contracts
import Ledger
import Store
import Vocabulary
import Web

/// Takes notes and shows them.
struct AuditOperations: Sendable {
    let room: AuditRoom

    /// Writes what a service tells to its chain. A note that cannot be read is kept as it came: nothing that was told gets lost.
    func take(_ delivery: NewsDelivery) async throws {
        let notes = delivery.items.map { item -> (id: String, note: AuditNote) in
            if let note = NoteReading.note(item.payload) { return (item.id, note) }
            return (
                item.id,
                AuditNote(
                    item.kind, .init("note", item.id, item.kind), after: .object(["payload": .string(item.payload)]),
                    detail: "The note could not be read.", origin: Origin(caller: .service(delivery.from)), by: delivery.from,
                    at: item.createdAt)
            )
        }
        try await room.append(notes, of: delivery.from)
    }

    /// What was done, newest first.
    /// - Throws: `AuditError.badCursor`, `.timesSwapped`.
    func list(_ query: AuditQuery, by caller: Caller) async throws -> Page<AuditRecord> {
        let filter = EntryFilter(query)
        try filter.check()
        let place = try query.cursor.map(Self.place)
        let limit = query.limit ?? 50
        try await noteReading(by: caller)
        let found = try await room.store.page(filter, after: place, limit: limit + 1, in: room.database)
        let entries = found.prefix(limit).compactMap(\.entry)
        let last = found.count > limit ? entries.last : nil
        return Page(
            items: entries.map { AuditRecord($0) }, nextCursor: last.map { "\($0.note.at.milliseconds).\($0.id)" })
    }

    /// One entry.
    /// - Throws: `AuditError.noEntry`.
    func show(_ id: String, by caller: Caller) async throws -> AuditEntry {
        try await noteReading(by: caller)
        guard let stored = try await room.store.entry(id, in: room.database), let entry = stored.entry else {
            throw AuditError.noEntry(id)
        }
        let head = try await room.store.head(of: stored.source, from: stored.number, in: room.database)
        let (before, after) = (entry.note.before, entry.note.after)
        return AuditEntry(
            record: AuditRecord(entry), before: before, after: after,
            differences: before.flatMap { before in after.map { Differences.between(before, $0) } } ?? [],
            previous: entry.previous, hash: stored.hash, head: head.map { AuditHead($0) })
    }

    /// The chains and up to where they are signed.
    func chains() async throws -> AuditChains {
        let heads = try await room.store.lastHeads(in: room.database)
        let ends = try await room.store.chains(in: room.database)
        return AuditChains(
            items: ends.map { end in
                AuditChain(
                    source: end.source, number: end.number, hash: end.hash, at: end.at, head: heads[end.source].map { AuditHead($0) })
            })
    }

    /// Signed heads, newest first.
    /// - Throws: `AuditError.badCursor`.
    func heads(_ query: AuditHeadQuery) async throws -> Page<AuditHead> {
        let limit = query.limit ?? 50
        let place = try query.cursor.map(Self.head)
        let found = try await room.store.heads(of: query.source, before: place, limit: limit + 1, in: room.database)
        let shown = found.prefix(limit)
        return Page(
            items: shown.map { AuditHead($0) },
            nextCursor: found.count > limit ? shown.last.map { "\($0.at.milliseconds).\($0.source).\($0.number)" } : nil)
    }

    /// The public keys.
    var keys: AuditKeys { AuditKeys(items: room.keys.publicKeys.map { AuditKey(id: $0.id, publicKey: $0.text) }) }

    /// Who reads the log stands in it, once in a while.
    private func noteReading(by caller: Caller) async throws {
        let reader = "\(caller.user?.text ?? caller.name) \(Origin.current?.address ?? "")"
        guard room.readers.isNews(reader, at: room.clock.now()) else { return }
        do {
            try await room.note(
                "audit.read", .init("audit", "audit", "audit log"),
                detail: "What is read in the ten minutes after this is not noted again.")
        } catch {
            room.readers.forget(reader)
            throw error
        }
    }

    private static func place(_ cursor: String) throws(AuditError) -> EntryPlace {
        let parts = cursor.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let at = Int64(parts[0]) else { throw .badCursor }
        return EntryPlace(at: Timestamp(milliseconds: at), id: String(parts[1]))
    }

    private static func head(_ cursor: String) throws(AuditError) -> LedgerHead {
        let parts = cursor.split(separator: ".")
        guard parts.count == 3, let at = Int64(parts[0]), let number = Int(parts[2]) else { throw .badCursor }
        return LedgerHead(
            source: String(parts[1]), number: number, hash: "", at: Timestamp(milliseconds: at), key: "", signature: "")
    }
}

extension EntryFilter {
    init(_ query: AuditQuery) {
        self.init(
            actor: query.actor, action: query.action, kind: query.kind, object: query.object, source: query.source,
            requestId: query.requestId, text: query.text, since: query.since, until: query.until)
    }

    init(_ query: ExportAudit) {
        self.init(
            actor: query.actor, action: query.action, kind: query.kind, object: query.object, source: query.source,
            requestId: query.requestId, text: query.text, since: query.since, until: query.until)
    }

    /// - Throws: `AuditError.timesSwapped`.
    func check() throws(AuditError) {
        if let since, let until, until <= since { throw .timesSwapped }
    }
}

extension StoredEntry {
    /// What the entry says; nil when its text was damaged.
    var entry: LedgerEntry? {
        (try? JSONCodec.decode(JSONValue.self, from: Array(content.utf8))).flatMap { LedgerEntry($0) }
    }
}

extension AuditRecord {
    init(_ entry: LedgerEntry) {
        let (note, caller) = (entry.note, entry.note.origin.caller)
        self.init(
            id: entry.id, source: entry.source, number: entry.number, at: note.at, storedAt: entry.storedAt, action: note.action,
            actor: AuditActor(
                kind: AuditActor.Kind(rawValue: caller.kind.rawValue) ?? .anonymous, name: caller.name, id: caller.user,
                role: caller.role, session: caller.session),
            object: AuditObject(kind: note.object.kind, id: note.object.id, name: note.object.name), detail: note.detail,
            address: note.origin.address, userAgent: note.origin.userAgent, requestId: note.origin.requestId,
            changed: Differences.names(note.before, note.after))
    }
}

extension AuditHead {
    init(_ head: LedgerHead) {
        self.init(
            source: head.source, number: head.number, hash: head.hash, at: head.at, key: head.key, signature: head.signature)
    }
}

extension LedgerHead {
    init(_ head: AuditHead) {
        self.init(
            source: head.source, number: head.number, hash: head.hash, at: head.at, key: head.key, signature: head.signature)
    }
}
