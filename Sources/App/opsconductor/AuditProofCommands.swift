import ArgumentParser
import Client
import Conductor
import Contracts
import Foundation
import Ledger
import Synchronization
import Vocabulary
import Web

extension AuditCommand {
    /// The keys that somebody trusts.
    struct TrustedKeys: ParsableArguments {
        @Option(name: .customLong("key"), help: "A public key that you trust, in base64; those of the server when absent.") var keys:
            [String] = []

        func load(_ address: ServerAddress) async throws -> [PublicKey] {
            if keys.isEmpty {
                return try await address.connect().call(AuditAPI.keys, [:]).items.compactMap { PublicKey($0.publicKey) }
            }
            return try keys.map { text in
                guard let key = PublicKey(text) else { throw ClientFailure.usage("\(text) is not an Ed25519 public key in base64.") }
                return key
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Check that nobody changed, removed, inserted or reordered entries; exit code 1 and the first wrong entry if somebody did.",
            discussion: """
                Without more the server checks its own log. With --heads it is held against signed heads that were kept outside, which also shows \
                whether its end was cut off. With --file an export is checked here, without trust in the server. With --database the database that \
                the settings of the environment name is checked here, while no server uses it.
                """)

        @OptionGroup var options: ServerOptions
        @OptionGroup var trusted: TrustedKeys
        @Option(help: "A file of signed heads, as AUDIT_HEADS_DIR and `audit heads --lines` make it.", completion: .file()) var heads:
            String?
        @Option(help: "An export in JSON Lines; - is standard input.", completion: .file()) var file: String?
        @Flag(help: "Check the database that the settings of the environment name.") var database = false

        func validate() throws {
            if file != nil, database { throw ValidationError("Say --file or --database, not both.") }
        }

        func run() async throws {
            let meter = VerifyMeter()
            let result: AuditProgress
            if let file {
                result = try await check(file, meter)
            } else if database {
                let settings = try Console.settings()
                let outside = try heads.map { try Self.read($0, newestOnly: false) } ?? []
                do {
                    result = try await Conductor.verifyAudit(settings, heads: outside) { meter.show($0) }
                } catch {
                    throw Console.failure(error)
                }
            } else {
                result = try await ask(meter)
            }
            meter.end()
            let faults = meter.faults
            try options.print(Result(checked: result.checked, chains: result.chains ?? [], faults: faults)) {
                let chains = (result.chains ?? []).map { "\($0.source): \($0.number) entries, the last one \($0.hash)" }
                let wrong = faults.map { "\($0.source) \($0.number): \($0.detail)" }
                return chains + wrong + [
                    faults.isEmpty ? "All \(result.checked) entries are as they were written." : "The log was tampered with."
                ]
            }
            if !faults.isEmpty { throw ExitCode(1) }
        }

        private struct Result: Encodable {
            let checked: Int
            let chains: [AuditChain]
            let faults: [AuditFault]
        }

        private func ask(_ meter: VerifyMeter) async throws -> AuditProgress {
            let server = try options.connect()
            let outside = try heads.map { try Self.read($0, newestOnly: true) }
            let download = try await server.call(AuditAPI.verify, [:], VerifyAudit(heads: outside?.map { AuditHead($0) }))
            var (cutter, last): (LineCutter, AuditProgress?) = (LineCutter(), nil)
            for try await piece in download.body {
                try cutter.take(piece) { line in
                    let progress = try JSONCodec.decode(AuditProgress.self, from: line)
                    meter.show(progress)
                    last = progress
                }
            }
            guard let last, last.isDone else { throw ClientFailure.failed("The server ended before it had checked everything; try again.") }
            return last
        }

        private func check(_ path: String, _ meter: VerifyMeter) async throws -> AuditProgress {
            let outside = try heads.map { try Self.read($0, newestOnly: false) } ?? []
            let keys = outside.isEmpty ? [] : try await trusted.load(options.address)
            var verifier = ChainVerifier(heads: outside, publicKeys: keys)
            var cutter = LineCutter()
            var line = 0
            try FileLines.pieces(of: path) { piece in
                try cutter.take(piece) { text in
                    line += 1
                    guard let entry = LedgerLine.read(text) else {
                        throw ClientFailure.failed(
                            "Line \(line) of \(path) is not an entry: it was changed, or this is no export in JSON Lines.")
                    }
                    verifier.check(entry)
                }
                meter.show(AuditProgress(checked: verifier.checked, total: 0))
            }
            if !cutter.unfinished.isEmpty { throw ClientFailure.failed("The last line of \(path) is cut off.") }
            verifier.finish()
            for fault in verifier.faults { meter.note(fault) }
            let chains = verifier.ends.sorted { $0.key < $1.key }.map { source, end in
                AuditChain(source: source, number: end.number, hash: end.hash, at: Timestamp(milliseconds: 0))
            }
            return AuditProgress(checked: verifier.checked, total: verifier.checked, isDone: true, chains: chains)
        }

        /// Reads heads; for a server only as many as it takes: the last of each chain, and of the others some.
        private static func read(_ path: String, newestOnly: Bool) throws -> [LedgerHead] {
            var (heads, cutter): ([LedgerHead], LineCutter) = ([], LineCutter())
            try FileLines.pieces(of: path) { piece in
                try cutter.take(piece) { line in
                    guard let head = LedgerHead(line: line) else {
                        throw ClientFailure.failed("Line \(heads.count + 1) of \(path) is not a signed head.")
                    }
                    heads.append(head)
                }
            }
            guard newestOnly, heads.count > 10_000 else { return heads }
            let last = Dictionary(grouping: heads, by: \.source).compactMap { $0.value.max { $0.number < $1.number } }
            let step = heads.count / (10_000 - last.count) + 1
            return stride(from: 0, to: heads.count, by: step).map { heads[$0] } + last
        }
    }

