import Foundation
import Frontend
import Logging
import ServiceLifecycle
import Vocabulary
import Web

/// Runs the product: one process with all rooms, or with some of them.
package enum Conductor {
    /// Serves until SIGTERM or SIGINT, then drains and returns. `announce` gets lines for the people at the console.
    /// - Throws: errors that describe themselves in one sentence.
    package static func serve(_ settings: Settings, announce: @escaping @Sendable (String) -> Void) async throws {
        ProcessMemory.settle()
        OpenFiles.allowMany()
        let logger = makeLogger(settings)
        let house = try await House(settings, logger: logger)
        do {
            try await serve(house, settings, logger, announce)
        } catch {
            await house.close()
            throw error
        }
        await house.close()
    }

    private static func serve(
        _ house: House, _ settings: Settings, _ logger: Logger, _ announce: @escaping @Sendable (String) -> Void
    ) async throws {
        let clock = SystemClock()
        let server = try WebServer(
            routes: house.routes,
            authenticator: SessionAuthenticator(peer: house.peer, remembered: house.remembered, clock: clock),
            settings: webSettings(settings),
            staticFiles: try FrontendService(directory: settings.plan.has(.frontend) ? settings.webRoot : "").files,
            description: description, readiness: { await house.missing() }, identity: house.identity,
            metrics: settings.metrics ? house.metrics : nil,
            described: settings.plan.has(.auth) && !settings.plan.isWhole ? try Rooms.blueprint() : nil, clock: clock,
            ids: SystemIDs(), logger: logger)
        let greeting = Greeting(server: server, auth: house.auth, settings: settings, announce: announce)
        // Ended in reverse order: the server answers until the worker has drained and reported.
        let services: [any Service] = [server, greeting] + house.loops
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet(logger)))
        try await group.run()
    }

    /// What the API description says about the whole.
    package static var description: APIDescription {
        APIDescription(
            title: "OpsConductor", version: Version.text,
            about: "Targets, jobs and executions: describe systems and work, run it, watch it live, and see afterwards what happened.")
    }

    private static func webSettings(_ settings: Settings) -> WebSettings {
        var web = WebSettings(host: settings.host, port: settings.port)
        web.bodyLimitBytes = settings.bodyLimitBytes
        web.allowedOrigins = settings.corsOrigins
        web.trustedProxies = settings.trustedProxies
        web.slowReaderTimeout = settings.slowReader
        return web
    }

    /// For the group of services: below `info` it writes out whole services, line after line.
    static func quiet(_ logger: Logger) -> Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .info)
        return quiet
    }

    private static func makeLogger(_ settings: Settings) -> Logger {
        var logger = Logger(label: "opsconductor") { label in
            guard settings.logsAreJSON else { return StreamLogHandler.standardError(label: label) }
            return JSONLogHandler(label: label, clock: SystemClock(), write: JSONLogHandler.toStandardError)
        }
        logger.logLevel = settings.logLevel
        return logger
    }
}
