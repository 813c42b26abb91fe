import CEpoll
import Glibc

/// What a descriptor is ready for, or is to be watched for.
package struct Readiness: OptionSet, Sendable {
    /// The bits of epoll_ctl(2).
    package let rawValue: UInt32
    /// Wraps the bits of epoll_ctl(2).
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    /// There are bytes to read, a connection to accept, or the end of the stream.
    package static let readable = Readiness(rawValue: EPOLLIN.rawValue)
    /// There is room to write.
    package static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
    /// Either of the two.
    package static let either = Readiness(rawValue: EPOLLIN.rawValue | EPOLLOUT.rawValue)
    /// The other side is gone or the descriptor has failed; reported without being asked for.
    package static let broken = Readiness(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
}

/// The watched descriptors of one epoll instance; used on the reactor's thread only.
struct WatchTable {
    typealias Handler = (Readiness) -> Void

    private struct Watch {
        var generation: UInt32
        var interest: Readiness
        var isArmed: Bool
        var handler: Handler
    }
    private let epoll: Int32
    private var watches: [Watch?] = []
    private var lastGeneration: UInt32 = 0

    init(epoll: Int32) { self.epoll = epoll }

    mutating func insert(_ descriptor: Int32, _ interest: Readiness, _ handler: @escaping Handler) {
        remove(descriptor)
        let index = Int(descriptor)
        while watches.count <= index { watches.append(nil) }
        lastGeneration &+= 1
        watches[index] = Watch(generation: lastGeneration, interest: [], isArmed: false, handler: handler)
        change(descriptor, to: interest)
    }

    /// An empty interest takes the descriptor out of epoll, which would report a broken one for ever.
    mutating func change(_ descriptor: Int32, to interest: Readiness) {
        let index = Int(descriptor)
        guard watches.indices.contains(index), let watch = watches[index], watch.interest != interest else { return }
        var event = epoll_event()
        event.events = interest.rawValue
        event.data.u64 = UInt64(watch.generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
        if interest.isEmpty {
            epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event)
            watches[index]?.isArmed = false
        } else {
            let armed = epoll_ctl(epoll, watch.isArmed ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event) == 0
            watches[index]?.isArmed = armed
        }
        watches[index]?.interest = interest
    }

    mutating func remove(_ descriptor: Int32) {
        let index = Int(descriptor)
        guard watches.indices.contains(index), let watch = watches[index] else { return }
        if watch.isArmed {
            var event = epoll_event()
            epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event)
        }
        watches[index] = nil
    }

    /// The handler for an event; nil when the descriptor was closed, and perhaps opened anew, since the event was queued.
    func handler(for data: UInt64) -> Handler? {
        let index = Int(UInt32(truncatingIfNeeded: data))
        guard watches.indices.contains(index), let watch = watches[index] else { return nil }
        return watch.generation == UInt32(data >> 32) ? watch.handler : nil
    }
}
