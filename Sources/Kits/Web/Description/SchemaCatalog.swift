import Vocabulary

/// All named types that some routes use, for documents that define each of them once.
struct SchemaCatalog {
    private(set) var objects: [String: WireObject] = [:]
    private(set) var choices: [String: [String]] = [:]
    /// The ids of objects that clients send.
    private(set) var inputs: Set<String> = []

    /// - Throws: `SchemaFault` when two types have the same name.
    init(_ routes: [Route], also types: [any (Codable & Sendable).Type] = []) throws {
        for route in routes {
            try add(try WireSchema.of(route.output), isInput: false)
            if route.method != .get { try add(try WireSchema.of(route.input), isInput: true) }
            if route.method == .get { try addParts(try WireSchema.of(route.input)) }
        }
        for type in types { try add(try WireSchema.of(type), isInput: false) }
        try add(try WireSchema.of(Problem.self), isInput: false)
    }

    /// The input of a GET is spread over parameters; only what its fields refer to is named.
    private mutating func addParts(_ schema: WireSchema) throws {
        for field in schema.rootObject?.fields ?? [] { try add(field.shape, schema, isInput: true) }
    }

    private mutating func add(_ schema: WireSchema, isInput: Bool) throws { try add(schema.root, schema, isInput: isInput) }

    private mutating func add(_ shape: WireShape, _ schema: WireSchema, isInput: Bool) throws {
        switch shape {
        case .choice(let name, let values):
            guard objects[name] == nil, choices[name] == nil || choices[name] == values else { throw Self.clash(name) }
            choices[name] = values
        case .list(let inner), .dictionary(let inner), .optional(let inner): try add(inner, schema, isInput: isInput)
        case .object(let id):
            guard let object = schema.objects[id], !object.fields.isEmpty else { return }
            let isNew = objects[object.name] == nil
            guard isNew || objects[object.name]?.id == id, choices[object.name] == nil else { throw Self.clash(object.name) }
            let isNewInput = isInput && inputs.insert(id).inserted
            objects[object.name] = object
            if isNew || isNewInput { for field in object.fields { try add(field.shape, schema, isInput: isInput) } }
        case .scalar, .download, .raw, .bytes: break
        }
    }

    private static func clash(_ name: String) -> SchemaFault {
        SchemaFault(description: "Two wire types are called \(name) in the API description; rename one of them.")
    }

    /// The name of an object by its id.
    func name(_ id: String) -> String? { objects.values.first { $0.id == id }?.name }
}

extension Route {
    /// Whether people and programs outside may know of it.
    var isPublic: Bool { permission != .service && permission != .worker }

    /// The names of the path parameters in order.
    var pathParameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    /// The path's segments after `api`.
    var segments: [String] { path.split(separator: "/").map(String.init).filter { $0 != "api" } }
}
