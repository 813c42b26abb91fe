import Contracts
import Ledger
import Store
import Vocabulary

/// An entry as it is stored.
package struct StoredEntry: Sendable, Hashable {
    /// The chain.
    package var source: String
    /// The number in the chain.
    package var number: Int
    /// The id of what was told.
    package var id: String
    /// Its canonical text.
    package var content: String
    /// The hash of the text.
    package var hash: String
    /// The seal of the hash.
    package var seal: String
    /// What the other columns say, in order of `SQLAuditStore.columns`; made from the text when it is written.
    package var columns: [SQLValue]
}

/// The end of a chain.
package struct ChainEnd: Sendable, Hashable {
    /// The service.
    package var source: String
    /// The number of the last entry; 0 before the first.
    package var number: Int
    /// The hash of the last entry.
    package var hash: String
    /// When the last entry was written.
    package var at: Timestamp
}

/// Where a page of entries ends: what comes after is older.
package struct EntryPlace: Sendable, Hashable {
    /// When it was done.
    package var at: Timestamp
    /// The id.
    package var id: String
}

/// Which entries; all conditions together.
package struct EntryFilter: Sendable, Hashable {
    /// A user's name or id, or a name.
    package var actor: String?
    /// The action or how it begins.
    package var action: String?
    /// The kind of object.
    package var kind: String?
    /// The object's id or name.
    package var object: String?
    /// The service that told it.
    package var source: String?
    /// The request.
    package var requestId: String?
    /// A text anywhere.
    package var text: String?
    /// Done then or later.
    package var since: Timestamp?
    /// Done before.
    package var until: Timestamp?
}

/// What the Audit service asks of its storage.
package protocol AuditStore: Sendable {
    /// The end of a chain, which nobody else moves until the transaction ends; a new chain begins.
    func lock(_ source: String, at now: Timestamp, in transaction: any Transaction) async throws -> ChainEnd
    /// Which of these ids are stored already.
    func known(_ ids: [String], in transaction: any Transaction) async throws -> Set<String>
    /// Writes entries and the new end of their chain.
    func append(_ entries: [StoredEntry], end: ChainEnd, in transaction: any Transaction) async throws
    /// Entries that match, newest first.
    func page(_ filter: EntryFilter, after place: EntryPlace?, limit: Int, in reading: any Reading) async throws -> [StoredEntry]
    /// Entries of one chain behind a number that match, in order.
    func entries(of source: String, after number: Int, _ filter: EntryFilter, limit: Int, in reading: any Reading) async throws
        -> [StoredEntry]
    /// The entry with this id, or nil.
    func entry(_ id: String, in reading: any Reading) async throws -> StoredEntry?
    /// The ends of all chains by name.
    func chains(in reading: any Reading) async throws -> [ChainEnd]
    /// The names of all chains, also of such as only entries tell of.
    func sources(in reading: any Reading) async throws -> [String]
    /// Keeps a head; one of the same number stays.
    func keep(_ heads: [LedgerHead], in transaction: any Transaction) async throws
    /// The last head of each chain.
    func lastHeads(in reading: any Reading) async throws -> [String: LedgerHead]
    /// The first head of a chain at a number or behind it.
    func head(of source: String, from number: Int, in reading: any Reading) async throws -> LedgerHead?
    /// Heads, newest first.
    func heads(of source: String?, before place: LedgerHead?, limit: Int, in reading: any Reading) async throws -> [LedgerHead]
    /// Heads of one chain behind a number, in order.
    func heads(of source: String, after number: Int, limit: Int, in reading: any Reading) async throws -> [LedgerHead]
}
