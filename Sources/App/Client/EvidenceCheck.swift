import Contracts
import Ledger
import Vocabulary
import Web

/// What a file of evidence says when everything in it fits together.
package struct EvidenceSummary: Codable, Sendable {
    /// The run's serial.
    package let serial: String
    /// Its name.
    package let name: String
    /// How it ended, or how it stood.
    package let state: String
    /// Who started it.
    package let startedBy: String
    /// How many targets it had.
    package let branches: Int
    /// How many entries of the audit log are in it.
    package let entries: Int
    /// How many signed heads are in it.
    package let heads: Int
    /// When it was put together.
    package let madeAt: Timestamp
    /// For whom.
    package let madeBy: String
    /// The id of the key that signed it.
    package let key: String
}

/// Checks evidence of an execution.
package enum EvidenceCheck {
    private struct Evidence: Decodable {
        let branches: [Branch]
        let execution: ExecutionDetail
        let madeAt: Timestamp
        let madeBy: String
    }

    /// Checks the signature of a document against trusted keys, every entry in it against its hash, and every head against its signature.
    /// - Throws: `SignedDocumentError`, `ClientFailure` that says what does not fit.
    package static func check(_ bytes: [UInt8], _ keys: [PublicKey]) throws -> EvidenceSummary {
        let content = try SignedDocument.read(bytes)
        guard keys.contains(content.key) else {
            throw ClientFailure.failed("It was signed with the key \(content.key.id), which is none of those that you trust.")
        }
        guard let scan = LedgerScan(content.text), scan.plain("type")?.elementsEqual(SignedDocument.evidence.utf8) == true else {
            throw ClientFailure.failed("The document is no evidence of an execution.")
        }
        let entries = try parts(scan.value("audit")).map { part in
            guard let entry = LedgerLine.read(part), LedgerEntry.hash(of: entry.content) == entry.hash else {
                throw ClientFailure.failed("An entry of the audit log in it does not have its hash.")
            }
            return entry
        }
        let heads = try parts(scan.value("heads")).map { part in
            guard let head = LedgerHead(line: part), head.isSigned(by: keys) else {
                throw ClientFailure.failed("A head in it was not signed with a key that you trust.")
            }
            return head
        }
        for entry in entries {
            guard let head = heads.first(where: { $0.source == entry.source && $0.number >= entry.number }) else {
                throw ClientFailure.failed("No head in it covers entry \(entry.number) of \(entry.source).")
            }
            guard head.number != entry.number || head.hash == entry.hash else {
                throw ClientFailure.failed("Entry \(entry.number) of \(entry.source) is not what its signed head says.")
            }
        }
        let evidence = try JSONCodec.decode(Evidence.self, from: content.text)
        let run = evidence.execution.execution
        return EvidenceSummary(
            serial: run.serial, name: run.name, state: run.state.rawValue, startedBy: run.startedBy, branches: evidence.branches.count,
            entries: entries.count, heads: heads.count, madeAt: evidence.madeAt, madeBy: evidence.madeBy, key: content.key.id)
    }

    /// The parts of a list, each byte by byte as it stands there.
    private static func parts(_ list: ArraySlice<UInt8>?) throws -> [ArraySlice<UInt8>] {
        guard let list, let parts = LedgerScan.items(list) else {
            throw ClientFailure.failed("The document is no evidence of an execution.")
        }
        return parts
    }
}
