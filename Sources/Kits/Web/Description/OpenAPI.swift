import Vocabulary

/// What the API description says about the whole API.
package struct APIDescription: Sendable {
    /// The product's name.
    package let title: String
    /// The version of the program.
    package let version: String
    /// What the API is for, in a few sentences.
    package let about: String

    /// Makes a description.
    package init(title: String, version: String, about: String) {
        self.title = title
        self.version = version
        self.about = about
    }
}

/// The API description in OpenAPI 3.1, derived from the routes.
package enum OpenAPI {
    /// Where the server offers it.
    static let endpoint = Endpoint<Nothing, Download>(
        .get, "/api/openapi.json", needs: .anyone, "The description of this API in OpenAPI 3.1.")

    /// The document as JSON text; endpoints between services are left out.
    /// - Throws: `SchemaFault` for a wire type that cannot be described, and for names that clash.
    package static func document(
        _ routes: Routes, _ description: APIDescription, sessionCookie: String
    ) throws -> [UInt8] {
        let visible = routes.all.filter(\.isPublic)
        let names = try OperationNames(visible)
        let schemas = OpenAPISchemas(try SchemaCatalog(visible))
        var paths: [String: [String: JSONValue]] = [:]
        for route in visible {
            paths[route.path, default: [:]][route.method.rawValue.lowercased()] = .object(
                try operation(route, names.name(route), schemas))
        }
        let tags = Set(visible.compactMap(\.segments.first)).sorted()
        return try JSONCodec.encode(
            JSONValue.object([
                "openapi": "3.1.0",
                "info": [
                    "title": .string(description.title), "version": .string(description.version),
                    "description": .string(description.about),
                ],
                "servers": .array([["url": "/"]]),
                "tags": .array(tags.map { ["name": .string($0)] }),
                "paths": .object(paths.mapValues { .object($0) }),
                "components": [
                    "schemas": .object(schemas.components),
                    "securitySchemes": [
                        "bearer": ["type": "http", "scheme": "bearer"],
                        "cookie": ["type": "apiKey", "in": "cookie", "name": .string(sessionCookie)],
                    ],
                ],
            ]))
    }

    private static func operation(_ route: Route, _ name: String, _ schemas: OpenAPISchemas) throws -> [String: JSONValue] {
        let input = try WireSchema.of(route.input)
        let hasInput = !(input.rootObject?.fields.isEmpty ?? true)
        let hasBody = hasInput && route.method != .get
        let isRaw = input.root == .raw
        var operation: [String: JSONValue] = [
            "operationId": .string(name),
            "tags": .array([.string(route.segments.first ?? "")]),
            "summary": .string(route.summary),
            "x-permission": .string(route.permission.rawValue),
            "responses": .object(try responses(route, schemas, hasInput: hasInput, hasBody: hasBody)),
            "security": .array(route.permission == .anyone ? [] : [["bearer": .array([])], ["cookie": .array([])]]),
        ]
        let parameters = pathParameters(route) + queryParameters(route, input, schemas) + (isRaw ? [] : headerParameters(route))
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if hasBody {
            let isRequired = input.rootObject?.fields.contains { !$0.isOptional } ?? false
            operation["requestBody"] = [
                "required": .boolean(isRequired), "content": ["application/json": ["schema": schemas.schema(input.root)]],
            ]
        }
        if isRaw { operation["requestBody"] = ["required": true, "content": ["*/*": ["schema": .object([:])]]] }
        return operation
    }

    private static func pathParameters(_ route: Route) -> [JSONValue] {
        route.pathParameters.map {
            ["name": .string($0), "in": "path", "required": true, "schema": ["type": "string", "minLength": 1]]
        }
    }

    private static func queryParameters(_ route: Route, _ input: WireSchema, _ schemas: OpenAPISchemas) -> [JSONValue] {
        guard route.method == .get else { return [] }
        return (input.rootObject?.fields ?? []).map { field in
            var parameter: [String: JSONValue] = [
                "name": .string(field.name), "in": "query", "required": .boolean(!field.isOptional),
                "schema": schemas.schema(field.shape, limit: field.limit),
            ]
            if case .list = field.shape {
                parameter["style"] = "form"
                parameter["explode"] = false
            }
            return .object(parameter)
        }
    }

    private static func headerParameters(_ route: Route) -> [JSONValue] {
        guard route.method == .post else { return [] }
        return [
            [
                "name": "Idempotency-Key", "in": "header", "required": false, "schema": ["type": "string"],
                "description": "Repeating a request with the same key does not do it twice.",
            ]
        ]
    }

    private static func responses(
        _ route: Route, _ schemas: OpenAPISchemas, hasInput: Bool, hasBody: Bool
    ) throws -> [String: JSONValue] {
        var responses = [String(route.success.rawValue): try success(route, schemas)]
        var codes = ["default": "Any other problem."]
        if hasInput { codes["422"] = "The input is not valid; errors says where." }
        if hasInput || route.method == .post { codes["400"] = "The request is malformed." }
        if hasBody {
            codes["413"] = "The body is too large."
            codes["415"] = "The body is not JSON."
        }
        if route.permission != .anyone { codes["401"] = "Sign-in needed." }
        if route.permission != .anyone || route.method != .get { codes["403"] = "Not allowed." }
        if !route.pathParameters.isEmpty { codes["404"] = "There is no such thing." }
        for (code, text) in codes {
            responses[code] = [
                "description": .string(text),
                "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
            ]
        }
        return responses
    }

    private static func success(_ route: Route, _ schemas: OpenAPISchemas) throws -> JSONValue {
        let output = try WireSchema.of(route.output)
        if route.success == .noContent { return ["description": "Done."] }
        if output.root == .download { return ["description": "The content.", "content": ["*/*": ["schema": .object([:])]]] }
        return ["description": "Success.", "content": ["application/json": ["schema": schemas.schema(output.root)]]]
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
    /// An object.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { first, _ in first })
    }
}
