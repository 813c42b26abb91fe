import HTTPTypes
import Vocabulary

/// Keeps pages of other sites from acting with a visitor's session. The rule: an `Origin` must be the host that was asked or be listed;
/// a change that carries a session cookie must have one, or `Sec-Fetch-Site: same-origin`.
struct OriginRule: Sendable {
    private let listed: Set<String>

    init(allowed: [String]) { listed = Set(allowed.map { $0.lowercased() }.filter { $0 != "null" }) }

    /// The origin to name in CORS headers; nil for requests that no other listed origin makes.
    func crossOrigin(_ headers: HTTPFields) -> String? {
        guard let origin = headers[.origin], listed.contains(origin.lowercased()) else { return nil }
        return origin
    }

    /// - Throws: the problem `cross-origin`.
    func check(_ headers: HTTPFields, host: String?, changes: Bool, hasSession: Bool) throws {
        guard changes else { return }
        if let origin = headers[.origin] {
            guard crossOrigin(headers) != nil || Self.isSame(origin, host) else { throw Self.refusal(origin) }
        } else if let site = headers[.fetchSite] {
            guard site == "same-origin" || (site == "none" && !hasSession) else { throw Self.refusal(site) }
        } else if hasSession {
            throw Self.refusal("none")
        }
    }

    /// Compares host and port only: behind a proxy we do not know the scheme that the browser used.
    static func isSame(_ origin: String, _ host: String?) -> Bool {
        guard let host, let mark = origin.range(of: "://") else { return false }
        let defaultPort = origin.lowercased().hasPrefix("https:") ? ":443" : ":80"
        return bare(String(origin[mark.upperBound...]), defaultPort) == bare(host, defaultPort)
    }

    private static func bare(_ host: String, _ defaultPort: String) -> String {
        let host = host.lowercased()
        return host.hasSuffix(defaultPort) ? String(host.dropLast(defaultPort.count)) : host
    }

    static func refusal(_ origin: String) -> Problem {
        Problem(
            "cross-origin", "Cross-origin request refused", status: 403,
            "Changes with a browser session must come from this site's own pages; the request's origin is \(origin.prefix(100)).")
    }
}
