import Vocabulary

/// The web app's types and client, derived from the routes. Compiles with TypeScript 4.8.
package enum TypeScript {
    /// The text of a module that imports `request` from `./http`; the same routes always give the same text.
    ///
    /// `request<T>(method: string, path: string, options: { query?: object; body?: unknown; idempotencyKey?: string }): Promise<T>`.
    /// - Parameter types: further wire types to declare, such as the messages of a WebSocket.
    /// - Throws: `SchemaFault`.
    package static func client(_ routes: Routes, also types: [any (Codable & Sendable).Type] = []) throws -> String {
        let visible = routes.all.filter(\.isPublic)
        let catalog = try SchemaCatalog(visible, also: types)
        let names = try OperationNames(visible)
        // What is sent as it is, programs send and not the app.
        let called = try visible.filter { try WireSchema.of($0.input).root != .raw }
        let lines = try called.sorted { names.name($0) < names.name($1) }.flatMap { try function($0, names.name($0), catalog) }
        return try (header + declarations(visible, catalog) + lines).joined(separator: "\n") + "\n"
    }

    private static let header = [
        "// Generated from the server's endpoints; do not edit.",
        "import { request } from './http'",
        "",
        "export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue }",
        "",
        "function query(input: object): string {",
        "  const parts: string[] = []",
        "  for (const [name, value] of Object.entries(input)) {",
        "    if (value === undefined || value === null) continue",
        "    const list: unknown[] = Array.isArray(value) ? value : [value]",
        "    parts.push(encodeURIComponent(name) + '=' + list.map((item) => encodeURIComponent(String(item))).join(','))",
        "  }",
        "  return parts.length === 0 ? '' : '?' + parts.join('&')",
        "}",
        "",
    ]

    private static func declarations(_ routes: [Route], _ catalog: SchemaCatalog) throws -> [String] {
        let choices = catalog.choices.map { name, values in
            (name, ["export type \(name) = " + values.map { "'\($0)'" }.joined(separator: " | "), ""])
        }
        var objects = catalog.objects.values.map { ($0.name, interface($0.name, $0, catalog)) }
        for route in routes where route.method == .get {
            if let input = try WireSchema.of(route.input).rootObject, !input.fields.isEmpty, catalog.name(input.id) == nil,
                !objects.contains(where: { $0.0 == input.name })
            {
                objects.append((input.name, interface(input.name, input, catalog)))
            }
        }
        return (choices + objects).sorted { $0.0 < $1.0 }.flatMap(\.1)
    }

    private static func interface(_ name: String, _ object: WireObject, _ catalog: SchemaCatalog) -> [String] {
        let members = object.fields.map { "  \(quoted($0.name))\($0.isOptional ? "?" : ""): \(type($0.shape, catalog))" }
        return ["export interface \(name) {"] + members + ["}", ""]
    }

    private static func type(_ shape: WireShape, _ catalog: SchemaCatalog) -> String {
        switch shape {
        case .scalar(.string), .bytes: "string"
        case .scalar(.integer), .scalar(.number): "number"
        case .scalar(.boolean): "boolean"
        case .scalar(.any): "JsonValue"
        case .choice(let name, _): name
        case .list(.optional(let inner)): "(\(type(inner, catalog)) | null)[]"
        case .list(let element): "\(type(element, catalog))[]"
        case .dictionary(let value): "{ [key: string]: \(type(value, catalog)) }"
        case .object(let id): catalog.name(id) ?? "{ [key: string]: never }"
        case .optional(let inner): "\(type(inner, catalog)) | null"
        case .download, .raw: "never"
        }
    }

    private static func quoted(_ name: String) -> String {
        name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") } ? name : "'\(name)'"
    }

    private static func function(_ route: Route, _ name: String, _ catalog: SchemaCatalog) throws -> [String] {
        let input = try WireSchema.of(route.input).rootObject.flatMap { $0.fields.isEmpty ? nil : $0 }
        let output = try WireSchema.of(route.output)
        var parameters: [String] = []
        if !route.pathParameters.isEmpty {
            parameters.append("path: { \(route.pathParameters.map { "\(quoted($0)): string" }.joined(separator: "; ")) }")
        }
        if let input {
            parameters.append("input: \(input.name)" + (input.fields.contains { !$0.isOptional } ? "" : " = {}"))
        }
        if output.root == .download, route.method == .get {
            return [
                "/** \(route.summary) The address of the download. */",
                "export function \(name)Url(\(parameters.joined(separator: ", "))): string {",
                "  return \(address(route))" + (input == nil ? "" : " + query(input)"), "}", "",
            ]
        }
        if route.method == .post { parameters.append("idempotencyKey?: string") }
        var options: [String] = []
        if input != nil { options.append(route.method == .get ? "query: input" : "body: input") }
        if route.method == .post { options.append("idempotencyKey") }
        let isNothing = route.success == .noContent || isEmpty(output)
        let result = isNothing ? "void" : type(output.root, catalog)
        return [
            "/** \(route.summary) Needs: \(route.permission.rawValue). */",
            "export async function \(name)(\(parameters.joined(separator: ", "))): Promise<\(result)> {",
            "  return request<\(result)>('\(route.method.rawValue)', \(address(route)), "
                + (options.isEmpty ? "{})" : "{ \(options.joined(separator: ", ")) })"), "}", "",
        ]
    }

    private static func isEmpty(_ schema: WireSchema) -> Bool { schema.rootObject?.fields.isEmpty ?? false }

    private static func address(_ route: Route) -> String {
        guard !route.pathParameters.isEmpty else { return "'\(route.path)'" }
        let filled = route.path.split(separator: "/").map { segment in
            segment.hasPrefix("{") ? "${encodeURIComponent(path.\(segment.dropFirst().dropLast()))}" : String(segment)
        }
        return "`/" + filled.joined(separator: "/") + "`"
    }
}
