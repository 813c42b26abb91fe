import Contracts
import Vocabulary

/// What may be saved of connection methods.
enum ConnectionRules {
    /// The most hops before a host.
    static let mostJumps = 8

    /// Everything that is wrong with methods by themselves.
    static func mistakes(in methods: [ConnectionMethod]) -> [ProblemPlace] {
        var places = methods.enumerated().flatMap { index, method in
            mistakes(in: method).map { ProblemPlace($0.detail, pointer: "#/connections/\(index)/\($0.field)") }
        }
        if methods.count > 10 { places.append(ProblemPlace("A target has at most 10 connection methods.", pointer: "#/connections")) }
        return places
    }

    private static func mistakes(in method: ConnectionMethod) -> [(field: String, detail: String)] {
        method.kind == .local ? localMistakes(method) : sshMistakes(method)
    }

    private static func localMistakes(_ method: ConnectionMethod) -> [(field: String, detail: String)] {
        let extra: [(String, Bool)] = [
            ("host", method.host != nil), ("port", method.port != nil), ("user", method.user != nil),
            ("credential", method.credential != nil), ("jump", method.jump != nil),
        ]
        return extra.filter(\.1).map { ($0.0, "A local connection is the worker's own machine and takes no \($0.0).") }
    }

    private static func sshMistakes(_ method: ConnectionMethod) -> [(field: String, detail: String)] {
        var mistakes: [(field: String, detail: String)] = []
        if let host = method.host, !isHost(host) {
            mistakes.append(
                ("host", "`\(host.prefix(80))` is not a host name or address; give the user and the port in fields of their own."))
        }
        if let port = method.port, !(1...65535).contains(port) {
            mistakes.append(("port", "The port \(port) does not exist; ports are 1 to 65535."))
        }
        if let user = method.user, !isUser(user) {
            mistakes.append(("user", "`\(user.prefix(80))` is not a user name; it has 1 to 64 characters and no spaces."))
        }
        if let seconds = method.connectTimeoutSeconds, !(1...600).contains(seconds) {
            mistakes.append(("connect_timeout_seconds", "The time to connect is 1 to 600 seconds."))
        }
        return mistakes
    }

    /// Whether a text can be a host name, an IPv4 or an IPv6 address.
    static func isHost(_ text: String) -> Bool {
        guard (1...253).contains(text.utf8.count), text.utf8.first != UInt8(ascii: "-") else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            scalar.value > 127
                ? scalar.properties.isAlphabetic : scalar.properties.isAlphabetic || "0123456789.-_:%".unicodeScalars.contains(scalar)
        }
    }

    private static func isUser(_ text: String) -> Bool {
        (1...64).contains(text.count) && text.utf8.first != UInt8(ascii: "-")
            && text.unicodeScalars.allSatisfy { $0.value > 32 && $0.value != 127 && !$0.properties.isWhitespace }
    }

    /// Whether going through `jumps` leads back to `start`. `next` gives the targets that a target goes through.
    static func leadsBack(to start: TargetID, from jumps: [TargetID], _ next: [TargetID: [TargetID]]) -> Bool {
        var (waiting, seen) = (jumps, Set<TargetID>())
        while let jump = waiting.popLast() {
            if jump == start { return true }
            if seen.insert(jump).inserted { waiting += next[jump] ?? [] }
        }
        return false
    }
}
