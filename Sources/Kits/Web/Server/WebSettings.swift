import Vocabulary

/// How the web server behaves.
package struct WebSettings: Sendable {
    /// The host name or address to listen on.
    package var host: String
    /// The TCP port; 0 takes a free one.
    package var port: Int
    /// The most bytes that a request body may have.
    package var bodyLimitBytes = 12 * 1024 * 1024
    /// Other origins whose pages may call the API, for example `http://localhost:3000`.
    package var allowedOrigins: [String] = []
    /// The proxies whose `X-Forwarded-For` and `X-Forwarded-Host` are believed.
    package var trustedProxies = TrustedProxies()
    /// A WebSocket client that takes no bytes for so long is disconnected.
    package var slowReaderTimeout = Duration.seconds(20)
    /// WebSocket clients are pinged so often.
    package var pingInterval = Duration.seconds(30)
    /// So often it is looked whether the callers of open WebSockets may still be there.
    package var recheckInterval = Duration.seconds(5)

    /// Settings with everything but the address at its default.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}

/// Addresses and networks of proxies, such as `10.0.0.0/8` or `::1`.
package struct TrustedProxies: Sendable {
    private let networks: [(bytes: [UInt8], bits: Int)]

    /// Trusts nobody.
    package init() { networks = [] }

    /// Reads addresses and networks; nil when one of them is neither.
    package init?(_ list: [String]) {
        var networks: [(bytes: [UInt8], bits: Int)] = []
        for entry in list {
            let parts = entry.split(separator: "/", maxSplits: 1).map(String.init)
            guard let address = parts.first, let bytes = Self.bytes(address) else { return nil }
            let bits = parts.count == 1 ? bytes.count * 8 : Int(parts[1]) ?? -1
            guard (0...bytes.count * 8).contains(bits) else { return nil }
            networks.append((bytes, bits))
        }
        self.networks = networks
    }

    /// Whether an address is one of them.
    package func contains(_ address: String) -> Bool {
        guard !networks.isEmpty, let bytes = Self.bytes(address) else { return false }
        return networks.contains { network in
            network.bytes.count == bytes.count
                && (0..<network.bits).allSatisfy { bit in
                    (network.bytes[bit / 8] ^ bytes[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
                }
        }
    }

    /// The client's address: the last one in `X-Forwarded-For` that is not a trusted proxy, if the peer is one.
    package func client(peer: String?, forwardedFor: String?) -> String? {
        guard let peer, contains(peer), let forwardedFor else { return peer }
        let hops = forwardedFor.split(separator: ",").map { $0.trimmed }
        guard let hop = hops.last(where: { !contains($0) }), Self.bytes(hop) != nil else { return peer }
        return hop
    }

    private static func bytes(_ address: String) -> [UInt8]? { IPAddress.bytes(address) }
}
