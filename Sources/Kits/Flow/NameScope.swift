import Vocabulary

/// The names that a placeholder or an expression may use at its place.
package struct NameScope: Sendable, Hashable {
    /// The declared parameters.
    package var parameters: [String]
    /// The steps whose results are there, with the names of their outputs.
    package var steps: [String: [String]]
    /// Those of the steps of which it is not known here which outputs they have.
    package var open: Set<String>
    /// Whether the step is done for each of a list.
    package var hasItem: Bool

    /// Makes a scope.
    package init(parameters: [String], steps: [String: [String]] = [:], open: Set<String> = [], hasItem: Bool = false) {
        self.parameters = parameters
        self.steps = steps
        self.open = open
        self.hasItem = hasItem
    }

    /// What every result of a step has.
    package static let resultFields = ["state", "exit_code", "attempts", "stdout"]

    /// Whether the path of a name leads to something. What lies inside an output or a fact is known only when it runs.
    package func knows(_ path: [String]) -> Bool {
        switch path.first {
        case "parameters": path.count == 2 && parameters.contains(path[1])
        case "item": hasItem
        case "item_index": hasItem && path.count == 1
        case "target" where path.count == 3: path[1] == "facts"
        case "steps": path.count >= 3 && knowsResult(path)
        default: Self.builtIn.contains(path.joined(separator: "."))
        }
    }

    private func knowsResult(_ path: [String]) -> Bool {
        guard let outputs = steps[path[1]] else { return false }
        if path[2] == "outputs" { return path.count >= 4 && (outputs.contains(path[3]) || open.contains(path[1])) }
        return path.count == 3 && Self.resultFields.contains(path[2])
    }

    /// All names with dots, for suggestions.
    package var names: [String] {
        let results = steps.sorted { $0.key < $1.key }.flatMap { name, outputs in
            Self.resultFields.map { "steps.\(name).\($0)" } + outputs.map { "steps.\(name).outputs.\($0)" }
        }
        return parameters.map { "parameters.\($0)" } + Self.builtIn + results + (hasItem ? ["item", "item_index"] : [])
    }

    /// The names that need no declaration; `target.facts.` takes any name after it.
    private static let builtIn = [
        "target.name", "target.host", "target.serial", "target.type", "target.os", "target.environment", "target.location",
        "target.tags", "execution.id", "execution.serial", "execution.started_by", "branch.serial", "step.name", "step.attempt",
    ]

    /// What there is, for messages.
    package static let overview =
        "parameters.NAME, target.NAME, target.facts.NAME, steps.NAME.state, steps.NAME.outputs.NAME of steps that are waited for, "
        + "execution.serial, execution.started_by, branch.serial, step.name and step.attempt"
}
