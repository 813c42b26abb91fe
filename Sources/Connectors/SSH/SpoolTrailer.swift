import ConnectorPort

/// Finds the last line of a supervised command's standard output, which its supervisor writes: the marker, a dot and how it ended. Every
/// other byte passes, and waits only while it may belong to that line.
struct SpoolTrailer {
    private static let longest = 200

    private let marker: [UInt8]
    private var held: [UInt8] = []

    init(_ marker: String) { self.marker = Array(marker.utf8) + [UInt8(ascii: ".")] }

    /// Takes a piece of the output and returns what is to be passed on now.
    mutating func take(_ piece: [UInt8]) -> [UInt8] {
        let bytes = held.isEmpty ? piece : held + piece
        let first = max(0, bytes.count - Self.longest)
        let start = (first..<bytes.count).first { bytes[$0] == marker[0] && mayBegin(bytes[$0...]) } ?? bytes.count
        held = Array(bytes[start...])
        return start == bytes.count ? bytes : Array(bytes[..<start])
    }

    private func mayBegin(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.prefix(marker.count).elementsEqual(marker.prefix(bytes.count))
    }

    /// How the command ended, when the output is over; nil when that was not said.
    func finish() -> Words? {
        guard held.starts(with: marker), held.last == UInt8(ascii: "\n") else { return nil }
        return Words(String(decoding: held[marker.count...], as: UTF8.self))
    }

    /// What the supervisor says in the end.
    struct Words: Sendable, Hashable {
        /// The exit code; nil when the supervisor was gone before the command ended.
        let code: Int?
        /// Whether writing a file failed that was read afterwards.
        let hasFailedWrites: Bool
        /// Why it was ended: `-`, or `limit` by the supervisor, or `total`, `idle` or `cancel` by one of us.
        let why: String
        /// The lengths of the two files, where they were read.
        let sizes: [Int]

        init?(_ text: String) {
            let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
            guard words.count == 7, words[4] == ".", let out = Int(words[5]), let err = Int(words[6]) else { return nil }
            code = Int(words[0])
            hasFailedWrites = words[1] != "0" || words[2] != "0"
            why = words[3]
            sizes = [out, err]
        }
    }
}
