import Auth
import Contracts
import Web

extension Conductor {
    /// The OpenAPI 3.1 description of every endpoint, as JSON.
    package static func openAPI() throws -> String {
        String(
            decoding: try OpenAPI.document(try Rooms.blueprint(), description, sessionCookie: AuthSettings.cookieName), as: UTF8.self)
    }

    /// The TypeScript types and client of every endpoint.
    package static func typeScript() throws -> String {
        try TypeScript.client(try Rooms.blueprint(), also: [LiveRequest.self, LiveAnswer.self, AuditProgress.self])
    }
}
