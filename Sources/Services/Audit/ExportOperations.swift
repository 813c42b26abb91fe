import Contracts
import Ledger
import Store
import Vocabulary

/// Hands entries out as files.
struct ExportOperations: Sendable {
    let room: AuditRoom

    /// Entries that match, chain by chain, while they are read. The export itself is noted first.
    /// - Throws: `AuditError.timesSwapped`.
    func export(_ wish: ExportAudit) async throws -> Download {
        let filter = EntryFilter(wish)
        try filter.check()
        let format = wish.format ?? .jsonLines
        try await room.note(
            "audit.exported", .init("audit", "audit", "audit log"), after: .object(filter.words(format: format)))
        let entries = EntryStream(room: room, filter: filter)
        switch format {
        case .jsonLines:
            return Download(
                contentType: "application/jsonl", fileName: "audit.jsonl",
                body: AsyncThrowingStream(unfolding: {
                    try await entries.next().map { page in
                        page.flatMap { LedgerLine.bytes($0.content.utf8, $0.hash) + [UInt8(ascii: "\n")] }
                    }
                }))
        case .csv:
            let head = CSVRows.head()
            return Download(
                contentType: "text/csv; charset=utf-8", fileName: "audit.csv",
                body: AsyncThrowingStream(unfolding: {
                    if let head = head.take() { return head }
                    return try await entries.next().map { $0.flatMap(CSVRows.row) }
                }))
        }
    }
}

/// Reads entries page by page, chain by chain.
actor EntryStream {
    private let room: AuditRoom
    private let filter: EntryFilter
    private var sources: [String]?
    private var number = 0
    static let page = 500

    init(room: AuditRoom, filter: EntryFilter = EntryFilter()) {
        self.room = room
        self.filter = filter
    }

    /// The next entries, never none; nil behind the last.
    func next() async throws -> [StoredEntry]? {
        var left: [String]
        if let sources { left = sources } else { left = try await room.store.sources(in: room.database) }
        while let source = left.first {
            let page = try await room.store.entries(of: source, after: number, filter, limit: Self.page, in: room.database)
            if page.count < Self.page {
                left.removeFirst()
                number = 0
            } else {
                number = page.last?.number ?? 0
            }
            sources = left
            if !page.isEmpty { return page }
        }
        sources = []
        return nil
    }
}

extension EntryFilter {
    /// What was asked for, for the note.
    fileprivate func words(format: AuditFormat) -> [String: JSONValue] {
        var words: [String: JSONValue] = ["format": .string(format.rawValue)]
        words["actor"] = actor.map { .string($0) }
        words["action"] = action.map { .string($0) }
        words["kind"] = kind.map { .string($0) }
        words["object"] = object.map { .string($0) }
        words["source"] = source.map { .string($0) }
        words["request_id"] = requestId.map { .string($0) }
        words["text"] = text.map { .string($0) }
        words["since"] = since.map { .string($0.description) }
        words["until"] = until.map { .string($0.description) }
        return words
    }
}
