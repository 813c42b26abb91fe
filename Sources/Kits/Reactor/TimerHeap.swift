/// Timers in order of their moments. Cancelled entries stay in the heap until they come up or outnumber the living.
struct TimerHeap {
    private struct Entry {
        var due: Moment
        var id: UInt64
    }
    private var entries: [Entry] = []
    private var bodies: [UInt64: () -> Void] = [:]
    private var lastId: UInt64 = 0

    /// Adds a timer and returns its number.
    mutating func insert(due: Moment, _ body: @escaping () -> Void) -> UInt64 {
        lastId += 1
        bodies[lastId] = body
        entries.append(Entry(due: due, id: lastId))
        rise(from: entries.count - 1)
        return lastId
    }

    /// Forgets a timer; nothing happens if it is gone already.
    mutating func cancel(_ id: UInt64) {
        guard bodies.removeValue(forKey: id) != nil else { return }
        if entries.count > 2 * bodies.count + 64 { compact() }
    }

    /// The moment of the next timer, nil when there is none.
    mutating func nextDue() -> Moment? {
        while let first = entries.first, bodies[first.id] == nil { removeFirst() }
        return entries.first?.due
    }

    /// Takes out the next timer that is due at `now`, nil when none is.
    mutating func takeDue(at now: Moment) -> (() -> Void)? {
        guard let due = nextDue(), due <= now else { return nil }
        let id = entries[0].id
        removeFirst()
        return bodies.removeValue(forKey: id)
    }

    private mutating func compact() {
        let living = entries.filter { bodies[$0.id] != nil }
        entries = []
        for entry in living {
            entries.append(entry)
            rise(from: entries.count - 1)
        }
    }

    private mutating func removeFirst() {
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        sink()
    }

    private mutating func rise(from start: Int) {
        var index = start
        while index > 0, entries[(index - 1) / 2].due > entries[index].due {
            entries.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func sink() {
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < entries.count && entries[child].due < entries[least].due {
                least = child
            }
            if least == index { return }
            entries.swapAt(index, least)
            index = least
        }
    }
}
