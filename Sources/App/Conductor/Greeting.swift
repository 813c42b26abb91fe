import Auth
import ServiceLifecycle
import Web

/// Says at the console where the product can be reached, and how the first administrator gets in.
struct Greeting: Service {
    let server: WebServer
    let auth: AuthService?
    let settings: Settings
    let announce: @Sendable (String) -> Void

    func run() async throws {
        let port = try await server.boundPort
        let place = settings.host.contains(":") ? "[\(settings.host)]:\(port)" : "\(settings.host):\(port)"
        let people = settings.publicURL.isEmpty ? "http://\(place)" : settings.publicURL
        let services = settings.plan.here
        if services.count == ServiceName.allCases.count {
            announce("OpsConductor is ready at \(people)/")
        } else {
            announce("OpsConductor's \(services.map(\.rawValue).sorted().joined(separator: ", ")) ready at http://\(place)/")
        }
        if let link = try await auth?.setUpLinkIfNeeded() {
            announce("First start: set the administrator's password within 30 minutes at \(people)\(link.path)")
        }
        ProcessMemory.forgetStart()
        try? await gracefulShutdown()
    }
}
