import CSodium
import Dispatch
import Synchronization
import Vocabulary

/// Hashes passwords with Argon2id on threads of its own: one hash keeps a core busy for about 20 ms.
final class PasswordHashing: Sendable {
    /// Argon2id with 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet).
    private static let passes: UInt64 = 2
    private static let memory = 19 * 1024 * 1024
    /// A well-formed hash of the same cost that no password has; checking against it takes as long as against a real one.
    static let nobody = "$argon2id$v=19$m=19456,t=2,p=1$" + String(repeating: "A", count: 22) + "$" + String(repeating: "A", count: 43)

    private let queues: [DispatchQueue]
    private let longestQueue: Int
    private let waiting = Atomic<Int>(0)
    private let turn = Atomic<Int>(0)

    /// - Parameters:
    ///   - threads: how many hashes run at once, each with 19 MiB of memory.
    ///   - longestQueue: how many may be under way or waiting; more are refused, so that sign-ins cannot exhaust the process.
    init(threads: Int = 2, longestQueue: Int = 64) {
        precondition(sodium_init() >= 0, "libsodium cannot start")
        queues = (0..<threads).map { DispatchQueue(label: "passwords.\($0)") }
        self.longestQueue = longestQueue
    }

    /// The hash of a password in the string form of Argon2, with its own random salt.
    /// - Throws: `AuthError.busy`.
    func hash(_ password: NormalPassword) async throws -> String {
        let hashed = try await onOwnThread {
            let bytes = password.bytes.map(CChar.init(bitPattern:))
            var text = [CChar](repeating: 0, count: Int(crypto_pwhash_strbytes()))
            guard crypto_pwhash_str(&text, bytes, UInt64(bytes.count), Self.passes, Self.memory) == 0 else { return "" }
            return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
        if hashed.isEmpty { throw AuthError.busy }
        return hashed
    }

    /// Whether the password has this hash.
    /// - Throws: `AuthError.busy`.
    func verify(_ password: NormalPassword, _ hash: String) async throws -> Bool {
        try await onOwnThread {
            let bytes = password.bytes.map(CChar.init(bitPattern:))
            return crypto_pwhash_str_verify(hash, bytes, UInt64(bytes.count)) == 0
        }
    }

    /// Whether a hash was made at another cost than today's.
    static func isOutdated(_ hash: String) -> Bool { crypto_pwhash_str_needs_rehash(hash, passes, memory) != 0 }

    private func onOwnThread<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async throws -> Result {
        guard waiting.add(1, ordering: .relaxed).newValue <= longestQueue else {
            waiting.subtract(1, ordering: .relaxed)
            throw AuthError.busy
        }
        defer { waiting.subtract(1, ordering: .relaxed) }
        let queue = queues[turn.add(1, ordering: .relaxed).oldValue % queues.count]
        return await withCheckedContinuation { done in queue.async { done.resume(returning: work()) } }
    }
}
