import Contracts
import Crypto
import Ledger
import Store
import Vocabulary
import Web

/// Puts together what proves an execution, and signs it.
struct EvidenceOperations: Sendable {
    let room: AuditRoom

    /// The evidence of an execution as one signed document, while it is read. That somebody asked for it is noted first.
    /// - Throws: `Problem` of Executions when there is no such execution.
    func evidence(of name: String, _ wish: AskEvidence, by caller: Caller) async throws -> Download {
        guard caller.holds(.executionsRead) else { throw Problem.forbidden(.executionsRead) }
        let first = try await room.peer.call(ExecutionsAPI.evidence, [:], AskEvidencePage(execution: name), as: AuditRoom.caller)
        let run = first.detail.execution
        let withOutputs = wish.outputs ?? false
        try await room.note(
            "execution.evidence_exported", .init("execution", run.id.text, run.serial),
            after: .object(["outputs": .boolean(withOutputs)]))
        // So that a head covers all that the document says.
        try await HeadOperations(room: room).sign()
        let bundle = EvidenceBundle(room: room, first: first, by: caller.name, withOutputs: withOutputs)
        return Download(
            contentType: "application/json", fileName: "\(run.serial).evidence.json",
            body: AsyncThrowingStream(unfolding: { try await bundle.next() }))
    }
}

/// One document on its way: `SignedDocument` around the evidence in canonical JSON, of which only a page is in memory at a time.
private actor EvidenceBundle {
    private enum Part { case head, entries, branches, execution, outputs, tail, done }

    private let room: AuditRoom
    private let by: String
    private let withOutputs: Bool
    private var page: EvidencePage
    private var part = Part.head
    private var hash = SHA256()
    private var isFirst = true
    private var covered: [String: Int] = [:]
    private var place: EntryPlace?
    private var entries: [StoredEntry] = []
    private var printed: [(branch: Int, step: Int)] = []
    /// More output than this is left out, so that nobody gets more than a file.
    private var left = 64 * 1024 * 1024

    init(room: AuditRoom, first: EvidencePage, by: String, withOutputs: Bool) {
        self.room = room
        self.by = by
        self.withOutputs = withOutputs
        page = first
    }

    func next() async throws -> [UInt8]? {
        switch part {
        case .head:
            var bytes: [UInt8] = Array(#"{"approvals":"#.utf8)
            try append(page.approvals, to: &bytes)
            bytes += #","audit":["#.utf8
            part = .entries
            return SignedDocument.head + hashed(bytes)
        case .entries: return try await nextEntries()
        case .branches: return try await nextBranches()
        case .execution: return try await execution()
        case .outputs: return try await nextOutput()
        case .tail: return try tail()
        case .done: return nil
        }
    }

    private func hashed(_ bytes: [UInt8]) -> [UInt8] {
        hash.update(data: bytes)
        return bytes
    }

    private func append(_ value: some Encodable, to bytes: inout [UInt8]) throws {
        CanonicalJSON.append(try JSONCodec.decode(JSONValue.self, from: JSONCodec.encode(value)), to: &bytes)
    }

    /// A page of entries about the execution, and of those about credentials in which it is named.
    private func nextEntries() async throws -> [UInt8] {
        if place == nil {
            let run = page.detail.execution
            entries = try await all(EntryFilter(object: run.id.text))
            entries += try await all(
                EntryFilter(action: "credential.", text: run.id.text, since: run.createdAt + .seconds(-60)))
            entries.sort { ($0.source, $0.number) < ($1.source, $1.number) }
            place = EntryPlace(at: run.createdAt, id: run.id.text)
        }
        var bytes: [UInt8] = []
        for stored in entries.prefix(200) {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            bytes += LedgerLine.bytes(stored.content.utf8, stored.hash)
            covered[stored.source] = max(covered[stored.source] ?? 0, stored.number)
        }
        entries.removeFirst(min(200, entries.count))
        if entries.isEmpty {
            bytes += #"],"branches":["#.utf8
            (part, isFirst) = (.branches, true)
        }
        return hashed(bytes)
    }

    private func all(_ filter: EntryFilter) async throws -> [StoredEntry] {
        var (found, place): ([StoredEntry], EntryPlace?) = ([], nil)
        while true {
            let page = try await room.store.page(filter, after: place, limit: 500, in: room.database)
            found += page
            guard page.count == 500, found.count < 20_000, let last = page.last, let at = last.entry?.note.at else { return found }
            place = EntryPlace(at: at, id: last.id)
        }
    }

    private func nextBranches() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for branch in page.branches {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            try append(branch, to: &bytes)
            if withOutputs { printed += branch.steps.filter { $0.outputBytes > 0 }.map { (branch.number, $0.number) } }
        }
        if page.hasMore, let last = page.branches.last {
            page = try await room.peer.call(
                ExecutionsAPI.evidence, [:], AskEvidencePage(execution: page.detail.execution.id.text, after: last.number),
                as: AuditRoom.caller)
        } else {
            bytes.append(UInt8(ascii: "]"))
            part = .execution
        }
        return hashed(bytes)
    }

    private func execution() async throws -> [UInt8] {
        var bytes: [UInt8] = Array(#","execution":"#.utf8)
        try append(page.detail, to: &bytes)
        bytes += #","heads":["#.utf8
        var isFirst = true
        for (source, number) in covered.sorted(by: { $0.key < $1.key }) {
            guard let head = try await room.store.head(of: source, from: number, in: room.database) else { continue }
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            bytes += head.line
        }
        bytes += #"],"made_at":"#.utf8
        try append(room.clock.now(), to: &bytes)
        bytes += #","made_by":"#.utf8
        CanonicalJSON.append(by, to: &bytes)
        if withOutputs { bytes += #","outputs":["#.utf8 }
        (part, self.isFirst) = (withOutputs ? .outputs : .tail, true)
        return hashed(bytes)
    }

    /// The output of the next step in base64; of what is too much only that it was left out.
    private func nextOutput() async throws -> [UInt8] {
        guard !printed.isEmpty else {
            part = .tail
            return hashed(Array("]".utf8))
        }
        let (branch, step) = printed.removeFirst()
        var output: [UInt8] = []
        var isLeftOut = false
        let log = try await room.peer.call(
            ExecutionsAPI.evidenceLog, [:],
            AskEvidenceLog(execution: page.detail.execution.id.text, branch: branch, step: step), as: AuditRoom.caller)
        for try await piece in log.body {
            output += piece
            if output.count > left {
                (output, isLeftOut) = ([], true)
                break
            }
        }
        left -= output.count
        var members: [String: JSONValue] = ["branch": .integer(Int64(branch)), "step": .integer(Int64(step))]
        members[isLeftOut ? "left_out" : "base64"] = isLeftOut ? true : .string(Base64.encode(output))
        var bytes: [UInt8] = isFirst ? [] : [UInt8(ascii: ",")]
        isFirst = false
        CanonicalJSON.append(.object(members), to: &bytes)
        return hashed(bytes)
    }

    private func tail() throws -> [UInt8] {
        let bytes = hashed(Array((#","type":""# + SignedDocument.evidence + #""}"#).utf8))
        part = .done
        return bytes + (try SignedDocument.tail(Hexadecimal.text(hash.finalize()), room.keys))
    }
}
