import Bus
import Reactor
import Store
import Synchronization
import Vocabulary

/// Carries messages by NOTIFY, for installations without Redis. What is too long for it is told as missed, and read from the store.
package struct PostgreSQLCarrier: BusCarrier {
    private let settings: PostgreSQLSettings
    private let reactor: Reactor

    /// Connections live on one of the reactors.
    package init(_ settings: PostgreSQLSettings, reactors: ReactorPool) {
        self.settings = settings
        reactor = reactors.next()
    }

    /// See `BusCarrier`.
    package func open(_ hear: @escaping @Sendable (BusArrival) -> Void) async throws -> any BusLink {
        let (speaking, listening) = (try await connect(), try await connect())
        await listening.listen { channel, text in
            if let arrival = Notice(text).arrival(topic: channel) { hear(arrival) }
        }
        let link = PostgreSQLLink(speaking: speaking, listening: listening, hear: hear)
        link.start()
        return link
    }

    private func connect() async throws -> Connection {
        let opened = try await Connecting(settings: settings).open()
        let connection = Connection(opened, on: reactor, answersWithin: settings.statementTimeout + .seconds(5))
        await connection.start()
        return connection
    }
}

/// A message as the text of a notification, which has less than 8000 bytes.
private struct Notice {
    static let longest = 7900
    static let tooLong = "!"
    let text: String

    init(_ text: String) { self.text = text }

    init(_ payload: [UInt8]) {
        let encoded = Base64.encode(payload)
        text = encoded.utf8.count > Self.longest ? Self.tooLong : encoded
    }

    func arrival(topic: String) -> BusArrival? {
        if text == Self.tooLong { return .missed(topic: topic) }
        return Base64.decode(text).map { .message(BusMessage(topic: topic, payload: $0)) }
    }
}

/// A pair of connections: one notifies, one listens.
private final class PostgreSQLLink: BusLink {
    private let speaking: Connection
    private let listening: Connection
    private let hear: @Sendable (BusArrival) -> Void
    private struct Waiting {
        /// Topics and texts, in order.
        var notices: [(topic: String, text: String)] = []
        /// Who waits until there is room again; nobody any more when the link has ended.
        var blocked: [CheckedContinuation<Void, Never>] = []
        var hasEnded = false
    }
    /// Whoever publishes when so many messages wait already waits himself.
    private static let mostWaiting = 1000
    private let waiting = Mutex(Waiting())
    private let bell = Doorbell()
    private let speaker = Mutex<Task<Void, Never>?>(nil)
    private let following: FollowedTopics

    init(speaking: Connection, listening: Connection, hear: @escaping @Sendable (BusArrival) -> Void) {
        self.speaking = speaking
        self.listening = listening
        self.hear = hear
        following = FollowedTopics(listening, hear)
    }

    deinit { speaker.withLock { $0?.cancel() } }

    /// Begins to hand on what is published; everything that waits goes out together.
    func start() {
        let task = Task { [weak self, bell] in
            while !Task.isCancelled {
                await bell.wait()
                await self?.speak()
            }
        }
        speaker.withLock { $0 = task }
    }

    private func speak() async {
        let batch = waiting.withLock { waiting in
            defer { waiting.notices = [] }
            return waiting.notices
        }
        if !batch.isEmpty { _ = try? await speaking.execute([Self.statement(batch)]) }
        release(forEver: false)
    }

    /// One statement for all, which are told in their order.
    private static func statement(_ batch: [(topic: String, text: String)]) -> SQL {
        let (topics, texts) = (list(batch.map(\.topic)), list(batch.map(\.text)))
        return """
            -- bus.notify
            SELECT pg_notify(topic, text) FROM unnest(CAST(\(topics) AS TEXT[]), CAST(\(texts) AS TEXT[])) AS notices (topic, text)
            """
    }

    /// Texts as the server reads a list of them.
    private static func list(_ texts: [String]) -> String {
        var list: [UInt8] = [UInt8(ascii: "{")]
        list.reserveCapacity(texts.reduce(2) { $0 + $1.utf8.count + 3 })
        for text in texts {
            if list.count > 1 { list.append(UInt8(ascii: ",")) }
            list.append(UInt8(ascii: "\""))
            for byte in text.utf8 {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { list.append(UInt8(ascii: "\\")) }
                list.append(byte)
            }
            list.append(UInt8(ascii: "\""))
        }
        list.append(UInt8(ascii: "}"))
        return String(decoding: list, as: UTF8.self)
    }

    private func release(forEver: Bool) {
        let blocked = waiting.withLock { waiting in
            if forEver { waiting.hasEnded = true }
            defer { waiting.blocked = [] }
            return waiting.blocked
        }
        for publisher in blocked { publisher.resume() }
    }

    func publish(_ message: BusMessage) async {
        let text = Notice(message.payload).text
        let isFull = waiting.withLock { waiting in
            waiting.notices.append((message.topic, text))
            return waiting.notices.count > Self.mostWaiting
        }
        bell.ring()
        guard isFull else { return }
        await withCheckedContinuation { publisher in
            let mustWait = waiting.withLock { waiting in
                let mustWait = !waiting.hasEnded && waiting.notices.count > Self.mostWaiting
                if mustWait { waiting.blocked.append(publisher) }
                return mustWait
            }
            if !mustWait { publisher.resume() }
        }
    }

    func follow(_ wanted: @escaping @Sendable () -> Set<String>) async { await following.adjust(wanted) }

    func ended() async -> any Error {
        await withTaskGroup(of: StoreError.self) { group in
            for connection in [speaking, listening] { group.addTask { await connection.ended() } }
            let reason = await group.next()
            await end()
            return reason ?? .closed
        }
    }

    func end() async {
        speaker.withLock { $0?.cancel() }
        release(forEver: true)
        await speaking.end()
        await listening.end()
    }
}

/// Listens to the wanted channels; one change at a time, each with what is wanted by then.
private actor FollowedTopics {
    private let connection: Connection
    private let hear: @Sendable (BusArrival) -> Void
    private var topics: Set<String> = []
    private var isBusy = false
    private var isStale = false

    init(_ connection: Connection, _ hear: @escaping @Sendable (BusArrival) -> Void) {
        self.connection = connection
        self.hear = hear
    }

    func adjust(_ wanted: @Sendable () -> Set<String>) async {
        isStale = true
        if isBusy { return }
        isBusy = true
        while isStale {
            isStale = false
            let now = wanted()
            let (new, old) = (now.subtracting(topics).sorted(), topics.subtracting(now).sorted())
            topics = now
            let statements = old.map { Self.statement("UNLISTEN", $0) } + new.map { Self.statement("LISTEN", $0) }
            if !statements.isEmpty { _ = try? await connection.execute(statements) }
            for topic in new { hear(.missed(topic: topic)) }
        }
        isBusy = false
    }

    /// Channels are identifiers, which cannot be bound.
    private static func statement(_ word: String, _ topic: String) -> SQL {
        SQL(trusted: "\(word) \"\(topic.replacing("\"", with: "\"\""))\"")
    }
}
