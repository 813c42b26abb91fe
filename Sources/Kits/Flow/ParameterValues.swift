import Vocabulary

/// The checked values of a run's parameters.
package struct ParameterValues: Sendable {
    /// Values that may be shown and stored.
    package let plain: [String: JSONValue]
    /// Values that must not be seen.
    package let secret: [String: Secret]

    /// A wrong or missing value.
    package struct Mistake: Error, Hashable, Sendable {
        /// The parameter's name.
        package let name: String
        /// What is wrong; never holds the value of a secret.
        package let detail: String
    }

    /// All mistakes at once.
    package struct Mistakes: Error, Sendable {
        /// In the order of the definitions, then unknown names in alphabetical order; at least one.
        package let all: [Mistake]
    }

    /// Checks given values against definitions and fills in defaults. A parameter without value and default is the empty text, so that
    /// templates can insert it. Null counts as not given.
    /// - Throws: `Mistakes`.
    package init(given: [String: JSONValue], for parameters: [Parameter]) throws(Mistakes) {
        var plain: [String: JSONValue] = [:]
        var secret: [String: Secret] = [:]
        var mistakes: [Mistake] = []
        for parameter in parameters {
            let value = given[parameter.name].flatMap { $0 == .null ? nil : $0 }
            if value == nil, parameter.fallback == nil, parameter.isRequired {
                mistakes.append(Mistake(name: parameter.name, detail: "is required"))
                continue
            }
            if let value, let detail = parameter.error(in: value) {
                mistakes.append(Mistake(name: parameter.name, detail: detail))
                continue
            }
            let settled = value ?? parameter.fallback ?? .string("")
            if parameter.kind == .secret {
                secret[parameter.name] = Secret(settled.text ?? "")
            } else {
                plain[parameter.name] = settled
            }
        }
        let names = parameters.map(\.name)
        for name in given.keys.sorted() where !names.contains(name) {
            let near = Likeness.nearest(to: name, among: names)
            mistakes.append(Mistake(name: name, detail: "is not a parameter" + (near.map { "; did you mean \($0)?" } ?? "")))
        }
        guard mistakes.isEmpty else { throw Mistakes(all: mistakes) }
        self.plain = plain
        self.secret = secret
    }
}
