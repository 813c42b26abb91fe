import HTTPTypes
import Vocabulary

/// What is known about a request before anything is decided.
struct Visit: Sendable {
    let requestId: String
    let method: String
    /// The raw path, without the query.
    let path: Substring
    /// The raw query; empty when there is none.
    let query: Substring
    let headers: HTTPFields
    /// The host that the client asked for.
    let host: String?
    /// `http` or `https`, as a trusted proxy says; nil when nobody does.
    let scheme: String?
    /// The client's address.
    let address: String?
    let bearer: String?
    let cookie: String?
    /// What another service shows to prove who it is.
    let serviceToken: String?
    /// How long another service waits for the answer; to be believed only when it has proved to be one.
    let patience: Duration?
    /// For whom another service calls in the end; to be believed only when it has proved to be one.
    let origin: Origin?
    let trace: TraceContext

    init(_ head: HTTPRequest, peer: String?, settings: WebSettings, sessionCookie: String, ids: any IDSource) {
        headers = head.headerFields
        method = head.method.rawValue
        let target = (head.path ?? "/")[...]
        let mark = target.firstIndex(of: "?") ?? target.endIndex
        path = target[..<mark]
        query = target[mark...].dropFirst()
        requestId = Self.sane(headers[.requestId]) ?? ids.next()
        address = settings.trustedProxies.client(peer: peer, forwardedFor: headers[.forwardedFor])
        let trusted = peer.map(settings.trustedProxies.contains) ?? false
        host = (trusted ? headers[.forwardedHost] : nil) ?? head.authority
        scheme = trusted ? headers[.forwardedProto].map { $0.lowercased() } : nil
        let shown = headers[.authorization].flatMap(Self.authorization)
        bearer = shown.flatMap { $0.scheme == "bearer" ? $0.token : nil }
        serviceToken = shown.flatMap { $0.scheme == Self.serviceScheme ? $0.token : nil }
        patience = headers[.patience].flatMap { Int64($0) }.flatMap { (1...3_600_000).contains($0) ? .milliseconds($0) : nil }
        origin = headers[.servedFor].flatMap(OriginField.read)
        trace = TraceContext(headers[.traceParent], state: headers[.traceState]) ?? TraceContext()
        cookie = headers[.cookie].flatMap { Self.value(of: sessionCookie, in: $0) }
    }

    /// Whether the method promises to change nothing (RFC 9110 section 9.2.1).
    var isSafe: Bool { method == "GET" || method == "HEAD" || method == "OPTIONS" }

    var userAgent: String? { headers[.userAgent].map { String($0.prefix(300)) } }

    var credentials: Credentials {
        Credentials(
            bearer: bearer, cookie: cookie, method: method, path: String(path), address: address, userAgent: userAgent)
    }

    /// Whether the path belongs to programs; everything else is for people and answered with files.
    var isForPrograms: Bool { path == "/api" || path == "/ws" || path.hasPrefix("/api/") || path.hasPrefix("/ws/") }

    private static func sane(_ id: String?) -> String? {
        guard let id, (1...64).contains(id.utf8.count) else { return nil }
        let isFine = id.utf8.allSatisfy { letter in
            (48...57).contains(letter) || (65...90).contains(letter) || (97...122).contains(letter) || "-_.".utf8.contains(letter)
        }
        return isFine ? id : nil
    }

    private static let serviceScheme = ServiceIdentity.scheme.lowercased()

    private static func authorization(_ field: String) -> (scheme: String, token: String)? {
        let parts = field.utf8.split(separator: UInt8(ascii: " "), maxSplits: 1)
        guard parts.count == 2 else { return nil }
        return (Substring(parts[0]).lowercased(), Substring(parts[1]).trimmed)
    }

    private static func value(of name: String, in cookies: String) -> String? {
        for cookie in cookies.split(separator: ";") {
            let pair = cookie.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2, pair[0].trimmed == name { return pair[1].trimmed }
        }
        return nil
    }
}
