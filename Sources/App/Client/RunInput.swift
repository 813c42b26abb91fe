import Contracts
import Vocabulary

/// Turns `name=value` of the command line into the values of a run.
package enum RunInput {
    /// The two halves of `name=value`.
    /// - Throws: `ClientFailure` when there is no `=`.
    package static func pair(_ text: String, _ what: String) throws -> (name: String, value: String) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw ClientFailure.usage("\(text) is not \(what) of the form NAME=VALUE.")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }

    /// Names and values of a repeated option.
    /// - Throws: `ClientFailure` for a wrong form and for a name that is there twice.
    package static func pairs(_ texts: [String], _ what: String) throws -> [String: String] {
        var pairs: [String: String] = [:]
        for text in texts {
            let (name, value) = try pair(text, what)
            guard pairs.updateValue(value, forKey: name) == nil else { throw ClientFailure.usage("\(name) is given twice.") }
        }
        return pairs
    }

    /// The parameters of a run: numbers and truth values by the job's definition, secrets only out of files.
    /// - Throws: `ClientFailure` for a secret on the command line and for a name that is given twice.
    package static func parameters(
        given: [String], secretFiles: [String], definitions: [ParameterDefinition]
    ) throws -> [String: JSONValue] {
        let types = Dictionary(definitions.map { ($0.name, $0.type) }) { first, _ in first }
        var values: [String: JSONValue] = [:]
        for (name, text) in try pairs(given, "a parameter") {
            switch types[name] {
            case .secret:
                throw ClientFailure.usage(
                    "\(name) is a secret and would be visible to others on the command line; use --secret-file \(name)=FILE, or - for standard input."
                )
            case .integer: values[name] = Int64(text).map(JSONValue.integer) ?? .string(text)
            case .boolean: values[name] = ["true": true, "false": false][text].map(JSONValue.boolean) ?? .string(text)
            case .string, .choice, nil: values[name] = .string(text)
            }
        }
        for (name, path) in try pairs(secretFiles, "a secret") {
            guard values.updateValue(.string(try SecretInput.line(from: path)), forKey: name) == nil else {
                throw ClientFailure.usage("\(name) is given twice.")
            }
        }
        return values
    }
}
