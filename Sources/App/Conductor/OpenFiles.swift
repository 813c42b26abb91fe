import Foundation

/// How many files and connections the process may have open.
enum OpenFiles {
    /// More than any worker uses; where the system allows millions, tables of that size would only cost memory.
    private static let enough: rlim_t = 65_536

    /// Takes what the system allows: every target needs a connection, and the usual limit of 1024 is left over from other times.
    static func allowMany() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        let wanted = min(limit.rlim_max, enough)
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = wanted
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
