import Testing
import Vocabulary
import Web

@Suite("Descriptions of the API", .timeLimit(.minutes(1)))
struct DescriptionTests {
    private func document() throws -> JSONNode {
        try JSONParser.parse(try OpenAPI.document(PaintShop.routes(), PaintShop.description, sessionCookie: "session"))
    }

    private func keys(_ node: JSONNode?) -> [String] {
        guard case .object(let members)? = node else { return [] }
        return members.map(\.key)
    }

    @Test("the document has every public operation and none between services")
    func operations() throws {
        let paths = try document()["paths"]

        #expect(
            keys(paths) == [
                "/api/auth/login", "/api/fail", "/api/filter", "/api/missing", "/api/paints", "/api/paints/recent",
                "/api/paints/{paint}", "/api/paints/{paint}/dry", "/api/paints/{paint}/log",
            ])
        let names = ["post": "createPaint", "get": "listPaints"]
        for (method, name) in names { #expect(paths?["/api/paints"]?[method]?["operationId"] == .string(name)) }
        #expect(paths?["/api/paints/{paint}"]?["delete"]?["operationId"] == "deletePaint")
        #expect(paths?["/api/paints/{paint}/dry"]?["post"]?["operationId"] == "paintDry")
        #expect(paths?["/api/auth/login"]?["post"]?["operationId"] == "authLogin")
    }

    @Test("an operation names permission, parameters, body and answers")
    func operation() throws {
        let paints = try document()["paths"]?["/api/paints"]
        let create = paints?["post"]

        #expect(create?["x-permission"] == "targets.write")
        #expect(create?["tags"] == .array(["paints"]))
        #expect(
            create?["requestBody"]?["content"]?["application/json"]?["schema"]?["$ref"] == "#/components/schemas/Paint")
        #expect(keys(create?["responses"]) == ["201", "400", "401", "403", "413", "415", "422", "default"])
        guard case .array(let headers)? = create?["parameters"], case .array(let query)? = paints?["get"]?["parameters"] else {
            return #expect(Bool(false), "there are no parameters")
        }
        #expect(headers.map { $0["name"] } == ["Idempotency-Key"])
        #expect(query.map { $0["name"] } == ["limit", "colours", "is_fresh", "text"])
        #expect(query[1]["explode"] == .boolean(false))
    }

    @Test("schemas carry limits, enums, optional members and refuse unknown fields of inputs")
    func schemas() throws {
        let schemas = try document()["components"]?["schemas"]
        let paint = schemas?["Paint"]

        #expect(paint?["additionalProperties"] == .boolean(false))
        #expect(paint?["properties"]?["name"]?["maxLength"] == .integer(20))
        #expect(paint?["properties"]?["note"]?["type"] == .array(["string", "null"]))
        #expect(paint?["properties"]?["layers"]?["items"]?["$ref"] == "#/components/schemas/PaintLayer")
        #expect(schemas?["Colour"]?["enum"] == .array(["red", "green", "dark_blue"]))
        #expect(schemas?["Problem"] != nil)
        #expect(schemas?["PaintPage"]?["additionalProperties"] == nil)
    }

    @Test("the server offers the document without sign-in")
    func served() async throws {
        try await PaintShop.open { client, _ in
            let answer = try await client.get("/api/openapi.json")

            #expect(answer.header("content-type") == "application/json")
            let parsed = try JSONParser.parse(try await answer.body())
            let expected = try document()
            #expect(parsed == expected)
        }
    }

    @Test("the TypeScript client has types and one function per operation, always in the same order")
    func typeScript() throws {
        let text = try TypeScript.client(PaintShop.routes(), also: [Echo.self])

        let again = try TypeScript.client(PaintShop.routes(), also: [Echo.self])
        #expect(text == again)
        for line in [
            "import { request } from './http'", "export type Colour = 'red' | 'green' | 'dark_blue'", "export interface Paint {",
            "  coat_count: number", "  note?: string", "  labels: { [key: string]: string }", "  layers: PaintLayer[]",
            "export async function createPaint(input: Paint, idempotencyKey?: string): Promise<Paint> {",
            "  return request<Paint>('POST', '/api/paints', { body: input, idempotencyKey })",
            "export async function listPaints(input: Filter = {}): Promise<PaintPage> {",
            "  return request<PaintPage>('GET', '/api/paints', { query: input })",
            "export async function deletePaint(path: { paint: string }): Promise<void> {",
            "export function getPaintLogUrl(path: { paint: string }): string {",
            "  return `/api/paints/${encodeURIComponent(path.paint)}/log`",
        ] { #expect(text.contains(line + "\n"), "\(line)") }
        #expect(!text.contains("internal"))
    }

    @Test("two types of one name are refused")
    func clash() throws {
        var routes = PaintShop.routes()
        routes.serve(Endpoint<Nothing, PaintLayer>(.get, "/api/other", needs: .anyone, "Clashes.")) { _ in PaintLayer(x: 1) }

        #expect(throws: SchemaFault.self) {
            try OpenAPI.document(routes, PaintShop.description, sessionCookie: "session")
        }
    }
}

/// Described by the same name as `Paint.Layer`.
struct PaintLayer: Codable, Sendable { var x: Int }

extension JSONNode: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
}
