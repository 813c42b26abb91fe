import Bus
import Reactor

/// Carries messages through the channels of Redis.
package struct RedisCarrier: BusCarrier {
    private let settings: RedisSettings
    private let reactor: Reactor

    /// Connections live on one of the reactors.
    package init(_ settings: RedisSettings, reactors: ReactorPool) {
        self.settings = settings
        reactor = reactors.next()
    }

    /// See `BusCarrier`.
    package func open(_ hear: @escaping @Sendable (BusArrival) -> Void) async throws -> any BusLink {
        let connecting = RedisConnecting(settings: settings, reactor: reactor)
        let (speaking, listening) = (try await connecting.open(), try await connecting.open())
        let prefix = settings.prefix
        await listening.listen { value in
            if let arrival = Self.arrival(value, prefix) { hear(arrival) }
        }
        return RedisLink(speaking: speaking, listening: listening, prefix: prefix)
    }

    private static func arrival(_ value: RedisValue, _ prefix: String) -> BusArrival? {
        guard case .list(let parts) = value, parts.count == 3, case .bytes(let kind) = parts[0], case .bytes(let channel) = parts[1],
            let name = String(validating: channel, as: UTF8.self), name.hasPrefix(prefix)
        else { return nil }
        let topic = String(name.dropFirst(prefix.count))
        switch (String(decoding: kind, as: UTF8.self), parts[2]) {
        case ("subscribe", _): return .missed(topic: topic)
        case ("message", .bytes(let bytes)): return .message(BusMessage(topic: topic, payload: bytes))
        default: return nil
        }
    }
}

/// A pair of connections: one speaks, one listens.
private struct RedisLink: BusLink {
    let speaking: RedisConnection
    let listening: RedisConnection
    let prefix: String

    func publish(_ message: BusMessage) async {
        _ = try? await speaking.ask([Array("PUBLISH".utf8), Array((prefix + message.topic).utf8), message.payload])
    }

    func follow(_ wanted: @escaping @Sendable () -> Set<String>) async {
        await listening.follow { Set(wanted().map { prefix + $0 }) }
    }

    func ended() async -> any Error {
        await withTaskGroup(of: RedisError.self) { group in
            for connection in [speaking, listening] { group.addTask { await connection.ended() } }
            let reason = await group.next()
            await end()
            return reason ?? .garbled
        }
    }

    func end() async {
        await speaking.end()
        await listening.end()
    }
}
