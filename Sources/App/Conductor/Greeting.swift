import Auth
import ServiceLifecycle
import Web

/// Says at the console where the product can be reached, and how the first administrator gets in.
struct Greeting: Service {
    let server: WebServer
    let auth: AuthService
    let host: String
    let announce: @Sendable (String) -> Void

    func run() async throws {
        let port = try await server.boundPort
        let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        announce("OpsConductor is ready at http://\(place)/")
        if let link = try await auth.setUpLinkIfNeeded() {
            announce("First start: set the administrator's password within 30 minutes at http://\(place)\(link.path)")
        }
        ProcessMemory.forgetStart()
        try? await gracefulShutdown()
    }
}
