import Bus
import Support
import Testing

@Suite("Bus in one process", .timeLimit(.minutes(1)))
struct BusTests {
    @Test("every listener of a topic hears its messages in order, others do not")
    func fanOut() async {
        let bus = InProcessBus()
        let (one, two, other) = (bus.subscribe("a"), bus.subscribe("a", "b"), bus.subscribe("c"))
        await bus.publish("a", [1])
        await bus.publish("b", [2])
        await bus.publish("a", [3])

        #expect(await take(2, one) == [.message(.init(topic: "a", payload: [1])), .message(.init(topic: "a", payload: [3]))])
        #expect(await take(3, two).count == 3)
        await bus.publish("c")
        #expect(await take(1, other) == [.message(.init(topic: "c", payload: []))])
    }

    @Test("a slow listener finds that it missed something, then what came after, and nobody waited for it")
    func overflow() async {
        let bus = InProcessBus()
        let slow = bus.subscribe(["a"], buffer: 3)
        for number in 0..<1005 { await bus.publish("a", [UInt8(number % 256)]) }

        let heard = await take(3, slow)
        #expect(heard.first == .missed)
        #expect(heard.dropFirst().allSatisfy { $0 != .missed })
        #expect(heard.last == .message(.init(topic: "a", payload: [UInt8(1004 % 256)])))
    }

    @Test("losing the connection shows as missed")
    func lost() async {
        let mailbox = BusMailbox(capacity: 8)
        let subscription = BusSubscription(mailbox) {}
        mailbox.deliver(.init(topic: "a", payload: []))
        mailbox.lose()
        mailbox.deliver(.init(topic: "b", payload: []))

        #expect(await take(2, subscription) == [.missed, .message(.init(topic: "b", payload: []))])
    }

    @Test("a waiting listener is woken by a message")
    func wakes() async {
        let bus = InProcessBus()
        let subscription = bus.subscribe("a")
        async let heard = take(1, subscription)
        await bus.publish("a", [7])

        #expect(await heard == [.message(.init(topic: "a", payload: [7]))])
    }

    @Test("listening ends with the task, with cancel and with the last reference")
    func ends() async {
        let bus = InProcessBus()
        let listening = Task { [subscription = bus.subscribe("a")] in for await _ in subscription {} }
        listening.cancel()
        await listening.value
        #expect(bus.topics.isEmpty)

        let cancelled = bus.subscribe("b")
        cancelled.cancel()
        #expect(await take(1, cancelled).isEmpty)
        #expect(bus.topics.isEmpty)

        do {
            let dropped = bus.subscribe("c")
            #expect(bus.topics == ["c"])
            withExtendedLifetime(dropped) {}
        }
        #expect(bus.topics.isEmpty)
    }

    @Test("a topic has listeners from the first one until the last one has left")
    func listeners() {
        let bus = InProcessBus()

        let before = bus.mayHaveListeners("a")
        let (first, second) = (bus.subscribe("a"), bus.subscribe("a", "b"))
        first.cancel()
        let (between, other) = (bus.mayHaveListeners("a"), bus.mayHaveListeners("c"))
        second.cancel()

        #expect(!before)
        #expect(between)
        #expect(!other)
        #expect(!bus.mayHaveListeners("a"))
    }

    @Test("publishing to nobody does nothing")
    func nobody() async {
        let bus = InProcessBus()
        await bus.publish("a", [1])
        let late = bus.subscribe("a")
        await bus.publish("a", [2])

        #expect(await take(1, late) == [.message(.init(topic: "a", payload: [2]))])
    }

    private func take(_ count: Int, _ subscription: BusSubscription) async -> [BusSignal] {
        var signals: [BusSignal] = []
        for await signal in subscription {
            signals.append(signal)
            if signals.count == count { break }
        }
        return signals
    }
}
