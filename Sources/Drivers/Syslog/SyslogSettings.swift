import Foundation

/// Where messages of syslog go.
package struct SyslogSettings: Sendable, Equatable {
    /// The ways that messages travel.
    package enum Way: String, Sendable, CaseIterable {
        /// A datagram each (RFC 5426); nobody says whether it arrived.
        case udp
        /// One stream, each message behind its length (RFC 6587).
        case tcp
        /// The same in TLS (RFC 5425).
        case tls
    }
    /// The way.
    package let way: Way
    /// The host's name or address.
    package let host: String
    /// The port.
    package let port: Int
    /// The PEM file of the authorities that are trusted; those of this machine when nil.
    package let authorities: String?

    /// Reads `syslog+tcp://host:port`, for TLS with `?ca=FILE` behind it if need be; nil for anything else. Without a port it is 514, for TLS 6514.
    package init?(url: String) {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme, scheme.hasPrefix("syslog+"),
            let way = Way(rawValue: String(scheme.dropFirst("syslog+".count))), let host = parts.host, !host.isEmpty,
            parts.path.isEmpty || parts.path == "/", parts.user == nil, parts.fragment == nil
        else { return nil }
        let items = parts.queryItems ?? []
        guard items.allSatisfy({ $0.name == "ca" && $0.value?.isEmpty == false }), items.count <= (way == .tls ? 1 : 0) else { return nil }
        self.way = way
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        port = parts.port ?? (way == .tls ? 6514 : 514)
        authorities = items.first?.value
        guard (1...65535).contains(port) else { return nil }
    }
}
