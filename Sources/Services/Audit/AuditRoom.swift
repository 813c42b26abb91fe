import Contracts
import Ledger
import Logging
import Store
import Synchronization
import Vocabulary
import Web

/// What every operation of this room works with.
struct AuditRoom: Sendable {
    let database: any Database
    let peer: any Peer
    let clock: any WallClock
    let ids: any IDSource
    let keys: LedgerKeys
    let settings: AuditSettings
    let logger: Logger
    let store: any AuditStore = SQLAuditStore()
    let forwarding: any ForwardingStore = SQLForwardingStore()
    /// Rung when many entries are not signed yet.
    let signBell = Doorbell()
    /// Rung when there is something to forward.
    let forwardBell = Doorbell()
    let unsigned = Counter()
    /// Who read lately, so that not every page is an entry.
    let readers = RecentlyTold(for: .seconds(600))

    /// This room as a caller of others.
    static let caller = Caller.service(AuditAPI.name)

    /// Writes notes to the chain of a service. Those whose ids are there already are passed over.
    func append(_ notes: [(id: String, note: AuditNote)], of source: String) async throws {
        guard !notes.isEmpty else { return }
        let now = clock.now()
        let added = try await database.transact(.lockingRows) { transaction in
            var end = try await store.lock(source, at: now, in: transaction)
            var known = try await store.known(notes.map(\.id), in: transaction)
            var entries: [StoredEntry] = []
            for (id, note) in notes where known.insert(id).inserted {
                let entry = LedgerEntry(
                    source: source, number: end.number + 1, previous: end.hash, id: id, storedAt: now, note: note.limited)
                let stored = StoredEntry(entry, keys)
                end = ChainEnd(source: source, number: stored.number, hash: stored.hash, at: now)
                entries.append(stored)
            }
            if !entries.isEmpty { try await store.append(entries, end: end, in: transaction) }
            return entries.count
        }
        guard added > 0 else { return }
        forwardBell.ring()
        if unsigned.add(added) >= settings.signEvery.entries { signBell.ring() }
    }

    /// Notes what was done in this room itself.
    func note(_ action: String, _ object: AuditNote.Object, after: JSONValue? = nil, detail: String? = nil) async throws {
        let note = AuditNote(action, object, after: after, detail: detail, by: AuditAPI.name, at: clock.now())
        try await append([(ids.next(), note)], of: AuditAPI.name)
    }
}

/// Counts entries that are not signed.
final class Counter: Sendable {
    private let count = Mutex(0)

    /// Adds some and returns how many there are.
    func add(_ more: Int) -> Int {
        count.withLock { count in
            count += more
            return count
        }
    }

    /// Starts again.
    func reset() { count.withLock { $0 = 0 } }
}

/// What can be set about the audit log.
package struct AuditSettings: Sendable {
    /// A directory outside to which signed heads are written as well; nil for none.
    package var headsDirectory: String?
    /// Heads are signed after so many entries, and so long after an entry at the latest.
    package var signEvery: (entries: Int, time: Duration)

    /// Makes the settings.
    package init(headsDirectory: String? = nil, signEvery: (entries: Int, time: Duration) = (1000, .seconds(60))) {
        self.headsDirectory = headsDirectory
        self.signEvery = signEvery
    }
}

extension StoredEntry {
    /// An entry as it is written.
    init(_ entry: LedgerEntry, _ keys: LedgerKeys) {
        let content = entry.content
        let hash = LedgerEntry.hash(of: content)
        self.init(
            source: entry.source, number: entry.number, id: entry.id, content: String(decoding: content, as: UTF8.self), hash: hash,
            seal: keys.seal(hash), columns: Self.columns(of: entry))
    }

    /// What the columns say by which entries are found.
    static func columns(of entry: LedgerEntry) -> [SQLValue] {
        let note = entry.note
        let texts: [String?] = [
            note.action, note.origin.caller.user?.text, note.origin.caller.name, note.object.kind, note.object.id, note.object.name,
            note.origin.requestId,
        ]
        // PostgreSQL keeps no NUL in a text.
        return [.of(note.at)] + texts.map { text in .of(text.map { $0.hasZeroByte ? $0.filter { $0 != "\0" } : $0 }) }
    }
}

extension AuditNote {
    /// The note with no more of how it was than is kept.
    fileprivate var limited: AuditNote {
        var limited = self
        limited.before = before.map(Self.fitting)
        limited.after = after.map(Self.fitting)
        limited.detail = detail.map { $0.utf8.count <= 2000 ? $0 : String($0.prefix(2000)) }
        return limited
    }

    private static func fitting(_ json: JSONValue) -> JSONValue {
        CanonicalJSON.mostBytes(json) <= mostBytes || CanonicalJSON.bytes(json).count <= mostBytes ? json : bounded(json)
    }
}
