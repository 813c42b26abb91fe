import Vocabulary

/// A request from outside before its input is decoded; the caller's permission has been checked.
package struct WireCall: Sendable {
    /// The HTTP method: `GET` inputs are in the query string, others in the body.
    package let method: HTTPVerb
    /// The raw query string without `?`; empty when there is none.
    package let query: String
    /// The whole body.
    package let body: [UInt8]
    /// The body's media type as the client gave it.
    package let contentType: String?
    /// Path parameters by name, percent-decoded.
    package let path: [String: String]
    /// Who calls.
    package let caller: Caller
    /// The `Idempotency-Key` header.
    package let idempotencyKey: String?
    /// The network address of the client.
    package let address: String?
    /// The id of the request.
    package let requestId: String
    /// The client's `User-Agent`.
    package let userAgent: String?
    /// The header fields in order, for endpoints that take a `RawRequest`.
    package let headers: [(name: String, value: String)]

    /// Makes a call; the server does, and tests of routes.
    package init(
        method: HTTPVerb, query: String = "", body: [UInt8] = [], contentType: String? = "application/json",
        path: [String: String] = [:], caller: Caller, idempotencyKey: String? = nil, address: String? = nil, requestId: String,
        userAgent: String? = nil, headers: [(name: String, value: String)] = []
    ) {
        self.method = method
        self.query = query
        self.body = body
        self.contentType = contentType
        self.path = path
        self.caller = caller
        self.idempotencyKey = idempotencyKey
        self.address = address
        self.requestId = requestId
        self.userAgent = userAgent
        self.headers = headers
    }

    /// Where the call comes from.
    var origin: Origin { Origin(caller: caller, address: address, userAgent: userAgent, requestId: requestId) }

    /// The call with its input decoded, and checked before that against everything that its schema says: people are told each wrong place, and no member that
    /// nobody reads. Other parts of ours are not checked so: they tell what they know, which may be more or less in another version.
    /// - Throws: `Problem` 400 for what is not JSON, 415 for another media type, 422 with every wrong place otherwise.
    package func decoded<Input>(as type: Input.Type, isChecked: Bool = true) throws -> Call<Input> {
        Call(
            body: try input(type, isChecked: isChecked), path: path, caller: caller, idempotencyKey: idempotencyKey, address: address,
            requestId: requestId, userAgent: userAgent)
    }

    private func input<Input: Decodable>(_ type: Input.Type, isChecked: Bool) throws -> Input {
        if let raw = RawRequest(body: body, headers: headers, query: query) as? Input { return raw }
        let schema = try WireSchema.of(type)
        let node: JSONNode
        if method == .get {
            node = try QueryInput.node(query, schema: schema)
        } else {
            try refuseQuery()
            node = try bodyNode()
        }
        let places = isChecked ? SchemaCheck.places(in: node, against: schema) : []
        let part = method == .get ? "query string" : "body"
        guard places.isEmpty else { throw Problem.invalid("The \(part) is not valid. \(Self.summary(places))", places) }
        do {
            return try JSONCodec.decode(type, from: node)
        } catch let error as DecodingError {
            throw Problem.invalid("The \(part) is not valid. \(Self.summary([Self.place(error)]))", [Self.place(error)])
        }
    }

    private func refuseQuery() throws {
        guard !query.isEmpty else { return }
        let places = try QueryInput.parameters(query).map {
            ProblemPlace("is not a known query parameter", pointer: SchemaCheck.pointer("#", $0.name))
        }
        throw Problem.invalid("The query string is not valid. \(Self.summary(places))", places)
    }

    private func bodyNode() throws -> JSONNode {
        guard !body.isEmpty else { return .object([]) }
        let media = contentType?.split(separator: ";").first?.lowercased().trimmed ?? ""
        guard media == "application/json" || media.hasSuffix("+json") && media.hasPrefix("application/") else {
            throw Problem(
                "unsupported-media-type", "Unsupported media type", status: 415,
                "Send the body as application/json\(media.isEmpty ? "" : ", not \(media.prefix(80))").")
        }
        do {
            return try JSONParser.parse(body)
        } catch let fault as JSONFault {
            throw Problem(
                "malformed-json", "Malformed JSON", status: 400,
                "The body is not JSON that is taken here: in line \(fault.line), column \(fault.column) \(fault.reason).",
                errors: [ProblemPlace(fault.reason, line: fault.line, column: fault.column)])
        }
    }

    /// The first wrong place in words, because many people read only one sentence.
    private static func summary(_ places: [ProblemPlace]) -> String {
        guard let first = places.first else { return "" }
        let name = first.pointer.map { String($0.dropFirst(2)) } ?? ""
        let more = places.count > 1 ? " (and \(places.count - 1) more)" : ""
        return "\(name.isEmpty ? "It" : name) \(first.detail)\(more)."
    }

    private static func place(_ error: DecodingError) -> ProblemPlace {
        let (context, last): (DecodingError.Context, (any CodingKey)?) =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context): (context, nil)
            case .keyNotFound(let key, let context): (context, key)
            @unknown default: (.init(codingPath: [], debugDescription: "does not fit"), nil)
            }
        let path = context.codingPath + (last.map { [$0] } ?? [])
        let pointer = path.reduce("#") { SchemaCheck.pointer($0, $1.intValue.map(String.init) ?? SnakeCase.wire($1.stringValue)) }
        return ProblemPlace(context.debugDescription, pointer: pointer)
    }
}

extension StringProtocol {
    /// Without spaces and tabs around it.
    var trimmed: String {
        let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        var letters = Array(utf8)[...]
        while letters.first.map(isBlank) == true { letters.removeFirst() }
        while letters.last.map(isBlank) == true { letters.removeLast() }
        return String(decoding: letters, as: UTF8.self)
    }
}
