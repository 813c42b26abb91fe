/// Takes secrets out of the two streams of a command while they flow: what could still become one waits, everything else passes as it is.
///
/// A spelling is found whatever pieces it comes in, in one stream, and in both when they follow each other. The time grows only with the length of
/// the streams.
package struct Redactor: Sendable {
    /// Names a stream.
    package enum Lane: Int, Sendable, CaseIterable {
        /// Standard output, for example.
        case first
        /// Standard error, for example.
        case second
    }

    /// Bytes that may be seen.
    package struct Piece: Sendable, Hashable {
        /// Of which stream.
        package let lane: Lane
        /// The bytes; never empty.
        package let bytes: [UInt8]
    }

    private(set) var states: RedactionStates
    private var lanes = [RedactionLane(), RedactionLane()]
    /// What the last bytes of both streams together may have begun.
    private var joint = RedactionStates.rest
    /// The last bytes of both streams together, as many as may belong to what they began.
    private var arrivals: [(lane: Lane, count: Int)] = []

    private static let sliceBytes = 4096

    init(_ states: RedactionStates) { self.states = states }

    /// Takes bytes of a stream and returns what may be seen by now, in order for each stream.
    package mutating func take(_ bytes: [UInt8], of lane: Lane) -> [Piece] {
        for start in stride(from: 0, to: bytes.count, by: Self.sliceBytes) {
            if states.isFull { startAnew() }
            let slice = bytes[start..<min(start + Self.sliceBytes, bytes.count)]
            scan(slice, lane)
            lanes[lane.rawValue].add(slice)
            arrivals.append((lane, slice.count))
            trimArrivals()
        }
        let order: [Lane] = [lane == .first ? .second : .first, lane]
        return release(order, keeping: order.map(keep))
    }

    /// Returns what waited, for the streams are at their end. What follows is a new beginning.
    package mutating func finish() -> [Piece] {
        for index in lanes.indices { lanes[index].state = RedactionStates.rest }
        joint = RedactionStates.rest
        arrivals = []
        return release(Lane.allCases, keeping: [0, 0])
    }

    private mutating func release(_ order: [Lane], keeping kept: [Int]) -> [Piece] {
        var pieces: [Piece] = []
        for (lane, kept) in zip(order, kept) {
            let bytes = lanes[lane.rawValue].release(keeping: kept)
            if !bytes.isEmpty { pieces.append(Piece(lane: lane, bytes: bytes)) }
        }
        return pieces
    }

    /// How many of a stream's last bytes have to wait.
    private func keep(_ lane: Lane) -> Int {
        let together = arrivals.reduce(0) { $0 + ($1.lane == lane ? $1.count : 0) }
        return max(states.openBytes(lanes[lane.rawValue].state), together)
    }

    private mutating func startAnew() {
        let kept = states.forget(keeping: lanes.map(\.state) + [joint])
        for index in lanes.indices { lanes[index].state = kept[index] }
        joint = kept[lanes.count]
    }

    private mutating func trimArrivals() {
        var over = arrivals.reduce(0) { $0 + $1.count } - states.openBytes(joint)
        while over > 0, let first = arrivals.first {
            if first.count > over {
                arrivals[0].count -= over
                return
            }
            over -= first.count
            arrivals.removeFirst()
        }
    }

    private mutating func scan(_ slice: ArraySlice<UInt8>, _ lane: Lane) {
        slice.withUnsafeBufferPointer { bytes in
            var index = 0
            while index < bytes.count {
                if joint == lanes[lane.rawValue].state { skim(bytes, &index, lane) }
                if index == bytes.count { break }
                let symbol = lanes[lane.rawValue].symbol(bytes, index)
                let own = states.next(lanes[lane.rawValue].state, symbol)
                joint = states.next(joint, symbol)
                lanes[lane.rawValue].state = own
                index += 1
                hide(lane, own: states.completeBytes(own), joint: states.completeBytes(joint), at: index)
            }
        }
    }

    /// Goes on while the moves are known and complete nothing, and while the stream alone is where both together are.
    private mutating func skim(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int, _ lane: Lane) {
        let own = lanes[lane.rawValue]
        (joint, index) = states.moves.withUnsafeBufferPointer { moves in
            var (state, place) = (own.state, index)
            while place < bytes.count {
                let byte = bytes[place]
                let symbol = byte == 0x0A || byte == 0x0D ? own.symbol(bytes, place) : Int(byte)
                let move = moves[state &* RedactionStates.width &+ symbol]
                if move < 0 || move & RedactionStates.completes != 0 { break }
                state = Int(move)
                place &+= 1
            }
            return (state, place)
        }
        lanes[lane.rawValue].state = joint
    }

    /// Hides the last bytes before `index` of the slice: so many of the stream, and so many of both streams together.
    private mutating func hide(_ lane: Lane, own: Int, joint: Int, at index: Int) {
        let end = lanes[lane.rawValue].count + index
        if own > 0 { lanes[lane.rawValue].hide(end - own..<end) }
        if joint == 0 { return }
        var rest = joint - min(joint, index)
        var ends = lanes.map(\.count)
        if joint > rest { lanes[lane.rawValue].hide(end - (joint - rest)..<end) }
        for arrival in arrivals.reversed() where rest > 0 {
            let part = min(rest, arrival.count)
            let place = ends[arrival.lane.rawValue]
            lanes[arrival.lane.rawValue].hide(place - part..<place)
            ends[arrival.lane.rawValue] -= arrival.count
            rest -= part
        }
    }
}
