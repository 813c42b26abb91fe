import ConnectorPort
import Contracts
import Crypto
import Flow

/// Takes secrets out of the output of one step and cuts it into pieces: at most 64 kB each, never inside a UTF-8 character, and no more than the
/// step may keep.
actor OutputCollector {
    private let limit: Int
    private let send: @Sendable (OutputPiece) async -> Void
    private let tap: OutputTap?
    private let step: Int
    private let redaction: Redaction
    private var redactor: Redactor?
    private var attempt = 1
    private var held: [OutputStreamName: [UInt8]] = [:]
    private var digest = SHA256()
    private(set) var kept = 0
    private(set) var isTruncated = false
    /// Of a supervised attempt: how many bytes of each stream there were, and how many an earlier worker has sent.
    private var (totals, sent): ([OutputStreamName: Int]?, [OutputStreamName: Int]) = (nil, [:])

    private static let pieceBytes = 65_536

    init(
        step: Int, limit: Int, redaction: Redaction, tap: OutputTap? = nil, send: @escaping @Sendable (OutputPiece) async -> Void
    ) {
        self.tap = tap
        self.step = step
        self.limit = limit
        self.redaction = redaction
        self.send = send
    }

    /// Says which attempt the following output is of, and whether others may have to go on with it.
    func begin(attempt: Int, isSupervised: Bool = false) {
        self.attempt = attempt
        (totals, sent) = (isSupervised ? [:] : nil, [:])
        digest = SHA256()
    }

    /// Says that an attempt is taken over whose output comes once more from its beginning: what an earlier worker has sent of it is not
    /// sent again. `kept` is what was kept of attempts before.
    func resume(attempt: Int, stdout: Int, stderr: Int, kept before: Int) {
        begin(attempt: attempt, isSupervised: true)
        kept = before
        // Beyond the limit only the note of that was sent.
        let isOver = before + stdout + stderr > limit
        sent = [.stdout: isOver ? .max : stdout, .stderr: isOver ? .max : stderr]
    }

    /// Says that there was more output, which nobody has kept.
    func noteGap() async { await truncate(.stdout) }

    /// How much of a supervised attempt was sent.
    var streamTotals: (stdout: Int, stderr: Int) {
        func total(_ name: OutputStreamName) -> Int {
            let sent = sent[name] ?? 0
            return max(totals?[name] ?? 0, sent == .max ? 0 : sent)
        }
        return (total(.stdout), total(.stderr))
    }

    /// The SHA-256 of what was sent of standard output in this attempt, in hexadecimal.
    var hash: String { digest.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }

    /// Takes output in order.
    func take(_ stream: OutputStream, _ bytes: [UInt8]) async {
        let name: OutputStreamName = stream == .stdout ? .stdout : .stderr
        if redaction.isEmpty || isTruncated { return await keep(name, bytes) }
        var redactor = self.redactor ?? redaction.redactor()
        self.redactor = nil
        let pieces = redactor.take(bytes, of: name == .stdout ? .first : .second)
        self.redactor = redactor
        await keep(pieces)
    }

    private func keep(_ pieces: [Redactor.Piece]) async {
        for piece in pieces { await keep(piece.lane == .first ? .stdout : .stderr, piece.bytes) }
    }

    private func keep(_ name: OutputStreamName, _ bytes: [UInt8]) async {
        let room = limit - kept
        if room <= 0 { return await truncate(name) }
        let part = bytes.count <= room ? bytes : Array(bytes.prefix(room))
        kept += part.count
        await cut(name, (held.removeValue(forKey: name) ?? []) + part, isLast: false)
        if part.count < bytes.count { await truncate(name) }
    }

    /// Sends what was held back at the end of an attempt.
    func finish() async {
        if var redactor {
            self.redactor = nil
            await keep(redactor.finish())
            redaction.learn(from: redactor)
        }
        for (name, rest) in held.sorted(by: { $0.key.rawValue < $1.key.rawValue }) { await cut(name, rest, isLast: true) }
        held = [:]
    }

    private func tell(_ piece: OutputPiece) async {
        if piece.stream == .stdout { digest.update(data: piece.bytes) }
        await tap?.take(piece)
        guard let before = totals?[piece.stream, default: 0] else { return await send(piece) }
        let total = before + piece.bytes.count
        totals?[piece.stream] = total
        let known = min(piece.bytes.count, max(0, (sent[piece.stream] ?? 0) - before))
        if known == piece.bytes.count { return }
        var rest = piece
        rest.bytes = known == 0 ? piece.bytes : Array(piece.bytes[known...])
        rest.total = total
        await send(rest)
    }

    private func truncate(_ name: OutputStreamName) async {
        if isTruncated { return }
        isTruncated = true
        let marker = "\n[output limit of \(limit) bytes reached: the rest was not kept]\n"
        let rest = held.removeValue(forKey: name) ?? []
        await tell(OutputPiece(step: step, attempt: attempt, stream: name, bytes: rest + Array(marker.utf8)))
    }

    private func cut(_ name: OutputStreamName, _ bytes: [UInt8], isLast: Bool) async {
        var rest = bytes[...]
        while !rest.isEmpty {
            var piece = rest.prefix(Self.pieceBytes)
            if !isLast || piece.count < rest.count { piece = piece.dropLast(Self.openCharacter(piece)) }
            if piece.isEmpty { break }
            rest = rest[piece.endIndex...]
            await tell(OutputPiece(step: step, attempt: attempt, stream: name, bytes: Array(piece)))
        }
        if !rest.isEmpty { held[name] = Array(rest) }
    }

    /// How many bytes at the end begin a UTF-8 character that is not complete (0...3); 0 for bytes that are no UTF-8.
    static func openCharacter(_ bytes: ArraySlice<UInt8>) -> Int {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.endIndex - back]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 && byte < 0xF8 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC2 ? 2 : 1
            return byte < 0xF8 && length > back ? back : 0
        }
        return 0
    }
}
