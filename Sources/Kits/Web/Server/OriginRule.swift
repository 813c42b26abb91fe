import HTTPTypes
import Vocabulary

/// Keeps pages of other sites from acting with a visitor's session. The rule: an `Origin` must be the host that was asked or be listed;
/// a change that carries a session cookie must have one, or `Sec-Fetch-Site: same-origin`.
struct OriginRule: Sendable {
    /// As they were listed, by how they compare.
    private let listed: [[UInt8]: String]

    init(allowed: [String]) {
        let pairs = allowed.filter { $0 != "null" }.map { (Self.folded($0), $0) }
        listed = Dictionary(pairs) { first, _ in first }
    }

    /// The origin to name in CORS headers, as it is listed; nil for requests that no other listed origin makes.
    func crossOrigin(_ headers: HTTPFields) -> String? { headers[.origin].flatMap { listed[Self.folded($0)] } }

    /// - Parameter host: what the client asked for; `scheme` is how it came, where that is known.
    /// - Throws: the problem `cross-origin`.
    func check(_ headers: HTTPFields, host: String?, scheme: String?, changes: Bool, hasSession: Bool) throws {
        guard changes else { return }
        if let origin = headers[.origin] {
            guard crossOrigin(headers) != nil || Self.isSame(origin, host, scheme) else { throw Self.refusal(origin) }
        } else if let site = headers[.fetchSite] {
            guard site == "same-origin" || (site == "none" && !hasSession) else { throw Self.refusal(site) }
        } else if hasSession {
            throw Self.refusal("none")
        }
    }

    /// Compares host and port, and the scheme if a trusted proxy told it; without a proxy there is no TLS, but one may stand in front that
    /// nobody told us to trust.
    static func isSame(_ origin: String, _ host: String?, _ scheme: String?) -> Bool {
        guard let host else { return false }
        let origin = folded(origin)
        for (own, defaultPort) in [("http", ":80"), ("https", ":443")] where scheme == nil || scheme == own {
            let start = Array("\(own)://".utf8)
            guard origin.starts(with: start) else { continue }
            return bare(origin.dropFirst(start.count), defaultPort) == bare(folded(host)[...], defaultPort)
        }
        return false
    }

    private static func bare(_ host: ArraySlice<UInt8>, _ defaultPort: String) -> ArraySlice<UInt8> {
        host.suffix(defaultPort.utf8.count).elementsEqual(defaultPort.utf8) ? host.dropLast(defaultPort.utf8.count) : host
    }

    /// The bytes with A to Z in lower case; other letters only look alike.
    private static func folded(_ text: String) -> [UInt8] { text.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 } }

    static func refusal(_ origin: String) -> Problem {
        Problem(
            "cross-origin", "Cross-origin request refused", status: 403,
            "Changes with a browser session must come from this site's own pages; the request's origin is \(origin.prefix(100)).")
    }
}
