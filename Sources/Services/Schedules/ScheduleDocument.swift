import Contracts
import Vocabulary
import Web
import Yams

/// One document of a file that is applied: what it says as JSON, and where its values stand.
struct ScheduleDocument {
    let file: String
    let kind: AppliedKind
    /// What it says, without its kind.
    let content: JSONNode
    var errors: [ProblemPlace] = []
    private var marks: [String: Mark] = [:]

    private static let (mostBytes, mostValues) = (200_000, 20_000)

    /// What it is called, as far as it can be read.
    var name: String {
        if case .string(let name)? = content["name"] { return name }
        return ""
    }

    /// The documents of a file; empty ones are left out.
    static func read(_ file: ApplyFile) -> [ScheduleDocument] {
        if let refusal = refusal(of: file.yaml) { return [refused(file, refusal)] }
        do {
            var (all, documents) = (try Yams.compose_all(yaml: file.yaml, .basic), [ScheduleDocument]())
            while let node = all.next() {
                if case .scalar(let scalar) = node, scalar.string.isEmpty { continue }
                documents.append(ScheduleDocument(file: file.name, node))
            }
            if let error = all.error { throw error }
            return documents
        } catch let error as YamlError {
            return [refused(file, place(of: error))]
        } catch {
            return [refused(file, ProblemPlace("This is not YAML."))]
        }
    }

    /// The document as a value of a type, if nothing is wrong with it.
    mutating func value<Value: Decodable>(_ type: Value.Type) throws -> Value? {
        guard errors.isEmpty else { return nil }
        refuse(SchemaCheck.places(in: content, against: try WireSchema.of(type)))
        return errors.isEmpty ? try JSONCodec.decode(type, from: content) : nil
    }

    /// Notes what is wrong; pointers may begin with that of the input of an endpoint.
    mutating func refuse(_ places: [ProblemPlace]) {
        errors += places.map { place in
            var place = place
            let pointer = (place.pointer ?? "#").replacing("#/definition", with: "#")
            let mark = mark(pointer)
            (place.line, place.column, place.pointer) = (mark?.line, mark?.column, pointer)
            let field = pointer.dropFirst(2).replacing("/", with: ".")
            if !field.isEmpty { place.detail = "\(field) \(place.detail)" }
            return place
        }
    }

    /// Where a value stands, or the nearest one around it.
    private func mark(_ pointer: String) -> Mark? {
        var pointer = pointer
        while true {
            if let mark = marks[pointer] { return mark }
            guard let slash = pointer.lastIndex(of: "/") else { return nil }
            pointer = String(pointer[..<slash])
        }
    }

    private init(file: String, _ node: Node) {
        self.file = file
        var (marks, errors, left): ([String: Mark], [ProblemPlace], Int) = ([:], [], Self.mostValues)
        let read = Self.json(node, at: "#", &marks, &errors, &left)
        var kind = AppliedKind.schedule
        var content = read
        if case .object(let members) = read {
            content = .object(members.filter { $0.key != "kind" })
            if let said = read["kind"] {
                if case .string(let text) = said, let known = AppliedKind(rawValue: text) {
                    kind = known
                } else {
                    errors.append(
                        ProblemPlace(
                            "kind must be one of \(AppliedKind.allCases.map(\.rawValue).joined(separator: ", "))", pointer: "#/kind",
                            line: marks["#/kind"]?.line, column: marks["#/kind"]?.column))
                }
            }
        }
        (self.kind, self.content, self.marks, self.errors) = (kind, content, marks, errors)
    }

    private init(file: String, _ error: ProblemPlace) {
        (self.file, kind, content, errors) = (file, .schedule, .null, [error])
    }

    private static func refused(_ file: ApplyFile, _ place: ProblemPlace) -> ScheduleDocument { ScheduleDocument(file: file.name, place) }

    private static func json(
        _ node: Node, at pointer: String, _ marks: inout [String: Mark], _ errors: inout [ProblemPlace], _ left: inout Int
    ) -> JSONNode {
        marks[pointer] = node.mark
        left -= 1
        if left == 0 { errors.append(ProblemPlace("There are too many values in this text.", pointer: pointer)) }
        guard left > 0 else { return .null }
        switch node {
        case .scalar(let scalar): return YAMLValue.json(scalar)
        case .sequence(let items):
            return .array(items.enumerated().map { json($1, at: "\(pointer)/\($0)", &marks, &errors, &left) })
        case .mapping(let mapping):
            return .object(
                mapping.map { key, value in
                    let name = key.scalar?.string ?? ""
                    let escaped = name.replacing("~", with: "~0").replacing("/", with: "~1")
                    let read = json(value, at: "\(pointer)/\(escaped)", &marks, &errors, &left)
                    marks["\(pointer)/\(escaped)"] = key.mark
                    return JSONMember(key: name, value: read)
                })
        case .alias: return .null
        }
    }

    /// What is refused before anything is built: texts that are too long, and aliases, which can grow without bounds.
    private static func refusal(of text: String) -> ProblemPlace? {
        if text.utf8.count > mostBytes { return ProblemPlace("The text has \(text.utf8.count) bytes; a file has at most \(mostBytes).") }
        for match in text.matches(of: /&([A-Za-z0-9_-]+)/) where text.contains("*\(match.1)") {
            return ProblemPlace("Aliases such as *\(match.1) are not supported; write the value out.")
        }
        return nil
    }

    private static func place(of error: YamlError) -> ProblemPlace {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            ProblemPlace("This is not YAML: \(problem).", line: mark.line, column: mark.column)
        case .duplicatedKeysInMapping(let keys, let context):
            ProblemPlace(
                "The field \(keys.joined(separator: ", ")) is there twice.", line: context.mark.line, column: context.mark.column)
        default: ProblemPlace("This is not YAML.")
        }
    }
}

/// Values by the core schema of YAML 1.2 (10.3): `yes`, `on`, dates and times are texts.
enum YAMLValue {
    static func json(_ scalar: Node.Scalar) -> JSONNode {
        guard scalar.style == .plain else { return .string(scalar.string) }
        switch scalar.string {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .boolean(true)
        case "false", "False", "FALSE": return .boolean(false)
        default:
            let text = scalar.string
            if text.wholeMatch(of: /[-+]?[0-9]{1,18}/) != nil, let number = Int64(text) { return .integer(number) }
            if text.wholeMatch(of: /[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?/) != nil, let number = Double(text),
                number.isFinite
            {
                return .number(number)
            }
            return .string(text)
        }
    }
}
