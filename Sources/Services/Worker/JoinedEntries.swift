import Contracts

extension ReportEntry {
    /// Takes what happened next in the same branch, so that one entry tells of both; false when it has to be an entry of its own. Whoever stores an entry
    /// takes the connection first, then the output, the step and the end. A step that begins need not be told any more when it tells of its end.
    /// - Parameter most: the most bytes that a piece of output may have.
    mutating func take(_ next: ReportEntry, atMost most: Int) -> Bool {
        guard next.key == key, next.fence == fence, ended == nil, next.connected == nil, next.firstSeenKey == nil else { return false }
        // A supervised attempt begins with counts of its own, which must not meet those of another one.
        if let result = next.step, result.isSupervised { return false }
        var joined = self
        if let step = next.begun {
            if let begun, begun != step { return false }
            if let result = joined.step, !(result.state == .running && result.number == step) { return false }
            joined.begun = step
        }
        if let piece = next.output, !joined.take(piece, atMost: most) { return false }
        if let result = next.step {
            if let step, !(step.state == .running && step.number == result.number && step.attempt == result.attempt) { return false }
            joined.step = result
        }
        joined.ended = next.ended
        joined.parked = next.parked
        self = joined
        return true
    }

    private mutating func take(_ piece: OutputPiece, atMost most: Int) -> Bool {
        // What a step prints may stand before its beginning, but not before the end of another one.
        if let step, !(step.state == .running && step.number == piece.step && step.attempt == piece.attempt) { return false }
        guard let before = output else {
            output = piece
            return true
        }
        guard before.step == piece.step, before.attempt == piece.attempt, before.stream == piece.stream,
            before.bytes.count + piece.bytes.count <= most
        else { return false }
        output?.bytes += piece.bytes
        output?.total = piece.total
        return true
    }
}
