/// Carries short messages to whoever listens at the moment, in this process or another. It is a doorbell: delivery is not promised,
/// and what must not be lost is in a store, where a listener reads again after `BusSignal.missed`.
package protocol Bus: Sendable {
    /// Hands the message to those who listen to its topic; never waits for them and never fails.
    func publish(_ message: BusMessage) async

    /// Whether somebody may listen to the topic at the moment; false only if surely nobody does, so that costly messages need not be made.
    func mayHaveListeners(_ topic: String) -> Bool

    /// Whether messages reach every process at the moment, as far as is known here.
    var reachesAll: Bool { get }

    /// Starts listening to topics, exactly as they are named. At most `buffer` messages wait for the reader.
    /// Listening ends with the reading task's cancellation, with `cancel` or with the last reference.
    func subscribe(_ topics: Set<String>, buffer: Int) -> BusSubscription
}

extension Bus {
    /// Hands `payload` to those who listen to `topic`.
    package func publish(_ topic: String, _ payload: [UInt8] = []) async {
        await publish(BusMessage(topic: topic, payload: payload))
    }

    /// Starts listening; up to 256 messages wait for the reader.
    package func subscribe(_ topics: String...) -> BusSubscription { subscribe(Set(topics), buffer: 256) }
}

/// A message; its bytes are shared by all listeners and not copied.
package struct BusMessage: Sendable, Hashable {
    /// What it is about, for example `execution.01990000-0000-7000-8000-000000000000`.
    package let topic: String
    /// Its content, as publisher and listener agreed; may be empty.
    package let payload: [UInt8]

    /// Makes a message.
    package init(topic: String, payload: [UInt8]) {
        self.topic = topic
        self.payload = payload
    }
}

/// What a listener gets.
package enum BusSignal: Sendable, Hashable {
    /// A message, in the order of publishing within one publisher.
    case message(BusMessage)
    /// Messages were lost here, because the reader was too slow or the connection broke: read the store again.
    case missed
}
