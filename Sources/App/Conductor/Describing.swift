import Auth
import Contracts
import Foundation
import Logging
import Vocabulary
import Web

extension Conductor {
    /// The OpenAPI 3.1 description of every endpoint, as JSON.
    package static func openAPI() async throws -> String {
        try await describing {
            String(
                decoding: try OpenAPI.document($0, description, sessionCookie: AuthSettings.cookieName), as: UTF8.self)
        }
    }

    /// The TypeScript types and client of every endpoint.
    package static func typeScript() async throws -> String {
        try await describing { try TypeScript.client($0, also: [LiveRequest.self, LiveAnswer.self]) }
    }

    /// The endpoints of a house that is put up for a moment in a directory of its own.
    private static func describing(_ describe: (Routes) throws -> String) async throws -> String {
        let directory = FileManager.default.temporaryDirectory.path + "/opsconductor-\(SystemIDs().next())"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var logger = Logger(label: "opsconductor")
        logger.logLevel = .error
        let house = try await House(Settings(environment: ["DATA_DIR": directory]), logger: logger)
        let text = try describe(house.routes)
        await house.close()
        return text
    }
}