    struct Evidence: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Save the signed evidence of a run: what ran, who started and approved it, what came of it, and its entries in the log.")

        @OptionGroup var address: ServerAddress
        @Argument(help: "Serial or id.") var execution: String
        @Option(name: .shortAndLong, help: "The file to write; standard output when absent.", completion: .file()) var output: String?
        @Flag(help: "Put the output in as well and not only its hashes.") var outputs = false

        func run() async throws {
            let download = try await address.connect().call(
                AuditAPI.evidence, ["execution": execution], AskEvidence(outputs: outputs ? true : nil))
            try await AuditCommand.save(download, to: output)
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check saved evidence: its signature against a key that you trust, and its entries and heads against each other.")

        @OptionGroup var options: ServerOptions
        @OptionGroup var trusted: TrustedKeys
        @Argument(help: "The file.", completion: .file()) var file: String

        func run() async throws {
            var bytes: [UInt8] = []
            try FileLines.pieces(of: file) { bytes += $0 }
            let keys = try await trusted.load(options.address)
            do {
                let summary = try EvidenceCheck.check(bytes, keys)
                try options.print(summary) {
                    [
                        "\(summary.serial) (\(TextTable.visible(summary.name))) \(summary.state), started by \(TextTable.visible(summary.startedBy))",
                        "\(summary.branches) targets, \(summary.entries) entries of the audit log, \(summary.heads) signed heads",
                        "Made by \(TextTable.visible(summary.madeBy)) on \(summary.madeAt), signed with the key \(summary.key): it is as it was signed.",
                    ]
                }
            } catch let error as SignedDocumentError {
                throw ClientFailure.failed(error.description)
            }
        }
    }
}

/// Shows how far a verification is, and keeps what it found.
final class VerifyMeter: Sendable {
    private let state = Mutex<(faults: [AuditFault], isShown: Bool)>(([], false))

    /// What was found so far.
    var faults: [AuditFault] { state.withLock { $0.faults } }

    /// Takes a line.
    func show(_ progress: AuditProgress) {
        state.withLock { state in
            if let fault = progress.fault { state.faults.append(fault) }
            guard Terminal.hasError, !progress.isDone else { return }
            Terminal.complain("\r\(progress.checked)\(progress.total > 0 ? " of \(progress.total)" : "") entries checked")
            state.isShown = true
        }
    }

    /// Takes what was found here.
    func note(_ fault: ChainFault) {
        let told = AuditFault(
            source: fault.source, number: fault.number, kind: AuditFault.Kind(rawValue: fault.kind.rawValue) ?? .edited,
            detail: fault.detail)
        state.withLock { $0.faults.append(told) }
    }

    /// Leaves the line.
    func end() {
        if state.withLock({ $0.isShown }) { Terminal.complain("\n") }
    }
}
