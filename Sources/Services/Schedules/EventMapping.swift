import Contracts
import Flow
import Vocabulary

/// Makes the values of a job's parameters out of what came.
struct EventMapping: Sendable {
    let values: [String: MappedValue]
    let job: TriggeredJob

    /// What parameters would be.
    struct Result: Sendable {
        /// The values that a run is started with.
        var given: [String: JSONValue] = [:]
        /// Every parameter, for people; secrets are not shown.
        var tried: [TriedParameter] = []

        /// What is wrong, for people; nil when nothing is.
        var mistake: String? {
            let wrong = tried.compactMap { parameter in parameter.error.map { "\(parameter.name) \($0)" } }
            return wrong.isEmpty ? nil : wrong.joined(separator: "; ") + "."
        }
    }

    /// The values out of a tree such as `body` and `headers`.
    func read(_ tree: [String: JSONValue]) -> Result {
        var result = Result()
        for definition in job.parameters {
            let parameter = Parameter(event: definition)
            var tried = TriedParameter(name: definition.name, source: "job", value: definition.default)
            do throws(ValuePathError) {
                if let mapped = values[definition.name], let (source, found) = try Self.find(mapped, in: tree) {
                    let value = parameter.reading(found)
                    (tried.source, tried.value, tried.error) = (source, value, parameter.error(in: value))
                    if found == .string(ValueMask.mask) { tried.error = "is masked in what was recorded" }
                    if tried.error == nil { result.given[definition.name] = value }
                } else if definition.required == true, definition.default == nil {
                    tried.error = "is required, and there is nothing at \(values[definition.name]?.from ?? "any place")"
                }
            } catch {
                tried.source = values[definition.name]?.from ?? tried.source
                (tried.value, tried.error) = (nil, "cannot be found: \(error.description)")
            }
            if definition.type == .secret, tried.value != nil { tried.value = .string(ValueMask.mask) }
            result.tried.append(tried)
        }
        for name in values.keys.sorted() where !job.parameters.contains(where: { $0.name == name }) {
            result.tried.append(
                TriedParameter(name: name, source: values[name]?.from ?? "constant", error: "is no parameter of \(job.job.name)"))
        }
        return result
    }

    private static func find(
        _ mapped: MappedValue, in tree: [String: JSONValue]
    ) throws(ValuePathError) -> (source: String, value: JSONValue)? {
        if let from = mapped.from, let found = try ValuePath(from).value(in: .object(tree)) { return (from, found) }
        if let value = mapped.value, value != .null { return ("constant", value) }
        if let fallback = mapped.default, fallback != .null { return ("default", fallback) }
        return nil
    }

    /// What is wrong with it, whatever comes.
    func mistakes(roots: [String]) -> [ProblemPlace] {
        var places: [ProblemPlace] = []
        let names = job.parameters.map(\.name)
        for (name, mapped) in values.sorted(by: { $0.key < $1.key }) {
            let pointer = "#/definition/run/parameters/\(name.replacing("~", with: "~0").replacing("/", with: "~1"))"
            guard let definition = job.parameters.first(where: { $0.name == name }) else {
                let near = Likeness.nearest(to: name, among: names).map { "; did you mean \($0)?" }
                places.append(ProblemPlace("\(name) is no parameter of \(job.job.name)" + (near ?? "."), pointer: pointer))
                continue
            }
            places += Self.mistakes(in: mapped, of: definition, roots: roots, at: pointer)
        }
        for definition in job.parameters where definition.required == true && definition.default == nil && values[definition.name] == nil {
            places.append(
                ProblemPlace(
                    "\(definition.name) is required by \(job.job.name); say where it comes from.", pointer: "#/definition/run/parameters"))
        }
        return places
    }

    private static func mistakes(
        in mapped: MappedValue, of definition: ParameterDefinition, roots: [String], at pointer: String
    ) -> [ProblemPlace] {
        guard (mapped.from == nil) != (mapped.value == nil) else {
            return [ProblemPlace("Give either from or value for \(definition.name).", pointer: pointer)]
        }
        var places: [ProblemPlace] = []
        if let from = mapped.from, let mistake = mistake(inPath: from, roots: roots) {
            places.append(ProblemPlace(mistake, pointer: "\(pointer)/from"))
        }
        if mapped.value != nil, mapped.default != nil {
            places.append(ProblemPlace("A constant needs no default.", pointer: "\(pointer)/default"))
        }
        for (field, constant) in [("value", mapped.value), ("default", mapped.default)] {
            guard let constant, constant != .null else { continue }
            if definition.type == .secret {
                places.append(
                    ProblemPlace(
                        "\(definition.name) is secret, and a constant could be read by everybody who sees this; take it from what comes.",
                        pointer: "\(pointer)/\(field)"))
            } else if let mistake = Parameter(event: definition).error(in: constant) {
                places.append(ProblemPlace("\(definition.name) \(mistake).", pointer: "\(pointer)/\(field)"))
            }
        }
        return places
    }

    /// What is wrong with a path; nil when it leads into one of the roots.
    static func mistake(inPath text: String, roots: [String]) -> String? {
        do throws(ValuePathError) {
            let path = try ValuePath(text)
            guard let first = path.first, roots.contains(first) else {
                return "A path begins with \(roots.joined(separator: " or ")), as in \(roots[0]).name."
            }
            return nil
        } catch {
            return error.description
        }
    }
}

extension Parameter {
    /// Takes over a definition.
    init(event definition: ParameterDefinition) {
        self.init(
            name: definition.name, kind: Kind(rawValue: definition.type.rawValue) ?? .string, isRequired: definition.required ?? false,
            fallback: definition.default, choices: definition.choices ?? [], pattern: definition.pattern)
    }
}

/// Conditions over what came.
enum EventCondition {
    /// What is wrong with a condition over these names, of which everything below `open` ones is allowed.
    static func mistake(in text: String, names: [String], open: Set<String>, at pointer: String) -> ProblemPlace? {
        do throws(ExpressionError) {
            let expression = try Expression(parsing: text)
            let unknown = expression.firstUnknown(among: names) { path in
                guard let first = path.first else { return false }
                return open.contains(first) || names.contains(path.joined(separator: "."))
                    || names.contains { $0.hasPrefix(path.joined(separator: ".") + ".") }
                    || (1..<path.count).contains { open.contains(path.prefix($0).joined(separator: ".")) }
            }
            guard let unknown else { return nil }
            return ProblemPlace(sentence(unknown, names), pointer: pointer, line: unknown.line, column: unknown.column)
        } catch {
            return ProblemPlace(error.description, pointer: pointer, line: error.line, column: error.column)
        }
    }

    private static func sentence(_ error: ExpressionError, _ names: [String]) -> String {
        if case .unknownName(let name, let suggestion) = error.reason {
            return "There is no \(name)" + (suggestion.map { "; did you mean \($0)?" } ?? "; there are \(names.joined(separator: ", ")).")
        }
        return error.description
    }
}
