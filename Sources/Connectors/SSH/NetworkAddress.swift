import CEpoll
import Glibc

/// An IPv4 or IPv6 address with a port, as connect(2) takes it.
struct NetworkAddress: Sendable {
    private let storage: [UInt8]
    /// The address without the port, for example `127.0.0.2` or `::1`.
    let text: String

    /// Wraps a socket address.
    init?(_ address: UnsafePointer<sockaddr>, length: socklen_t) {
        var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard getnameinfo(address, length, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST) == 0 else { return nil }
        storage = Array(UnsafeRawBufferPointer(start: address, count: Int(length)))
        text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// AF_INET or AF_INET6.
    var family: Int32 {
        storage.withUnsafeBytes { Int32($0.loadUnaligned(as: sockaddr.self).sa_family) }
    }

    /// Starts to connect; returns 0 or the error number, EINPROGRESS as a rule.
    func startConnecting(_ descriptor: Int32) -> Int32 {
        storage.withUnsafeBytes { bytes in
            guard let address = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return EINVAL }
            return connect(descriptor, address, socklen_t(bytes.count)) == 0 ? 0 : errno
        }
    }

    /// The addresses of a host name, in the system's order of preference. A name blocks the calling thread; an address
    /// (`onlyNumeric`) never does.
    static func resolve(_ host: String, port: Int, onlyNumeric: Bool) -> Result<[NetworkAddress], ResolutionFailure> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV | (onlyNumeric ? AI_NUMERICHOST : 0)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard code == 0 else { return .failure(ResolutionFailure(text: String(cString: gai_strerror(code)))) }
        var addresses: [NetworkAddress] = []
        var entry = list
        while let info = entry?.pointee {
            if let raw = info.ai_addr, let address = NetworkAddress(raw, length: info.ai_addrlen) { addresses.append(address) }
            entry = info.ai_next
        }
        return .success(addresses)
    }
}

/// Why a name has no address, in the resolver's words.
struct ResolutionFailure: Error {
    let text: String
}
