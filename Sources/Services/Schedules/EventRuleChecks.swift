import Contracts
import Flow
import Vocabulary

extension EventRuleOperations {
    /// What a rule may say, with the names of what it refers to in it.
    /// - Throws: `EventError.invalid` with all mistakes.
    func draft(_ definition: EventRuleDefinition) async throws -> Draft {
        var next = definition
        var places: [ProblemPlace] = []
        var source: String?
        if let name = definition.on.execution?.job {
            if let found = try await room.job(name) {
                next.on.execution?.job = found.job.name
                source = found.job.id.text
            } else {
                places.append(ProblemPlace("There is no job \(name.prefix(200)).", pointer: "#/definition/on/execution/job"))
            }
        }
        if let name = definition.on.schedule?.schedule {
            if let found = try await room.schedule(name) {
                next.on.schedule?.schedule = found.name
                source = found.id.text
            } else {
                places.append(ProblemPlace("There is no schedule \(name.prefix(200)).", pointer: "#/definition/on/schedule/schedule"))
            }
        }
        places += Self.mistakes(in: definition)
        guard let job = try await room.job(definition.job) else {
            throw EventError.invalid(
                .rule, places + [ProblemPlace("There is no job \(definition.job.prefix(200)).", pointer: "#/definition/job")])
        }
        next.job = job.job.name
        places += EventMapping(values: definition.run?.parameters ?? [:], job: job).mistakes(roots: ["event"])
        if places.isEmpty {
            places = try await EventChecks(room: room).launchMistakes(definition.run, of: job, choosesTargets: definition.targets != nil)
        }
        guard places.isEmpty else { throw EventError.invalid(.rule, places) }
        return Draft(definition: next, job: job.job, source: source)
    }

    private static func mistakes(in definition: EventRuleDefinition) -> [ProblemPlace] {
        guard let kind = definition.on.kind else {
            return [ProblemPlace("Say exactly one of execution, target and schedule.", pointer: "#/definition/on")]
        }
        var places: [ProblemPlace] = []
        if let states = definition.on.execution?.states, let open = states.first(where: { !$0.isFinal }) {
            places.append(
                ProblemPlace("An execution that is \(open.rawValue) has not ended.", pointer: "#/definition/on/execution/states"))
        }
        if let when = definition.when,
            let place = EventCondition.mistake(in: when, names: kind.names, open: kind.open, at: "#/definition/when")
        {
            places.append(place)
        }
        switch (definition.targets, kind) {
        case (.failed, .target), (.failed, .schedule):
            places.append(ProblemPlace("Only executions fail on targets; write same, or leave it out.", pointer: "#/definition/targets"))
        case (.same, .schedule):
            places.append(ProblemPlace("An occurrence has no targets; leave it out.", pointer: "#/definition/targets"))
        case (.some, _) where definition.run?.targets != nil:
            places.append(
                ProblemPlace("The targets come either from the event or from a filter.", pointer: "#/definition/run/targets"))
        default: break
        }
        return places
    }
}
