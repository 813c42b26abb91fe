import Contracts
import Flow
import Vocabulary

/// What is known of the names of a called job before it runs: pure.
struct CallOutlook {
    let step: StepDefinition
    let called: CalledJob

    /// The names for its steps. Values that earlier steps bring are left out.
    func names(from outer: [String: JSONValue]) -> [String: JSONValue] {
        let values = TemplateValues(outer)
        var known: [String: JSONValue] = [:]
        for parameter in called.parameters ?? [] {
            if parameter.type == .secret {
                known[parameter.name] = .string(Secret("").description)
                continue
            }
            let kind = Parameter.Kind(rawValue: parameter.type.rawValue) ?? .string
            guard let argument = step.parameters?[parameter.name], argument != .null else {
                known[parameter.name] = parameter.default ?? .string("")
                continue
            }
            guard let value = try? CallArgument(argument).value(for: kind, values) else { continue }
            known[parameter.name] = value == .null ? parameter.default ?? .string("") : value
        }
        var names = outer
        names["parameters"] = .object(known)
        return names
    }
}
