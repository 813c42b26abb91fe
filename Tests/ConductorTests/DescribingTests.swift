import Conductor
import Foundation
import Testing

@Suite("Descriptions of the API", .timeLimit(.minutes(1)))
struct DescribingTests {
    private struct Document: Decodable {
        struct Operation: Decodable { let operationId: String }
        let openapi: String
        let paths: [String: [String: Operation]]
        var operations: [String] { paths.values.flatMap { $0.values.map(\.operationId) } }
    }

    private func document() async throws -> Document {
        try JSONDecoder().decode(Document.self, from: Data(try Conductor.openAPI().utf8))
    }

    @Test("the OpenAPI document is JSON and has every endpoint but those between services and workers")
    func openAPI() async throws {
        let document = try await document()

        #expect(document.openapi.hasPrefix("3.1"))
        #expect(document.paths["/api/jobs"]?.keys.sorted() == ["get", "post"])
        #expect(!document.paths.keys.contains { $0.contains("/internal/") || $0.contains("/worker/") })
        let described = document.paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } }
        #expect(EndpointKeys.all.isSuperset(of: described))
        #expect(EndpointKeys.all.subtracting(described).allSatisfy { $0.contains("/internal/") || $0.contains("/worker/") })
        #expect(Set(document.operations).count == document.operations.count)
    }

    @Test("the TypeScript client has a function for every operation but those that take requests as they are, which programs send")
    func typeScript() async throws {
        let text = try Conductor.typeScript()
        let document = try await document()
        let raw = document.paths["/api/schedules/hooks/{hook}"]?["post"]?.operationId
        let operations = document.operations.filter { $0 != raw }
        #expect(raw.map { !text.contains("function \($0)(") } == true)

        #expect(operations.count > 40)
        // What comes from outside as it is has no place in a client.
        for operation in operations where operation != "changeSchedulesHook" {
            #expect(text.contains("function \(operation)(") || text.contains("function \(operation)Url("))
        }
        #expect(text.contains("export interface LiveRequest {"))
    }
}
