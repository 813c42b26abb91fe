import Synchronization

/// A few reactors that share the work by turns.
package final class ReactorPool: Sendable {
    private let reactors: [Reactor]
    private let turn = Atomic<Int>(0)

    /// Starts so many reactors, at least one; one for each core is right.
    package init(count: Int) {
        reactors = (0..<max(1, count)).map { _ in Reactor() }
    }

    /// The reactor whose turn it is.
    package func next() -> Reactor {
        let (turn, _) = turn.wrappingAdd(1, ordering: .relaxed)
        return reactors[(turn & .max) % reactors.count]
    }

    /// The reactor on whose thread the caller runs, or else the one whose turn it is: work that is on a reactor stays there.
    package func nearest() -> Reactor { reactors.first(where: \.isCurrent) ?? next() }

    /// The reactor that is home to something with a name, always the same one.
    package func home(of name: String) -> Reactor {
        let mark = name.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        return reactors[Int(mark % UInt32(reactors.count))]
    }

    /// Ends all threads. Everything that lives on the reactors must have been closed before.
    package func stop() {
        for reactor in reactors { reactor.stop() }
    }
}
