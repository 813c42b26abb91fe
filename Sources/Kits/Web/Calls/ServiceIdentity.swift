import Crypto
import Foundation
import Vocabulary

/// How services and workers of one installation prove to each other who they are: a short token, good for half a minute and for one endpoint
/// only, signed with a key of the installation. It travels as `Authorization: Service ...`, which no client outside can make.
package struct ServiceIdentity: Sendable {
    /// How far the time of a token may be from ours.
    package static let life = Duration.seconds(30)
    static let scheme = "Service"

    private let keys: [Caller.Kind: [SymmetricKey]]
    private let clock: any WallClock

    /// Makes an identity. The first key of each kind signs, all of them are recognised.
    /// - Parameters:
    ///   - services: keys of services; empty where only a worker lives, which cannot pass for a service then.
    ///   - workers: keys of workers.
    package init(services: [SymmetricKey], workers: [SymmetricKey], clock: any WallClock) {
        keys = [.service: services, .worker: workers]
        self.clock = clock
    }

    /// The `Authorization` field for one call to the endpoint with this key.
    /// - Throws: `Problem` 403 when the caller is neither a service nor a worker, or its key is not here.
    package func authorization(_ caller: Caller, for endpoint: String) throws -> String {
        guard let key = keys[caller.kind]?.first else {
            throw Problem(
                "service-identity", "No service identity", status: 403,
                "This process has no key to call \(endpoint) as \(caller.kind.rawValue).")
        }
        let issued = clock.now().milliseconds
        let signature = Self.signature(key, caller.kind, caller.name, issued, endpoint)
        let name = Base64.encode(Array(caller.name.utf8))
        return "\(Self.scheme) 1.\(caller.kind.rawValue).\(name).\(issued).\(Base64.encode(Array(signature)))"
    }

    /// The caller behind a token that came with a request to an endpoint.
    /// - Throws: `Problem` 401 `service-identity` that says why it is refused.
    package func caller(_ token: String, for endpoint: String) throws(Problem) -> Caller {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, parts[0] == "1", let kind = Caller.Kind(rawValue: parts[1]), let known = keys[kind],
            let name = Base64.decode(parts[2]).flatMap({ String(validating: $0, as: UTF8.self) }), let issued = Int64(parts[3]),
            let signature = Base64.decode(parts[4])
        else { throw Self.refused("it is not one") }
        let text = Self.signed(kind, name, issued, endpoint)
        guard known.contains(where: { HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: text, using: $0) }) else {
            throw Self.refused("it was signed with another key or for another endpoint; all parts need the same SECRET_KEY_FILE")
        }
        let age = clock.now() - Timestamp(milliseconds: issued)
        guard abs(age.milliseconds) <= Self.life.milliseconds else {
            throw Self.refused("it is \(age.components.seconds) s old; the clocks of the machines must agree to half a minute")
        }
        return kind == .service ? .service(name) : .worker(name)
    }

    private static func refused(_ reason: String) -> Problem {
        Problem("service-identity", "Service identity refused", status: 401, "The service identity is refused: \(reason).")
    }

    private static func signature(
        _ key: SymmetricKey, _ kind: Caller.Kind, _ name: String, _ issued: Int64, _ endpoint: String
    ) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: signed(kind, name, issued, endpoint), using: key)
    }

    /// What is signed; no part can be moved into another one, because the lengths come first.
    private static func signed(_ kind: Caller.Kind, _ name: String, _ issued: Int64, _ endpoint: String) -> Data {
        Data("opsconductor 1 \(kind.rawValue) \(issued) \(name.utf8.count) \(name) \(endpoint)".utf8)
    }
}
