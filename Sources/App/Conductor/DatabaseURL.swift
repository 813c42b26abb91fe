/// URIs of databases, as people may see them.
enum DatabaseURL {
    /// The URI with `...` in place of its password and without its parameters.
    static func withoutPassword(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url.isEmpty ? "" : "..." }
        let rest = url[scheme.upperBound...].prefix { $0 != "?" }
        guard let at = rest.lastIndex(of: "@") else { return String(url[..<scheme.upperBound] + rest) }
        let user = rest[..<at].prefix { $0 != ":" }
        let password = user.endIndex == at ? "" : ":..."
        return "\(url[..<scheme.upperBound])\(user)\(password)\(rest[at...])"
    }
}
