/// Takes the line with the marker and the process id out of the output of a command, wherever the pieces are cut, and passes on every
/// other byte. A login shell may print something of its own before it.
struct PidMarker {
    /// A marker that has not come within so many bytes does not come.
    static let patience = 65_536

    private let marker: [UInt8]
    private var held: [UInt8] = []
    private var passed = 0
    /// Whether nothing is searched for any more.
    private(set) var isSettled = false
    /// The process id, once it was read.
    private(set) var pid: Int?
    /// Whether the shell could not enter the working directory, which it says in place of the id.
    private(set) var isStuckOutside = false
    /// What follows the marker on its line, once it was read.
    private(set) var line: String?
    private let dropsGreeting: Bool

    /// `dropsGreeting` says that what comes before the marker is not passed on.
    init(_ marker: String, dropsGreeting: Bool = false) {
        self.marker = Array(marker.utf8)
        self.dropsGreeting = dropsGreeting
    }

    /// Takes a piece of the output and returns what is to be passed on now.
    mutating func take(_ piece: [UInt8]) -> [UInt8] {
        if isSettled { return piece }
        held += piece
        if let start = firstOccurrence() {
            guard let end = held[start...].firstIndex(of: UInt8(ascii: "\n")) else {
                return held.count - start > marker.count + longestLine ? giveUp() : pass(upTo: start)
            }
            isSettled = true
            let word = String(decoding: held[(start + marker.count)..<end], as: UTF8.self)
            line = word
            pid = word.split(separator: " ").first.flatMap { Int($0) }
            isStuckOutside = word == "-"
            let rest = Array(dropsGreeting ? held[(end + 1)...] : held[..<start] + held[(end + 1)...])
            held = []
            return rest
        }
        if passed + held.count > Self.patience { return giveUp() }
        return pass(upTo: held.count - possibleBeginning())
    }

    /// Returns what was still held back when the output is over.
    mutating func finish() -> [UInt8] { giveUp() }

    private var longestLine: Int { dropsGreeting ? 5000 : 20 }

    private mutating func giveUp() -> [UInt8] {
        isSettled = true
        defer { held = [] }
        return dropsGreeting ? [] : held
    }

    private mutating func pass(upTo end: Int) -> [UInt8] {
        let piece = Array(held[..<end])
        held.removeFirst(end)
        passed += end
        return dropsGreeting ? [] : piece
    }

    private func firstOccurrence() -> Int? {
        guard held.count >= marker.count else { return nil }
        return (0...(held.count - marker.count)).first { start in
            held[start] == marker[0] && held[start..<(start + marker.count)].elementsEqual(marker)
        }
    }

    /// The length of the longest end of what is held that may be the beginning of the marker.
    private func possibleBeginning() -> Int {
        let longest = min(held.count, marker.count - 1)
        return (0...longest).reversed().first { held.suffix($0).elementsEqual(marker.prefix($0)) } ?? 0
    }
}
