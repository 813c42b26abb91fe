import Contracts
import Flow
import Vocabulary
import Web

/// A message as filters and paths see it.
struct WebhookMessage: Sendable, Hashable {
    /// The header fields by name in lower case; those of one name together.
    var headers: [String: String]
    /// The body; a form is an object of texts.
    var body: JSONValue

    static let roots = ["body", "headers"]

    /// As one value.
    var tree: [String: JSONValue] { ["body": body, "headers": .object(headers.mapValues { .string($0) })] }

    /// Reads what came.
    /// - Throws: `EventError.mediaType`, and `Problem` 400 for what is not what it says.
    init(_ request: RawRequest, format: WebhookFormat) throws {
        headers = Self.fields(request.headers)
        let media = request.header("Content-Type")?.split(separator: ";").first?.lowercased().replacing(" ", with: "") ?? ""
        switch media {
        case "application/x-www-form-urlencoded":
            let form = try Self.form(request.body)
            // GitHub puts the JSON into a field of a form, if it is told to send one.
            if format == .github, case .object(let fields) = form, fields.count == 1, case .string(let text)? = fields["payload"] {
                body = try Self.json(Array(text.utf8))
            } else {
                body = form
            }
        case _ where media == "application/json" || media.hasPrefix("application/") && media.hasSuffix("+json"):
            body = try Self.json(request.body)
        default: throw EventError.mediaType(media)
        }
    }

    /// One that somebody made up, or that was kept.
    init(headers: [String: String], body: JSONValue) {
        self.headers = Dictionary(headers.map { ($0.lowercased(), $1) }) { "\($0), \($1)" }
        self.body = body
    }

    /// Header fields, at most a hundred of them.
    static func fields(_ headers: [(name: String, value: String)]) -> [String: String] {
        Dictionary(headers.prefix(100).map { ($0.name.lowercased(), $0.value) }) { "\($0), \($1)" }
    }

    /// What is kept: without what proves anything, and without what is masked.
    func recorded(_ mask: ValueMask) -> WebhookMessage {
        var kept = self
        for (name, value) in headers {
            kept.headers[name] = Self.isProof(name) ? ValueMask.mask : value.count > 1000 ? String(value.prefix(1000)) + "…" : value
        }
        guard case .object(let masked) = mask.masking(.object(kept.tree)) else { return kept }
        kept.body = masked["body"] ?? .null
        if case .object(let fields)? = masked["headers"] {
            kept.headers = fields.compactMapValues(\.text)
        } else {
            kept.headers = kept.headers.mapValues { _ in ValueMask.mask }
        }
        return kept
    }

    /// Header fields that are or may be secret, whoever sends them.
    static func isProof(_ name: String) -> Bool {
        ["authorization", "cookie", "token", "secret", "signature", "password", "api-key", "apikey"].contains { name.contains($0) }
    }

    private static func json(_ bytes: [UInt8]) throws -> JSONValue {
        if bytes.isEmpty { return .object([:]) }
        do {
            return try JSONParser.parse(bytes).value
        } catch let fault as JSONFault {
            throw Problem(
                "malformed-json", "Malformed JSON", status: 400,
                "The body is not JSON that is taken here: in line \(fault.line), column \(fault.column) \(fault.reason).",
                errors: [ProblemPlace(fault.reason, line: fault.line, column: fault.column)])
        }
    }

    private static func form(_ bytes: [UInt8]) throws -> JSONValue {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw EventError.refused("The form is not UTF-8.") }
        var fields: [String: JSONValue] = [:]
        for (name, value) in try QueryInput.parameters(text) {
            guard !value.utf8.contains(0), !name.utf8.contains(0) else { throw EventError.refused("The form has a NUL character in it.") }
            switch fields[name] {
            case nil: fields[name] = .string(value)
            case .array(let items)?: fields[name] = .array(items + [.string(value)])
            case let one?: fields[name] = .array([one, .string(value)])
            }
        }
        return .object(fields)
    }
}
