import Vocabulary

/// Writes wire schemas as JSON Schema 2020-12, the dialect of OpenAPI 3.1.
struct OpenAPISchemas {
    private let catalog: SchemaCatalog

    init(_ catalog: SchemaCatalog) { self.catalog = catalog }

    /// The schemas of all named types.
    var components: [String: JSONValue] {
        let choices = catalog.choices.mapValues { values -> JSONValue in
            ["type": "string", "enum": .array(values.map { .string($0) })]
        }
        return choices.merging(catalog.objects.mapValues(object)) { first, _ in first }
    }

    private func object(_ object: WireObject) -> JSONValue {
        var schema: [String: JSONValue] = [
            "type": "object",
            "properties": .object(
                Dictionary(
                    object.fields.map { field in
                        let value = self.schema(field.shape, limit: field.limit)
                        return (field.name, field.isOptional ? nullable(value) : value)
                    }
                ) { first, _ in first }),
        ]
        let required = object.fields.filter { !$0.isOptional }.map { JSONValue.string($0.name) }
        if !required.isEmpty { schema["required"] = .array(required) }
        if catalog.inputs.contains(object.id) { schema["additionalProperties"] = false }
        return .object(schema)
    }

    /// The schema of a value; named types become references.
    func schema(_ shape: WireShape, limit: WireLimit? = nil) -> JSONValue {
        switch shape {
        case .scalar(let type): limited(scalar(type), limit)
        case .choice(let name, _): ["$ref": .string("#/components/schemas/\(name)")]
        case .list(let element): limited(["type": "array", "items": schema(element)], limit)
        case .dictionary(let value): limited(["type": "object", "additionalProperties": schema(value)], limit)
        case .object(let id):
            if let name = catalog.name(id) { ["$ref": .string("#/components/schemas/\(name)")] } else { ["type": "object"] }
        case .optional(let inner): nullable(schema(inner, limit: limit))
        case .bytes: ["type": "string", "contentEncoding": "base64"]
        case .download, .raw: .object([:])
        }
    }

    private func scalar(_ type: WireType) -> [String: JSONValue] {
        switch type {
        case .string(let format?): ["type": "string", "format": .string(format)]
        case .string(nil): ["type": "string"]
        case .integer: ["type": "integer", "format": "int64"]
        case .number: ["type": "number"]
        case .boolean: ["type": "boolean"]
        case .any: [:]
        }
    }

    /// An optional member may also be null, which means the same as absent.
    private func nullable(_ schema: JSONValue) -> JSONValue {
        guard case .object(var members) = schema, !members.isEmpty else { return schema }
        if case .string(let type)? = members["type"] {
            members["type"] = .array([.string(type), "null"])
            return .object(members)
        }
        return ["anyOf": .array([schema, ["type": "null"]])]
    }

    private func limited(_ schema: [String: JSONValue], _ limit: WireLimit?) -> JSONValue {
        var schema = schema
        switch limit {
        case .length(let range): bound(&schema, "minLength", "maxLength", range)
        case .range(let range): bound(&schema, "minimum", "maximum", range)
        case .count(let range):
            let isObject = schema["type"] == "object"
            bound(&schema, isObject ? "minProperties" : "minItems", isObject ? "maxProperties" : "maxItems", range)
        case .pattern(let pattern): schema["pattern"] = .string("^(?:\(pattern))$")
        case nil: break
        }
        return .object(schema)
    }

    private func bound(_ schema: inout [String: JSONValue], _ low: String, _ high: String, _ range: ClosedRange<Int>) {
        if range.lowerBound != .min, range.lowerBound != 0 || low == "minimum" { schema[low] = .integer(Int64(range.lowerBound)) }
        if range.upperBound != .max { schema[high] = .integer(Int64(range.upperBound)) }
    }
}
