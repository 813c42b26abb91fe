import Archive
import Contracts
import Store
import Vocabulary

/// What is known of a group of output pieces without unpacking it. A group is of one execution, in order of branch, step and arrival.
package struct ArchiveHeader: Sendable {
    /// Counts the groups of the execution, from 1, without gaps.
    package var number: Int
    /// The first piece.
    package var first: OutputPlace
    /// The last piece.
    package var last: OutputPlace
    /// What comes before in the output of the step of the first piece.
    package var before: OutputTotals
    /// Bytes of output.
    package var bytes: Int
    /// Which texts may stand in it.
    package var signature: TrigramSignature

    /// Whether it begins inside a line whose beginning is in the group before.
    var beginsInLine: Bool { before.isOpen(nil) }
}

/// A group of output pieces as it is kept.
package struct ArchiveGroup: Sendable {
    /// What is known of it.
    package var header: ArchiveHeader
    /// The smallest and the largest number in the feed.
    package var sequences: ClosedRange<Int>
    /// How many bytes the pieces are as they are written one after the other.
    package var size: Int
    /// Whether `body` is packed.
    package var isPacked: Bool
    /// The pieces.
    package var body: [UInt8]

    /// Bodies smaller than this stay as they are, in bytes.
    private static let leastPacked = 512

    /// Packs pieces, of which there is at least one; `next` is what follows in the same step.
    init(_ rows: [OutputRow], number: Int, before: OutputTotals, next: OutputRow?) throws {
        guard let first = rows.first, let last = rows.last else { throw StoreError.corrupt("an empty group of output") }
        let (index, bytes) = (ArchivedPieces.index(rows), rows.flatMap(\.bytes))
        let plain = index + bytes
        let packed = plain.count < Self.leastPacked ? nil : Packing.packed(plain)
        let following = next.flatMap { $0.place.isInStep(of: last.place) ? $0.bytes : nil } ?? []
        header = ArchiveHeader(
            number: number, first: first.place, last: last.place, before: before, bytes: bytes.count,
            signature: TrigramSignature(of: bytes, before: following))
        let sequences = rows.map(\.place.sequence)
        self.sequences = (sequences.min() ?? 0)...(sequences.max() ?? 0)
        (size, isPacked, body) = (plain.count, packed != nil, packed ?? plain)
    }

    /// Takes over what was kept.
    init(header: ArchiveHeader, sequences: ClosedRange<Int>, size: Int, isPacked: Bool, body: [UInt8]) {
        self.header = header
        self.sequences = sequences
        self.size = size
        self.isPacked = isPacked
        self.body = body
    }

    /// The pieces.
    /// - Throws: `StoreError.corrupt` when the body is not what was kept.
    func rows() throws -> [OutputRow] {
        let plain = isPacked ? try? Packing.unpacked(body, size: size) : body
        if let plain, plain.count == size, let rows = ArchivedPieces.read(plain) { return rows }
        throw StoreError.corrupt("group \(header.number) of the archived output of a run is not what was stored")
    }
}

/// Writes pieces one after the other: an index of whole numbers in base 128, and then all bytes.
enum ArchivedPieces {
    /// The index of pieces: how many, and for each where it stands, relative to the one before, its attempt and stream, its time and length.
    static func index(_ rows: [OutputRow]) -> [UInt8] {
        var bytes: [UInt8] = []
        put(rows.count, &bytes)
        var before = (place: OutputPlace(branch: 0, step: 0, sequence: 0), at: 0)
        for row in rows {
            putSigned(row.place.branch - before.place.branch, &bytes)
            putSigned(row.place.step - before.place.step, &bytes)
            putSigned(row.place.sequence - before.place.sequence, &bytes)
            put(row.attempt << 1 | (row.stream == .stdout ? 0 : 1), &bytes)
            let at = Int(row.at.milliseconds)
            putSigned(at - before.at, &bytes)
            put(row.bytes.count, &bytes)
            before = (row.place, at)
        }
        return bytes
    }

    /// Reads index and bytes; nil when they do not belong together.
    static func read(_ bytes: [UInt8]) -> [OutputRow]? {
        var rest = bytes[...]
        // An entry of the index takes at least six bytes.
        guard let count = take(&rest), count <= bytes.count / 6 else { return nil }
        var rows: [(row: OutputRow, length: Int)] = []
        rows.reserveCapacity(count)
        var before = (place: OutputPlace(branch: 0, step: 0, sequence: 0), at: 0)
        for _ in 0..<count {
            guard let branch = takeSigned(&rest), let step = takeSigned(&rest), let sequence = takeSigned(&rest), let kind = take(&rest),
                let time = takeSigned(&rest), let length = take(&rest)
            else { return nil }
            let place = OutputPlace(
                branch: before.place.branch &+ branch, step: before.place.step &+ step, sequence: before.place.sequence &+ sequence)
            before = (place, before.at &+ time)
            let row = OutputRow(
                place: place, attempt: kind >> 1, stream: kind & 1 == 0 ? .stdout : .stderr,
                at: Timestamp(milliseconds: Int64(before.at)), bytes: [])
            rows.append((row, length))
        }
        var whole: [OutputRow] = []
        whole.reserveCapacity(count)
        for (row, length) in rows {
            guard length <= rest.count else { return nil }
            var row = row
            row.bytes = Array(rest.prefix(length))
            rest = rest.dropFirst(length)
            whole.append(row)
        }
        return rest.isEmpty ? whole : nil
    }

    private static func put(_ number: Int, _ bytes: inout [UInt8]) {
        var rest = UInt64(bitPattern: Int64(number))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func putSigned(_ number: Int, _ bytes: inout [UInt8]) { put(number << 1 ^ number >> 63, &bytes) }

    private static func take(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        var (number, shift): (UInt64, UInt64) = (0, 0)
        while shift < 64, let byte = bytes.popFirst() {
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 {
                let whole = Int(Int64(bitPattern: number))
                return whole < 0 ? nil : whole
            }
            shift += 7
        }
        return nil
    }

    private static func takeSigned(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        take(&bytes).map { $0 >> 1 ^ -($0 & 1) }
    }
}
